"""The log keeps every entry in order, proves each, and signs only what continues its past."""

import sqlite3

import pytest

from ledger.samples import CLOCK, KEYS, LOG, ORIGIN, OTHER, START, add, entry, seal
from strongroom.errors import LedgerError, NotFoundError
from strongroom.ledger import Entry, Ledger, SignedNote, SqliteDatabase, TreeHead, merkle


def test_an_empty_log_has_the_root_of_nothing(ledger):
    assert (ledger.size(), ledger.root()) == (0, merkle.EMPTY_ROOT)
    assert ledger.checkpoints() == []
    assert ledger.last_checkpoint() is None


def test_appending_nothing_changes_nothing(ledger):
    assert add(ledger, 0, 0) == []
    assert ledger.size() == 0


def test_indices_count_from_nought_in_the_order_of_appending(ledger):
    assert add(ledger, 0, 3) == [0, 1, 2]
    assert add(ledger, 3, 4) == [3]
    assert [(index, found.facts["rows"]) for index, found in ledger.entries(1)] == [(1, 1), (2, 2), (3, 3)]
    assert [index for index, _ in ledger.entries(1, 3)] == [1, 2]
    assert ledger.entry(2) == entry(2)


def test_the_stored_tree_is_the_tree_over_the_entries(ledger):
    """Groups of every size at every alignment: the frontier is read back from the tables each time."""
    total = 0
    for count in (1, 2, 3, 5, 8, 13, 1, 31, 64, 7):
        add(ledger, total, total + count)
        total += count
        edge = merkle.Frontier()
        for number in range(total):
            edge.add(merkle.leaf_hash(entry(number).to_bytes()))
        assert ledger.root() == edge.root()


def test_every_entry_is_proved_under_every_earlier_root(ledger):
    add(ledger, 0, 21)
    for size in range(1, 22):
        for index in range(size):
            proof = ledger.prove(index, size)
            assert proof.leaf_hash == merkle.leaf_hash(entry(index).to_bytes())
            assert proof.verify(ledger.root(size))
        assert ledger.consistency(size).verify(ledger.root(size), ledger.root())


def test_a_proof_reads_few_rows(new_ledger):
    """Proofs are O(log n): a long log must not be read whole to prove one entry."""
    ledger = new_ledger("counted")
    add(ledger, 0, 1000)
    read = []
    ledger.db.connection.set_trace_callback(read.append)
    proof = ledger.prove(617)
    assert proof.verify(ledger.root())
    assert len(proof.path) == 10
    assert len(read) <= 8


@pytest.mark.parametrize("ask", ["entry", "prove", "root", "consistency"])
def test_what_the_log_does_not_hold_is_not_found(ledger, ask):
    add(ledger, 0, 2)
    with pytest.raises(NotFoundError):
        getattr(ledger, ask)(3)


def test_an_entry_that_cannot_be_encoded_leaves_nothing_of_its_group(ledger):
    bad = Entry("a", "b", "c", {"ratio": 0.5}, START)
    with pytest.raises(LedgerError), ledger.db.transaction():
        ledger.append([entry(0), bad])
    assert ledger.size() == 0
    assert add(ledger, 0, 1) == [0]


def test_a_rolled_back_act_leaves_no_entry(ledger):
    add(ledger, 0, 2)
    with pytest.raises(ZeroDivisionError), ledger.db.transaction():
        ledger.entry(ledger.append([entry(2)])[0] // 0)
    assert add(ledger, 5, 6) == [2]
    seal(ledger)
    assert ledger.verify(KEYS, witnesses=0).entries == 3


def test_writing_outside_a_transaction_is_refused(ledger):
    with pytest.raises(LedgerError, match="inside a transaction"):
        ledger.append([entry(0)])
    with pytest.raises(LedgerError, match="inside a transaction"):
        ledger.db.executemany("INSERT INTO ledger_node (number, hash) VALUES (%s, %s)", [(1, b"")])
    assert ledger.size() == 0


def test_a_connection_that_begins_transactions_by_itself_serves_as_well(tmp_path, ledger):
    connection = sqlite3.connect(tmp_path / "ledger.sqlite3")
    own = Ledger(SqliteDatabase(connection), origin=ORIGIN)
    assert own.append([entry(0)]) == [0]
    connection.commit()
    connection.close()
    assert ledger.size() == 1


def test_a_checkpoint_states_size_and_root_under_the_log_key(ledger):
    add(ledger, 0, 5)
    checkpoint = seal(ledger)
    assert TreeHead.parse(SignedNote.parse(str(checkpoint)).text) == TreeHead(ORIGIN, 5, ledger.root())
    assert checkpoint.time == "2026-04-01T09:00:00.000000Z"
    assert ledger.checkpoints() == [str(checkpoint)]
    add(ledger, 5, 6)
    later = seal(ledger)
    assert ledger.last_checkpoint() == later
    assert ledger.checkpoints() == [str(checkpoint), str(later)]


def test_another_logs_key_does_not_sign(ledger, witness):
    with pytest.raises(LedgerError, match="cannot sign for the log"):
        ledger.checkpoint(witness.signer, clock=CLOCK)


def test_a_log_that_lost_its_past_is_not_signed_again(ledger):
    """Signing it would give a forger the operator's word."""
    add(ledger, 0, 5)
    seal(ledger)
    with ledger.db.transaction():
        for table in ("node", "entry"):
            ledger.db.execute(f"DROP TRIGGER ledger_{table}_no_update")
        ledger.db.execute("UPDATE ledger_node SET hash = zeroblob(32) WHERE number = 3")
    with pytest.raises(LedgerError, match="was not signed"), ledger.db.transaction():
        ledger.checkpoint(LOG, clock=CLOCK)


def test_a_missing_node_is_said_and_not_guessed(ledger):
    add(ledger, 0, 4)
    with ledger.db.transaction():
        ledger.db.execute("DROP TRIGGER ledger_node_no_delete")
        ledger.db.execute("DELETE FROM ledger_node WHERE number = 3")
    with pytest.raises(LedgerError, match="is missing"):
        ledger.root()


def test_a_missing_head_is_said(ledger):
    with ledger.db.transaction():
        ledger.db.execute("DELETE FROM ledger_head")
    with pytest.raises(LedgerError, match="head is missing"):
        ledger.size()


def test_nothing_is_exported_before_it_is_sealed(ledger, tmp_path):
    add(ledger, 0, 1)
    with pytest.raises(LedgerError, match="no checkpoint yet"):
        ledger.export(tmp_path / "export.jsonl")
    assert not (tmp_path / "export.jsonl").exists()


def test_two_checkpoints_of_one_size_are_two_checkpoints(ledger, witness):
    add(ledger, 0, 2)
    seal(ledger)
    seal(ledger, witness)
    assert ledger.verify(KEYS).checkpoints == 2


def test_a_rotated_key_of_the_same_name_carries_on(ledger):
    add(ledger, 0, 2)
    seal(ledger)
    add(ledger, 2, 3)
    seal(ledger, signer=OTHER)
    assert ledger.verify([LOG.verifier_key, OTHER.verifier_key]).checkpoints == 2
