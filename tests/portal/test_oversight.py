"""A trace is recorded with its answer, and the record can be shown to anyone."""

import contextlib
import json
import subprocess
import sys
import zipfile

import numpy as np
import polars as pl
import pytest

from strongroom.cli.trace import attribution_lines
from strongroom.errors import AlreadyExistsError, InputError, NotFoundError, UsageError
from strongroom.ledger import LedgerFaultError
from strongroom.portal.acts.transactions import act, ledger
from strongroom.portal.data.cohorts import add_cohort
from strongroom.portal.data.decoys import decoys_of
from strongroom.portal.data.models import View
from strongroom.portal.data.views import add_project, fingerprint_of, write_project_view
from strongroom.portal.oversight.ledger_audit import (
    export_ledger,
    prove_entry,
    trusted_keys,
    verify_export_file,
    verify_ledger,
)
from strongroom.portal.oversight.tracing import Papers, trace_file
from strongroom.portal.projects.actions import find_project, revoke_project
from strongroom.tracer import TraceVerdict
from strongroom.tracer.attribution import LIMITS
from strongroom.tracer.offline_verifier import verify
from strongroom.tracer.wording import at_most


@pytest.fixture
def leaked(cohort_home, tmp_path, extracts):
    """A file that only project b could have: its columns are b's alone, its people too."""
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
    assert verify_ledger(recorded).entries == 5
    export_ledger(recorded, to=tmp_path / "ledger.jsonl", by="ada")
    assert verify_export_file(recorded, tmp_path / "ledger.jsonl").entries == 6
    with pytest.raises(UsageError, match="already exists"):
        export_ledger(recorded, to=tmp_path / "ledger.jsonl", by="ada")


def test_an_auditor_needs_one_file_and_the_keys(recorded, tmp_path):
    """The verifier beside the export runs where strongroom is not installed."""
    export_ledger(recorded, to=tmp_path / "ledger.jsonl", by="ada")
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
    with pytest.raises(LedgerFaultError):
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
    assert verify_ledger(recorded, checkpoints=[kept]).entries == 5
    raw = sqlite3.connect(recorded.path / "strongroom.sqlite3")
    for table in ("ledger_entry", "ledger_node", "ledger_checkpoint"):
        raw.execute(f"DROP TRIGGER {table}_no_delete")
        raw.execute(f"DELETE FROM {table}")
    raw.execute("UPDATE ledger_head SET size = 0")
    raw.commit()
    raw.close()
    with pytest.raises(LedgerFaultError):
        verify_ledger(recorded, checkpoints=[kept])


def test_an_accusation_comes_with_papers_that_verify(cohort_home, leaked, tmp_path):
    papers = Papers(report=tmp_path / "trace.html", evidence=tmp_path / "case")
    answer = trace_file(cohort_home, leaked, by="ada", cohort="synthetic", papers=papers)
    evidence = json.loads((papers.evidence / "evidence.json").read_text())
    export_ledger(cohort_home, to=tmp_path / "ledger.jsonl", by="ada")
    lines = (tmp_path / "ledger.jsonl").read_text().splitlines()
    report = verify(evidence, file=leaked, keys=trusted_keys(cohort_home)[:1], ledger=lines)
    assert [each.project for each in report.accused] == [each.project for each in answer.suspects]
    assert report.look_alikes < report.compared / 500
    assert (papers.evidence / "evidence.json").stat().st_mode & 0o077 == 0
    page = papers.report.read_text()
    assert answer.case.copies[0].commitment in page
    key = fingerprint_of(cohort_home, View.objects.get(project__slug="b")).project_key.hex()
    assert key not in page + json.dumps(evidence)
    with pytest.raises(AlreadyExistsError):
        trace_file(cohort_home, leaked, by="ada", cohort="synthetic", papers=papers)


def test_what_an_answer_leaves_out_is_said(cohort_home, synthetic_source, leaked, tmp_path):
    add_cohort(cohort_home, name="second", source=synthetic_source, by="ada")
    with zipfile.ZipFile(tmp_path / "found.zip", "w") as packed:
        packed.write(leaked, "for_sale.csv")
        packed.writestr("rest.parquet", b"PAR1 and then nothing")
    page = tmp_path / "found.html"
    answer = trace_file(cohort_home, tmp_path / "found.zip", by="ada", papers=Papers(report=page))
    assert [suspect.project for suspect in answer.suspects] == ["b"]
    other, unread = answer.remarks
    assert "with --cohort second" in other
    assert "found.zip > rest.parquet (cannot be parsed)" in unread
    assert attribution_lines(answer.to_json())[-1] == unread
    assert "rest.parquet" in page.read_text()


