"""The live tables are held to the same steps as an export, and to the tree, head and columns they add."""

import pytest

from ledger.samples import KEYS, LOG, add, entry, seal
from strongroom.errors import LedgerError, UsageError
from strongroom.ledger import Fault, LedgerFaultError, merkle


@pytest.fixture
def sound(ledger, witness):
    """3,000 entries, 2,990 of them sealed, so that the tree spans several pages."""
    add(ledger, 0, 1500)
    seal(ledger, witness)
    add(ledger, 1500, 2990)
    seal(ledger, witness)
    add(ledger, 2990, 3000)
    return ledger


def alter(ledger, *changes):
    """Do to the tables what only their owner can: take the guards down first."""
    with ledger.db.transaction():
        for (name,) in ledger.db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            ledger.db.execute(f"DROP TRIGGER {name}")
        for sql, *params in changes:
            ledger.db.execute(sql, params)


def test_a_sound_log_verifies_and_says_how_much_is_sealed(sound):
    report = sound.verify(KEYS)
    assert (report.entries, report.sealed, report.checkpoints) == (3000, 2990, 2)


FORGED = entry(7).to_bytes().replace(b"rosalind", b"mallory!")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('UPDATE ledger_entry SET body = %s WHERE "index" = 7', FORGED), Fault.CHANGED),
        (
            (
                'UPDATE ledger_entry SET body = %s, leaf_hash = %s WHERE "index" = 7',
                FORGED,
                merkle.leaf_hash(FORGED),
            ),
            Fault.CHANGED,
        ),
        (
            ('UPDATE ledger_entry SET time = %s WHERE "index" = 7', "2020-01-01T00:00:00.000000Z"),
            Fault.CHANGED,
        ),
        (('UPDATE ledger_entry SET leaf_hash = zeroblob(32) WHERE "index" = 7',), Fault.CHANGED),
        (('DELETE FROM ledger_entry WHERE "index" = 7',), Fault.REMOVED),
        (('DELETE FROM ledger_entry WHERE "index" >= 2000',), Fault.TRUNCATED),
        (('DELETE FROM ledger_entry WHERE "index" >= 2995',), Fault.TRUNCATED),
        (("UPDATE ledger_head SET size = 2999",), Fault.INSERTED),
        (("UPDATE ledger_head SET size = 3001",), Fault.TRUNCATED),
        (("DELETE FROM ledger_head",), Fault.TREE_CHANGED),
        (("UPDATE ledger_node SET hash = zeroblob(32) WHERE number = 1",), Fault.TREE_CHANGED),
        (("UPDATE ledger_node SET hash = zeroblob(32) WHERE number = 2047",), Fault.TREE_CHANGED),
        (("DELETE FROM ledger_node WHERE number = 5",), Fault.TREE_CHANGED),
        (("INSERT INTO ledger_node (number, hash) VALUES (999999, zeroblob(32))",), Fault.TREE_CHANGED),
        (("INSERT INTO ledger_node (number, hash) VALUES (6001, zeroblob(32))",), Fault.TREE_CHANGED),
        (("UPDATE ledger_checkpoint SET size = 1499 WHERE number = 0",), Fault.CHANGED),
        (("UPDATE ledger_checkpoint SET root = zeroblob(32) WHERE number = 0",), Fault.CHANGED),
        (("UPDATE ledger_checkpoint SET note = replace(note, '2990', '2991')",), Fault.BAD_SIGNATURE),
        (("DELETE FROM ledger_checkpoint",), Fault.NO_CHECKPOINT),
    ],
)
def test_each_change_to_the_tables_is_named(sound, change, fault):
    alter(sound, change)
    with pytest.raises(LedgerFaultError) as refusal:
        sound.verify(KEYS)
    assert refusal.value.fault is fault


def test_a_tail_removed_with_all_its_traces_shows_against_a_checkpoint_held_elsewhere(sound):
    held = sound.checkpoints()[-1]
    alter(
        sound,
        ('DELETE FROM ledger_entry WHERE "index" >= 1500',),
        ("DELETE FROM ledger_checkpoint WHERE size > 1500",),
        ("UPDATE ledger_head SET size = 1500",),
        # Every node that covers an entry from 1500 on; what is left is a sound log of 1,500.
        *(
            ("DELETE FROM ledger_node WHERE number = %s", ((place << level + 1) + (1 << level) - 1))
            for level in range(1, 12)
            for place in range(1500 >> level, (3000 >> level) + 1)
            if (place + 1) << level > 1500
        ),
    )
    assert sound.verify(KEYS).entries == 1500
    with pytest.raises(LedgerFaultError) as refusal:
        sound.verify(KEYS, checkpoints=[held])
    assert refusal.value.fault is Fault.TRUNCATED


def test_clocks_that_go_back_are_a_warning(ledger):
    with ledger.db.transaction():
        ledger.append([entry(5), entry(4)])
    seal(ledger)
    report = ledger.verify([LOG.verifier_key])
    assert len(report.warnings) == 1
    assert "entry 1" in report.warnings[0]


def test_verifying_without_a_key_or_with_a_mistyped_one_is_refused(sound):
    with pytest.raises(UsageError):
        sound.verify([])
    with pytest.raises(LedgerError, match="mistyped"):
        sound.verify([LOG.verifier_key.replace("+34d2", "+34d3")])
