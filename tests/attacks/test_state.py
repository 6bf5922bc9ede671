"""Attacks on the rule that no state changes without its entry: T-STATE-* of docs/threat-model.md."""

import ast
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import strongroom
from strongroom.errors import LedgerError, RefusedError
from strongroom.portal.acts.transactions import act, ledger
from strongroom.portal.data.cohorts import find_cohort
from strongroom.portal.data.models import Cohort
from strongroom.portal.data.vault import incoming
from strongroom.portal.data.views import add_project
from strongroom.portal.outputs import actions as outputs
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.people.models import Institution
from strongroom.portal.projects.actions import revoke_project

SOURCE = Path(strongroom.__file__).parent
UNGUARDED = {"bulk_create", "bulk_update", "update_or_create", "get_or_create", "raw"}


def approve(home, slug="heart"):
    return add_project(
        home, slug=slug, institution="Northgate", cohort_name="synthetic", columns=["p31", "p21022"], by="ada"
    )


def results(tmp_path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("term,estimate,std_error\nintercept,110.2,0.8\nage,0.51,0.02\n", encoding="utf-8")
    return path


def in_another_process(home, code: str) -> subprocess.Popen:
    script = (
        "import sys, pathlib\n"
        "from strongroom.portal.home import open_home, set_up_django\n"
        "set_up_django()\n"
        "home = open_home(pathlib.Path(sys.argv[1]))\n" + textwrap.dedent(code)
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_row_cannot_be_written_past_the_record(home):
    with pytest.raises(LedgerError, match="inside an act"):
        Institution(name="Unseen", registered_at=home.clock()).save()
    assert Institution.objects.count() == 0


def test_an_act_that_says_nothing_is_undone(home):
    with pytest.raises(LedgerError), act(home, by="mallory"):
        Institution(name="Unseen", registered_at=home.clock()).save()
    assert Institution.objects.count() == 0


def test_a_change_whose_entry_cannot_be_written_does_not_happen(home):
    def register(subject):
        with act(home, by="mallory") as record:
            Institution(name="Unseen", registered_at=home.clock()).save()
            record("institution.registered", subject)

    with pytest.raises(LedgerError, match="the limit is 60,000"):
        register("x" * 70_000)
    assert Institution.objects.count() == 0
    assert ledger(home).size() == 0


def test_no_code_of_the_portal_goes_around_the_guard():
    found = []
    for path in (SOURCE / "portal").rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = node.func.attr
                query_update = name == "update" and ".objects" in ast.unparse(node.func.value)
                if name in UNGUARDED or query_update:
                    found.append(f"{path.name}:{node.lineno} {name}")
    assert found == []


def test_of_two_cohorts_added_at_once_under_one_name_one_stands(home, synthetic_source):
    code = f"""
    from strongroom.errors import AlreadyExistsError
    from strongroom.portal.data.cohorts import CohortSource, add_cohort
    source = CohortSource(
        participants=pathlib.Path({str(synthetic_source.participants)!r}),
        dictionary=pathlib.Path({str(synthetic_source.dictionary)!r}), id_column="eid", events={{}})
    try:
        add_cohort(home, name="same", source=source, by="ada")
        print("added")
    except AlreadyExistsError:
        print("refused")
    """
    racers = [in_another_process(home, code) for _ in range(2)]
    said = [racer.communicate(timeout=120) for racer in racers]
    assert sorted(out.strip() for out, _ in said) == ["added", "refused"], said
    assert Cohort.objects.count() == 1
    assert len(list((home.vault / "cohorts").iterdir())) == 1
    assert [entry.kind for _, entry in ledger(home).entries()] == ["cohort.added", "relations.kept"]


def test_a_process_killed_in_the_midst_of_ingest_leaves_nothing(home):
    code = """
    import time
    from strongroom.portal.data.vault import incoming
    with incoming(home) as directory:
        (directory / "half.parquet").write_bytes(b"half")
        print("working", flush=True)
        time.sleep(60)
    """
    victim = in_another_process(home, code)
    assert victim.stdout.readline().strip() == "working"
    os.kill(victim.pid, signal.SIGKILL)
    victim.communicate()
    assert list(home.vault.rglob("half.parquet")) != []
    with incoming(home):
        assert list(home.vault.rglob("half.parquet")) == []
    assert ledger(home).size() == 0


def test_a_revoked_project_is_given_nothing(cohort_home):
    approve(cohort_home)
    revoke_project(cohort_home, slug="heart", reason="contract ended", by="ada")
    with pytest.raises(RefusedError):
        airlock(project="heart")


def test_a_project_revoked_while_its_files_are_read_releases_nothing(cohort_home, tmp_path, monkeypatch):
    approve(cohort_home)
    through, judge = airlock(project="heart"), outputs.check

    def slow_check(paths, **arguments):
        report = judge(paths, **arguments)
        revoke_project(cohort_home, slug="heart", reason="found for sale", by="ada")
        return report

    monkeypatch.setattr(outputs, "check", slow_check)
    with pytest.raises(RefusedError):
        check_outputs(
            cohort_home, [results(tmp_path)], through=through, by="eve", release_to=tmp_path / "released"
        )
    assert not (tmp_path / "released").exists()
    assert ReleaseRequest.objects.count() == 0


def test_nothing_is_released_that_the_ledger_could_not_announce(cohort_home, tmp_path, monkeypatch):
    approve(cohort_home)
    through = airlock(project="heart")

    def broken(*_arguments, **_facts):
        raise LedgerError("the disk is full")

    monkeypatch.setattr(outputs, "act", broken)
    with pytest.raises(LedgerError):
        check_outputs(
            cohort_home, [results(tmp_path)], through=through, by="eve", release_to=tmp_path / "released"
        )
    assert not (tmp_path / "released").exists()
    assert find_cohort("synthetic").requests.count() == 0


def test_writers_at_the_same_time_lose_no_entry_and_leave_no_gap(home):
    code = """
    import os
    from strongroom.portal.people.actions import ensure_institution
    from strongroom.portal.acts.transactions import act
    for number in range(20):
        with act(home, by="ada") as record:
            ensure_institution(home, name=f"{os.getpid()} {number}", record=record)
    """
    writers = [in_another_process(home, code) for _ in range(3)]
    for writer in writers:
        _, complaint = writer.communicate(timeout=120)
        assert writer.returncode == 0, complaint
    assert [index for index, _ in ledger(home).entries()] == list(range(60))
    assert Institution.objects.count() == 60


def test_two_checks_into_one_directory_do_not_release_for_each_other(cohort_home, tmp_path, monkeypatch):
    approve(cohort_home)
    through, judge = airlock(project="heart"), outputs.check
    good, bad = results(tmp_path), tmp_path / "unread.bin"
    bad.write_bytes(bytes(range(256)))
    other = tmp_path / "other.csv"
    other.write_text("term,estimate\nsex,0.4\n", encoding="utf-8")
    target = tmp_path / "released"

    def meanwhile(paths, **arguments):
        report = judge(paths, **arguments)
        monkeypatch.setattr(outputs, "check", judge)
        check_outputs(cohort_home, [other, bad], through=through, by="mallory", release_to=target)
        return report

    monkeypatch.setattr(outputs, "check", meanwhile)
    check_outputs(cohort_home, [good], through=through, by="eve", release_to=target)
    assert [path.name for path in target.iterdir()] == [good.name]