def test_ids_alone_say_whose_they_are_and_accuse_nobody(cohort_home, leaked, tmp_path):
    ids = pl.read_parquet(leaked.parent / "b" / "participants.parquet").select("eid", other=pl.lit(1))
    ids.sample(300, seed=1).write_csv(tmp_path / "ids.csv")
    page = tmp_path / "ids.html"
    answer = trace_file(cohort_home, tmp_path / "ids.csv", by="ada", papers=Papers(report=page))
    assert (answer.verdict, answer.suspects) == (TraceVerdict.INCONCLUSIVE, ())
    assert [each.project for each in answer.ids] == ["b"]
    assert any("300 of 300 different numbers" in line for line in attribution_lines(answer.to_json()))
    assert "Ids in the file" in page.read_text()


def decoys_in(home, tmp_path, slug):
    """Return a view's rows and its register of decoys."""
    _, files = write_project_view(home, slug=slug, to=tmp_path / slug, by="ada")
    people = pl.read_parquet(next(path for path in files if path.stem == "participants"))
    return people, decoys_of(home, View.objects.get(project__slug=slug))


def test_a_leak_names_by_its_decoys_whose_view_it_was_beside_the_marks(decoyed_home, tmp_path):
    people, register = decoys_in(decoyed_home, tmp_path, "heart")
    leak = people.sample(700, seed=3)
    own = leak.filter(pl.col("eid").is_in(register.ids[~register.shared].tolist()))
    there, full = set(own["eid"].to_list()), set(own.drop_nulls()["eid"].to_list())
    leak = leak.drop("eid")
    leak.columns = [f"c{number}" for number in range(leak.width)]
    leak.write_csv(tmp_path / "for_sale.csv")
    answer = trace_file(decoyed_home, tmp_path / "for_sale.csv", by="ada")
    assert [suspect.project for suspect in answer.suspects] == ["heart"]
    assert [each.project for each in answer.decoys] == ["heart"]
    found = answer.decoys[0]
    assert there
    # One who lacks values, as real people do, may say too little.
    assert full <= set(found.ids) <= there
    assert set(answer.suspects[0].decoys) == set(found.ids)
    # Of two thousand people no decoy says much, three say enough.
    assert found.log10_chance < -1 or len(there) < LIMITS.fewest_decoys
    said = "\n".join(attribution_lines(answer.to_json()))
    assert "Decoys: " in said
    assert "given only to project heart (Institution of heart)" in said
    assert f"probability by coincidence: {at_most(found.log10_chance)}." in said
    assert "decoy" not in answer.suspects[0].evidence.lower()
    assert not any("invented" in each for each in answer.suspects[0].further)
    page = tmp_path / "page.html"
    trace_file(decoyed_home, tmp_path / "for_sale.csv", by="ada", papers=Papers(report=page))
    assert "given only to project heart" in page.read_text()


def test_a_few_decoys_alone_name_their_view_but_accuse_nobody(decoyed_home, tmp_path):
    people, register = decoys_in(decoyed_home, tmp_path, "heart")
    own = people.filter(pl.col("eid").is_in(register.ids[~register.shared].tolist())).drop("eid")
    # One that lacks values, as real people do, may have too few to be recognised.
    own = own.sort(pl.sum_horizontal(pl.all().is_null())).head(2)
    own.write_csv(tmp_path / "two.csv")
    answer = trace_file(decoyed_home, tmp_path / "two.csv", by="ada")
    assert answer.suspects == ()
    assert answer.verdict is TraceVerdict.INCONCLUSIVE
    assert [(each.project, len(each.ids)) for each in answer.decoys] == [("heart", 2)]
    assert "A claim based on decoys alone needs at least 3." in answer.decoys[0].sentence


