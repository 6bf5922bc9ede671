"""Attacks on the database as a file, rolled back, lost or edited: T-ROLLBACK-* of docs/threat-model.md."""

import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from django.db import connection

from program import COMMAND, run
from strongroom.errors import LedgerError, StoreError, VerificationError
from strongroom.ledger import LedgerFaultError, WitnessRefusedError
from strongroom.portal.acts.transactions import act, ledger, seal
from strongroom.portal.data.models import Cohort
from strongroom.portal.home import create_home, open_home, read_home
from strongroom.portal.outputs.models import QueryAccount, ReleaseRequest
from strongroom.portal.oversight.ledger_audit import relearn, verify_ledger
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.oversight.vault_audit import verify_vault
from strongroom.portal.people.actions import ensure_institution
from strongroom.portal.people.models import Institution
from strongroom.portal.projects.actions import create_project, revoke_project
from strongroom.portal.projects.models import KeyPurpose


def database(home):
    return home.path / "strongroom.sqlite3"


def edit(home, *statements):
    """Change the database as its owner can, past the portal."""
    with closing(sqlite3.connect(database(home))) as stolen, stolen:
        for statement in statements:
            stolen.execute(statement)


def copied(home, to):
    """Keep a copy of the database with nothing left in its write-ahead log."""
    with closing(sqlite3.connect(database(home))) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    return to


def put_back(home, copy):
    connection.close()
    for name in ("-wal", "-shm", ""):
        database(home).with_name(f"strongroom.sqlite3{name}").unlink(missing_ok=True)
    shutil.copy(copy, database(home))


UNKNOWN_INSTITUTION = (
    "INSERT INTO people_institution (name, registered_at, country, jurisdiction, status, status_reason) "
    "VALUES ('x', '2026-01-01 00:00:00', '', '', 'registered', '')"
)


@pytest.fixture
def running(home):
    """A home with a project, a cohort's row, a request and a budget."""
    with act(home, by="ada") as record:
        project = create_project(
            home,
            slug="heart",
            institution="Northgate",
            cohort_name="ukb",
            columns=["p31"],
            where="",
            keys={purpose: bytes(32) for purpose in KeyPurpose},
            record=record,
        )
        cohort = Cohort(
            name="ukb", directory="x", manifest={}, wrapped_key=b"k", report={"a": 1.5}, added_at=home.clock()
        )
        cohort.save()
        record("cohort.added", "ukb")
        ReleaseRequest(
            project=project, cohort=cohort, verdict="block", report={}, checked_at=home.clock()
        ).save()
        QueryAccount(project=project, cohort=cohort, granted=1.0, total=1.0).save()
        record("output.checked", "heart")
    return home


def test_a_rolled_back_database_is_refused(running, tmp_path):
    """An act that no checkpoint covers counts too: it would refund what a question cost."""
    copy = copied(running, tmp_path / "copy")
    with act(running, by="ada") as record:
        record("question.answered", "heart")
    put_back(running, copy)
    for opened in (open_home, read_home):
        with pytest.raises(WitnessRefusedError, match="shrank"):
            opened(running.path)
    code, _, err = run(running, "ledger", "verify")
    assert code == 1
    assert "shrank" in err
    assert len(err.splitlines()) == 1


def test_a_revoked_project_is_not_revived_by_an_old_database(running, tmp_path):
    copy = copied(running, tmp_path / "copy")
    revoke_project(running, slug="heart", reason="over", by="ada")
    put_back(running, copy)
    with pytest.raises(WitnessRefusedError):
        open_home(running.path)


def note_twice(home):
    with act(home, by="mallory") as record:
        record("note.made", "x")
        record("note.made", "y")


def test_a_rolled_back_database_that_goes_on_is_refused(running, tmp_path):
    """More entries than the witness remembers do not help: they are others."""
    copy = copied(running, tmp_path / "copy")
    with act(running, by="ada") as record:
        record("project.revoked", "heart")
    put_back(running, copy)
    with pytest.raises(WitnessRefusedError):
        note_twice(running)
    with pytest.raises(WitnessRefusedError, match="does not continue"):
        open_home(running.path)


def test_a_witness_that_forgot_signs_only_from_a_checkpoint_it_signed(running, tmp_path):
    kept = str(seal(running))
    for content in (None, "{}", "{", "[]"):
        running.memory.path.unlink(missing_ok=True)
        if content is not None:
            running.memory.path.write_text(content, encoding="utf-8")
        with pytest.raises(LedgerError, match=r"missing|cannot be read|forgotten"):
            open_home(running.path)
    running.memory.path.unlink()
    assert relearn(running.path, kept, by="ada").head.size == ledger(running).size()
    assert ledger(running).entry(ledger(running).size() - 1).kind == "witness.relearned"


def test_a_witness_that_was_given_a_checkpoint_by_a_killed_command_is_entered_by_the_next(running):
    kept = str(seal(running))
    size = ledger(running).size()
    running.memory.path.unlink()
    # Killed here: the witness signs again, and no entry says so.
    open_home(running.path, relearn=kept)
    assert ledger(running).size() == size
    open_home(running.path)
    entry = ledger(running).entry(size)
    assert (entry.kind, entry.facts["entries"], entry.actor) == (
        "witness.relearned", size, "strongroom (after an interruption)",
    )  # fmt: skip
    open_home(running.path)
    assert ledger(running).size() == size + 1


