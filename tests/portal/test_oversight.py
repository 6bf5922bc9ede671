"""A trace is recorded with its answer, and the record can be shown to anyone."""

import json
import subprocess
import sys

import pytest

from strongroom.errors import AlreadyExistsError, NotFoundError, UsageError
from strongroom.ledger import RecordFaultError
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.oversight.record import (
    export_record,
    prove_entry,
    trusted_keys,
    verify_export_file,
    verify_record,
)
from strongroom.portal.oversight.tracing import Papers, trace_file
from strongroom.portal.projects.actions import revoke_project
from strongroom.portal.record.acts import act, ledger
from strongroom.tracer import TraceVerdict
from strongroom.tracer.offline_verifier import verify


@pytest.fixture
def leaked(cohort_home, tmp_path, extracts):
    """A file that only project b could have: its columns are b's alone, its people too."""
    import polars as pl

    for slug, columns, where in (
        ("a", extracts.telling[:5], "p31 = 0"),
        ("b", extracts.telling, ""),
    ):
        add_project(
            cohort_home,
            slug=slug,
            institution=f"Institution {slug}",
            cohort_name="synthetic",
            columns=columns,
            where=where,
            by="ada",
        )
    _, files = write_project_view(cohort_home, slug="b", to=tmp_path / "b", by="ada")
    data = pl.read_parquet(files[0]).drop("eid").sample(700, seed=1)
    data.columns = [f"c{number}" for number in range(data.width)]
    data.write_csv(tmp_path / "for_sale.csv")
    return tmp_path / "for_sale.csv"


def test_a_leak_is_traced_and_the_trace_recorded(cohort_home, leaked):
    answer = trace_file(cohort_home, leaked, by="ada")
    assert [suspect.project for suspect in answer.suspects] == ["b"]
    entry = ledger(cohort_home).entry(ledger(cohort_home).size() - 1)
    assert entry.kind == "file.traced"
    assert entry.facts["suspects"] == ["b"]


def test_a_revoked_projects_copy_is_still_recognised(cohort_home, leaked):
    revoke_project(cohort_home, slug="b", reason="leak", by="ada")
    answer = trace_file(cohort_home, leaked, by="ada", cohort="synthetic")
    assert answer.verdict is TraceVerdict.ATTRIBUTED


def test_a_file_that_is_none_or_a_home_without_cohort_is_said(cohort_home, home, tmp_path):
    with pytest.raises(UsageError, match="is not a file"):
        trace_file(cohort_home, tmp_path, by="ada")


def test_an_empty_home_has_nothing_to_compare_with(home, tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(NotFoundError, match="no cohort to compare"):
        trace_file(home, tmp_path / "x.csv", by="ada")


@pytest.fixture
def recorded(home):
    for number in range(5):
        with act(home, by="ada") as record:
            record("note.made", f"subject {number}", number=number)
    return home


def test_the_record_and_its_export_verify(recorded, tmp_path):
    assert verify_record(recorded).entries == 5
    export_record(recorded, to=tmp_path / "ledger.jsonl", by="ada")
    assert verify_export_file(recorded, tmp_path / "ledger.jsonl").entries == 6
    with pytest.raises(UsageError, match="exists already"):
        export_record(recorded, to=tmp_path / "ledger.jsonl", by="ada")


def test_an_auditor_needs_one_file_and_the_keys(recorded, tmp_path):
    """The verifier beside the export runs where strongroom is not installed."""
    export_record(recorded, to=tmp_path / "ledger.jsonl", by="ada")
    keys = [word for key in trusted_keys(recorded) for word in ("--key", key)]
    command = [
        sys.executable,
        "-I",
        str(tmp_path / "offline_verifier.py"),
        str(tmp_path / "ledger.jsonl"),
        *keys,
    ]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    changed = (tmp_path / "ledger.jsonl").read_bytes().replace(b"subject 3", b"subject 9")
    (tmp_path / "ledger.jsonl").write_bytes(changed)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    with pytest.raises(RecordFaultError):
        verify_export_file(recorded, tmp_path / "ledger.jsonl")


def test_one_entry_is_proved_without_the_others(recorded):
    from strongroom.ledger import InclusionProof, SignedNote, TreeHead, VerifierKey

    proof = json.loads(json.dumps(prove_entry(recorded, 2)))
    note = SignedNote.parse(proof["checkpoint"])
    assert all(note.signed_by(VerifierKey.parse(key)) for key in proof["keys"])
    head = TreeHead.parse(note.text)
    path = tuple(bytes.fromhex(each) for each in proof["path"])
    inclusion = InclusionProof(2, head.size, bytes.fromhex(proof["leaf_hash"]), path)
    assert inclusion.verify(head.root)
    assert json.loads(proof["entry"])["subject"] == "subject 2"
    with pytest.raises(NotFoundError):
        prove_entry(recorded, 99)


def test_a_checkpoint_kept_elsewhere_shows_a_rewritten_ledger(recorded):
    import sqlite3

    kept = prove_entry(recorded, 4)["checkpoint"]
    assert verify_record(recorded, checkpoints=[kept]).entries == 5
    raw = sqlite3.connect(recorded.path / "strongroom.sqlite3")
    for table in ("ledger_entry", "ledger_node", "ledger_checkpoint"):
        raw.execute(f"DROP TRIGGER {table}_no_delete")
        raw.execute(f"DELETE FROM {table}")
    raw.execute("UPDATE ledger_head SET size = 0")
    raw.commit()
    raw.close()
    with pytest.raises(RecordFaultError):
        verify_record(recorded, checkpoints=[kept])


def test_an_accusation_comes_with_papers_that_verify(cohort_home, leaked, tmp_path):
    papers = Papers(report=tmp_path / "trace.html", evidence=tmp_path / "evidence.json")
    answer = trace_file(cohort_home, leaked, by="ada", cohort="synthetic", papers=papers)
    evidence = json.loads(papers.evidence.read_text())
    export_record(cohort_home, to=tmp_path / "ledger.jsonl", by="ada")
    lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
    assert [each.project for each in verify(evidence, lines)] == [each.project for each in answer.suspects]
    page = papers.report.read_text()
    assert evidence["accused"][0]["commitment"] in page
    assert evidence["accused"][0]["project_key"] not in page
    with pytest.raises(AlreadyExistsError):
        trace_file(cohort_home, leaked, by="ada", cohort="synthetic", papers=papers)