def test_decoys_of_the_shared_pool_say_only_that_the_file_is_from_the_cohort(
    decoyed_home, tmp_path, monkeypatch
):
    # A secret code decides which shared decoys a project is given, in rare cases none; this one gets all.
    monkeypatch.setattr(
        "strongroom.portal.data.decoys.present", lambda ordinals, **_: np.ones(len(ordinals), bool)
    )
    slug = "kidney"
    add_project(
        decoyed_home,
        slug=slug,
        institution="Institution of kidney",
        cohort_name="synthetic",
        columns=find_project("heart").columns,
        where="",
        by="ada",
    )
    people, register = decoys_in(decoyed_home, tmp_path, slug)
    shared = people.filter(pl.col("eid").is_in(register.ids[register.shared].tolist())).drop("eid")
    # One that lacks values, as real people do, may have too few to be recognised.
    shared = shared.drop_nulls()
    shared.write_csv(tmp_path / "shared.csv")
    answer = trace_file(decoyed_home, tmp_path / "shared.csv", by="ada")
    assert answer.suspects == () == answer.decoys
    assert shared.height > 0
    # With some keys so few rows are not all recognised, or none; then nothing may be said of them.
    assert answer.shared_decoys <= shared.height
    if answer.shared_decoys == 0:
        assert answer.verdict is TraceVerdict.INCONCLUSIVE
        return
    (said,) = answer.decoy_sentences
    assert "from this cohort" in said
    assert slug not in said
    assert "heart" not in said
    assert answer.verdict is TraceVerdict.INCONCLUSIVE


def test_a_file_without_decoys_says_nothing_of_them(decoyed_home, tmp_path):
    people, register = decoys_in(decoyed_home, tmp_path, "heart")
    real = people.filter(~pl.col("eid").is_in(register.ids.tolist())).drop("eid").sample(500, seed=1)
    real.write_csv(tmp_path / "real.csv")
    answer = trace_file(decoyed_home, tmp_path / "real.csv", by="ada")
    assert answer.decoys == ()
    assert answer.decoy_sentences == ()


def test_the_question_is_in_the_ledger_before_the_file_is_opened(cohort_home, tmp_path):
    (tmp_path / "broken.csv").write_bytes(b"\x00\xff" * 50)
    with contextlib.suppress(InputError):
        trace_file(cohort_home, tmp_path / "broken.csv", by="ada")
    kinds = {entry.kind: entry for _, entry in ledger(cohort_home).entries()}
    assert kinds["trace.started"].facts["cohorts"] == ["synthetic"]
    assert len(kinds["trace.started"].facts["sha256"]) == 64


def test_a_file_smoothed_by_principal_components_is_traced_with_its_decoys(decoyed_home, tmp_path):
    """The search for decoys among smoothed values used to end in an error without any answer."""
    people, _ = decoys_in(decoyed_home, tmp_path, "heart")
    numbers = people.drop("eid").select(pl.selectors.numeric()).drop_nulls().sample(900, seed=4).to_numpy()
    middle, spread = numbers.mean(axis=0), numbers.std(axis=0)
    left, size, right = np.linalg.svd(
        (numbers - middle) / np.where(spread > 0, spread, 1), full_matrices=False
    )
    kept = len(size) * 2 // 3
    smoothed = (left[:, :kept] * size[:kept]) @ right[:kept] * spread + middle
    names = [f"c{number}" for number in range(smoothed.shape[1])]
    pl.DataFrame(smoothed, schema=names).write_csv(tmp_path / "smoothed.csv")
    answer = trace_file(decoyed_home, tmp_path / "smoothed.csv", by="ada")
    assert not [each for each in answer.remarks if "failed" in each]
    assert {each.project for each in answer.suspects} <= {"heart"}


def test_a_part_that_fails_is_stated_and_the_rest_is_answered(cohort_home, leaked, monkeypatch):
    def broken(*_, **__):
        raise ValueError("a participant's value")

    monkeypatch.setattr("strongroom.tracer.tracing.issued_ids", broken)
    monkeypatch.setattr("strongroom.portal.oversight.tracing._decoyed_views", broken)
    answer = trace_file(cohort_home, leaked, by="ada")
    assert [suspect.project for suspect in answer.suspects] == ["b"]
    assert [each.split(" failed")[0] for each in answer.remarks] == [
        "Looking for issued ids",
        "Looking for decoys",
    ]
    assert "participant's value" not in "".join(answer.remarks)


def test_a_file_whose_examination_failed_is_not_called_foreign(cohort_home, leaked, monkeypatch):
    def broken(*_, **__):
        raise MemoryError

    monkeypatch.setattr("strongroom.tracer.tracing.recognise", broken)
    answer = trace_file(cohort_home, leaked, by="ada")
    assert answer.verdict is TraceVerdict.INCONCLUSIVE
    assert "failed" in answer.reason