def test_a_missing_database_is_not_made_anew(home):
    put_back(home, "/dev/null")
    with pytest.raises(StoreError, match="is missing"):
        open_home(home.path)
    database(home).unlink()
    for opened in (open_home, create_home, read_home):
        with pytest.raises(StoreError, match="is missing"):
            opened(home.path)
    assert not database(home).exists()


def test_a_database_whose_keys_are_missing_gets_no_new_ones(running):
    for name in ("ledger.pub", "witness.pub"):
        (running.path / "keys" / name).unlink()
    with pytest.raises(LedgerError, match="keys are missing"):
        create_home(running.path)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ('UPDATE projects_project SET columns = \'["p31", "p21022"]\'', "projects_project 1 was changed"),
        ("UPDATE projects_project SET status = 'revoked'", "projects_project 1 was changed"),
        ("UPDATE outputs_releaserequest SET verdict = 'release'", "outputs_releaserequest 1 was changed"),
        ("UPDATE outputs_queryaccount SET total = 2.0", "outputs_queryaccount 1 was changed"),
        ("UPDATE data_cohort SET report = '{\"a\": 1.25}'", "data_cohort 1 was changed"),
        ("DELETE FROM outputs_queryaccount", "outputs_queryaccount 1 was deleted"),
        (
            UNKNOWN_INSTITUTION,
            "people_institution 2 was inserted",
        ),
    ],
)
def test_a_row_that_no_act_wrote_is_found(running, statement, named):
    assert verify_state(running).rows == 7
    edit(running, statement)
    verify_ledger(running)
    with pytest.raises(VerificationError, match=named):
        verify_state(running)


def test_many_rows_of_one_act_are_all_in_the_ledger(home):
    with act(home, by="ada") as record:
        for number in range(2500):
            ensure_institution(home, name=f"I{number}", record=record)
    assert verify_state(home).rows == 2500
    verify_ledger(home)


def test_the_rows_of_an_earlier_version_are_adopted_once(home):
    """A home made before rows had digests: its first act takes all rows in; a lost salt is not replaced."""
    edit(home, UNKNOWN_INSTITUTION)
    home.salt.unlink()
    with act(home, by="ada") as record:
        ensure_institution(home, name="Northgate", record=record)
    assert verify_state(home).rows == Institution.objects.count() == 2
    home.salt.unlink()
    with pytest.raises(LedgerError, match="missing"), act(home, by="ada") as record:
        ensure_institution(home, name="Harbour", record=record)


def test_the_digests_in_the_ledger_do_not_reveal_a_row(running, tmp_path):
    """The same rows in another home have other digests."""
    states = [entry.state for _, entry in ledger(running).entries() if entry.state]
    other = create_home(tmp_path / "other", clock=running.clock)
    with act(other, by="ada") as record:
        ensure_institution(other, name="Northgate", record=record)
    assert ledger(other).entry(0).state["people_institution"]["1"] not in str(states)


@pytest.mark.parametrize("body", ["'text'", "7", "NULL || ''", "x''", "x'5b5d'", "2.5"])
def test_a_body_of_another_type_is_a_fault_and_no_traceback(running, body):
    edit(
        running,
        "DROP TRIGGER ledger_entry_no_update",
        f"UPDATE ledger_entry SET body = coalesce({body}, '') WHERE \"index\" = 1",
    )
    with pytest.raises(LedgerFaultError, match="changed"):
        verify_ledger(running)
    code, out, err = run(running, "ledger", "verify", "--state")
    assert (code, out) == (1, "")
    assert "changed" in err
    assert len(err.splitlines()) == 1


def test_a_damaged_page_is_found_by_the_databases_own_check(running):
    seal(running)
    copied(running, running.path / "copy")
    put_back(running, running.path / "copy")
    with closing(sqlite3.connect(database(running))) as stolen:
        indices = "SELECT rootpage FROM sqlite_master WHERE name LIKE 'sqlite_autoindex%'"
        page = stolen.execute(indices).fetchone()[0]
        size = stolen.execute("PRAGMA page_size").fetchone()[0]
    with database(running).open("r+b") as file:
        file.seek((page - 1) * size + 8)
        file.write(b"\xff" * 8)
    code, out, err = run(running, "ledger", "verify")
    assert (code, out) == (1, "")
    assert "damaged" in err


def test_an_auditor_who_may_only_read_verifies_a_home(running):
    seal(running)
    before = {path: path.stat().st_mtime_ns for path in running.path.rglob("*")}
    command = [*COMMAND, "ledger", "verify", "--state", "--home", str(running.path)]
    if shutil.which("bwrap"):
        bound = ["--bind", "/", "/", "--ro-bind", str(running.path), str(running.path), "--dev", "/dev"]
        command = ["bwrap", *bound, *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "rows of state match" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in running.path.rglob("*")} == before


def test_a_changed_byte_of_the_vault_is_found(cohort_home):
    assert verify_vault(cohort_home).files >= 2
    files = [path for path in cohort_home.vault.rglob("*") if path.is_file() and path.stat().st_size]
    for file in files[:2]:
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    with pytest.raises(VerificationError, match="2 of"):
        verify_vault(cohort_home)
    files[0].unlink()
    with pytest.raises(VerificationError, match=files[0].name):
        verify_vault(cohort_home)
