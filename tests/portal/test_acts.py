"""No state change without its entry, and no entry without its change."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from strongroom.clock import fixed
from strongroom.errors import LedgerError, NotFoundError, RefusedError
from strongroom.portal.acts.models import LedgerCheckpoint, LedgerEntry
from strongroom.portal.acts.transactions import CHECKPOINT_EVERY, act, ledger, seal
from strongroom.portal.home import create_home, open_home
from strongroom.portal.people.actions import ensure_institution
from strongroom.portal.people.models import Institution


def test_an_act_writes_row_and_entry_together(home):
    with act(home, by="ada") as record:
        ensure_institution(home, name="Northgate", record=record)
    entry = ledger(home).entry(0)
    assert (entry.kind, entry.actor, entry.subject) == ("institution.registered", "ada", "Northgate")
    assert Institution.objects.count() == 1


def test_an_act_that_fails_leaves_neither_row_nor_entry(home):
    def change_my_mind():
        with act(home, by="ada") as record:
            ensure_institution(home, name="Northgate", record=record)
            raise RefusedError("changed my mind")

    with pytest.raises(RefusedError, match="changed my mind"):
        change_my_mind()
    assert Institution.objects.count() == 0
    assert ledger(home).size() == 0


def test_an_act_without_an_entry_is_undone(home):
    with pytest.raises(LedgerError, match="without a ledger entry"), act(home, by="ada"):
        Institution(name="Quiet", registered_at=home.clock()).save()
    assert Institution.objects.count() == 0


def test_a_row_cannot_be_saved_or_deleted_outside_an_act(home):
    with act(home, by="ada") as record:
        institution = ensure_institution(home, name="Northgate", record=record)
    with pytest.raises(LedgerError, match="inside an act"):
        institution.save()
    with pytest.raises(LedgerError, match="inside an act"):
        institution.delete()


def test_an_act_needs_a_person(home):
    with pytest.raises(RefusedError, match="acting person"), act(home, by=""):
        pass


def test_the_first_act_is_sealed_and_later_ones_when_enough_or_old_enough(home):
    began = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def note(home, times=1):
        for _ in range(times):
            with act(home, by="ada") as record:
                record("note.made", "x")

    clocked = create_home(home.path, clock=fixed(began))
    note(clocked)
    assert LedgerCheckpoint.objects.count() == 1
    note(clocked, CHECKPOINT_EVERY - 1)
    assert LedgerCheckpoint.objects.count() == 1
    note(clocked)
    assert LedgerCheckpoint.objects.count() == 2
    note(create_home(home.path, clock=fixed(began + timedelta(minutes=2))))
    assert LedgerCheckpoint.objects.count() == 3


def test_checkpoints_bear_the_logs_and_the_witness_signature(home):
    with act(home, by="ada") as record:
        record("note.made", "x")
    note = str(seal(home))
    assert note.startswith(home.origin + "\n1\n")
    assert note.count("\n— ") == 2


def test_entries_can_be_read_as_rows_for_pages(home):
    with act(home, by="ada") as record:
        record("note.made", "x", colour="green")
    assert b'"colour":"green"' in bytes(LedgerEntry.objects.get(index=0).body)


def test_the_database_refuses_to_change_an_entry(home):
    with act(home, by="ada") as record:
        record("note.made", "x")
    raw = sqlite3.connect(home.path / "strongroom.sqlite3")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute("UPDATE ledger_entry SET body = x'00'")
    raw.close()


def test_opening_what_is_no_home_says_so(tmp_path):
    with pytest.raises(NotFoundError, match="not a strongroom home"):
        open_home(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_two_homes_in_one_process_keep_apart(home, tmp_path):
    with act(home, by="ada") as record:
        record("note.made", "x")
    other = create_home(tmp_path / "other")
    assert ledger(other).size() == 0
    again = open_home(home.path)
    assert ledger(again).size() == 1
    assert again.origin == home.origin != other.origin
