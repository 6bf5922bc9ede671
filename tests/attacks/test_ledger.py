"""Attacks on the record by whoever owns its database: T-LEDGER-* of docs/threat-model.md."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from django.db import transaction

from strongroom.clock import timestamp
from strongroom.cohort.keys import FileKeyProvider
from strongroom.errors import KeyUnavailableError, VerificationError
from strongroom.ledger import Entry, FileMemory, Signer, WitnessRefusedError, verify_export
from strongroom.ledger.merkle import Frontier, leaf_hash
from strongroom.portal.acts.transactions import act, ledger, seal
from strongroom.portal.home import LEDGER_KEY, Home
from strongroom.portal.oversight.ledger_audit import export_ledger, trusted_keys, verify_ledger
from strongroom.portal.people.actions import ensure_institution

NAMES = ("Northgate", "Harbour", "Lakeside", "Southbank", "Westfield", "Eastham")


@pytest.fixture
def recorded(home):
    """A home whose record holds six sealed entries."""
    for name in NAMES:
        with act(home, by="ada") as record:
            ensure_institution(home, name=name, record=record)
    seal(home)
    return home


def bodies_of(home) -> list[bytes]:
    return [entry.to_bytes() for _, entry in ledger(home).entries()]


def rewrite(home, bodies: list[bytes]) -> None:
    """Replace the record as its database's owner can: guards dropped, every hash and node computed anew."""
    with closing(sqlite3.connect(home.path / "strongroom.sqlite3")) as stolen, stolen:
        for (name,) in stolen.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            stolen.execute(f'DROP TRIGGER "{name}"')
        stolen.execute("DELETE FROM ledger_entry")
        stolen.execute("DELETE FROM ledger_node")
        edge = Frontier()
        for index, body in enumerate(bodies):
            leaf = leaf_hash(body)
            time = timestamp(Entry.from_bytes(body).time)
            stolen.execute("INSERT INTO ledger_entry VALUES (?, ?, ?, ?)", (index, time, body, leaf))
            for node, digest in edge.add(leaf):
                stolen.execute("INSERT INTO ledger_node VALUES (?, ?)", (node.number, digest))
        stolen.execute("UPDATE ledger_head SET size = ?", (len(bodies),))


def forget_checkpoints(home) -> None:
    with closing(sqlite3.connect(home.path / "strongroom.sqlite3")) as stolen, stolen:
        stolen.execute("DELETE FROM ledger_checkpoint")


def forged(body: bytes) -> bytes:
    return body.replace(b"Harbour", b"Nothing")


def test_an_entry_changed_with_all_its_hashes_is_found(recorded):
    rewrite(recorded, [forged(body) for body in bodies_of(recorded)])
    with pytest.raises(VerificationError):
        verify_ledger(recorded)


def test_an_entry_removed_from_the_middle_is_found(recorded):
    bodies = bodies_of(recorded)
    rewrite(recorded, bodies[:2] + bodies[3:])
    with pytest.raises(VerificationError):
        verify_ledger(recorded)


def test_two_entries_in_the_other_order_are_found(recorded):
    bodies = bodies_of(recorded)
    bodies[1], bodies[2] = bodies[2], bodies[1]
    rewrite(recorded, bodies)
    with pytest.raises(VerificationError):
        verify_ledger(recorded)


def test_an_entry_put_between_two_others_is_found(recorded):
    bodies = bodies_of(recorded)
    rewrite(recorded, [*bodies[:3], forged(bodies[1]), *bodies[3:]])
    with pytest.raises(VerificationError):
        verify_ledger(recorded)


def test_a_tail_cut_off_is_found(recorded):
    rewrite(recorded, bodies_of(recorded)[:-2])
    with pytest.raises(VerificationError):
        verify_ledger(recorded)


def test_a_rewritten_history_is_not_cosigned_even_with_the_logs_own_key(recorded):
    rewrite(recorded, [forged(body) for body in bodies_of(recorded)])
    forget_checkpoints(recorded)
    with pytest.raises(WitnessRefusedError):
        seal(recorded)


def test_an_export_signed_by_somebody_else_is_rejected(recorded, tmp_path):
    keys = trusted_keys(recorded)
    impostor = Signer.generate(recorded.origin)
    rewrite(recorded, [forged(body) for body in bodies_of(recorded)])
    forget_checkpoints(recorded)
    with transaction.atomic():
        ledger(recorded).checkpoint(impostor, clock=recorded.clock)
        ledger(recorded).export(tmp_path / "false.export")
    with pytest.raises(VerificationError):
        verify_export(tmp_path / "false.export", keys)


def test_sql_through_the_application_cannot_change_an_entry(recorded):
    with closing(sqlite3.connect(recorded.path / "strongroom.sqlite3")) as database:
        for statement in ("UPDATE ledger_entry SET time = 'never'", "DELETE FROM ledger_entry"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(statement)


def test_a_checkpoint_kept_elsewhere_defeats_the_holder_of_both_keys(recorded, tmp_path):
    kept = str(seal(recorded))
    rewrite(recorded, [forged(body) for body in bodies_of(recorded)])
    forget_checkpoints(recorded)
    recorded.memory.path.unlink()
    FileMemory.create(recorded.memory.path)
    export_ledger(recorded, to=tmp_path / "rewritten.export", by="mallory")
    keys = trusted_keys(recorded)
    verify_export(tmp_path / "rewritten.export", keys)
    with pytest.raises(VerificationError):
        verify_export(tmp_path / "rewritten.export", keys, checkpoints=[kept])


def test_text_in_an_entry_cannot_pass_for_another_line_of_the_export(home, tmp_path):
    line = 'x"}\n{"entry":{"kind":"project.revoked"},"index":1,"leaf":"' + "0" * 64 + '"}\n\n— a AAAA\n'
    with act(home, by=line) as record:
        ensure_institution(home, name="Northgate", record=record)
    export_ledger(home, to=tmp_path / "record.export", by="ada")
    report = verify_export(tmp_path / "record.export", trusted_keys(home))
    assert report.entries == ledger(home).size()


def test_a_stolen_home_without_its_master_key_signs_nothing(recorded, tmp_path):
    stolen = tmp_path / "stolen"
    shutil.copytree(recorded.path, stolen, ignore=shutil.ignore_patterns("master.key"))
    thief = Home(path=stolen, keys=FileKeyProvider.create(stolen / "keys" / "master.key"))
    with pytest.raises(KeyUnavailableError):
        thief.signer(LEDGER_KEY)
