"""What is under review leaves by a person's word alone, on the record, and what is blocked by nobody's."""

import numpy as np
import pytest
from PIL import Image

from strongroom.checker import Verdict
from strongroom.errors import LedgerError, NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.views import add_project, pseudonyms_of
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.outputs.decisions import Approval, approve_request, refuse_request
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.projects.actions import revoke_project


@pytest.fixture
def project(cohort_home):
    return add_project(
        cohort_home,
        slug="heart",
        institution="Northgate",
        cohort_name="synthetic",
        columns=["p31", "p21001_i0", "p50_i0"],
        by="ada",
    ).project


@pytest.fixture
def colourful(tmp_path):
    """A picture with more colours than a drawn plot has: amber by rule."""
    pixels = np.random.default_rng(1).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture
def waiting(cohort_home, project, colourful):
    request, report = check_outputs(cohort_home, [colourful], through=airlock(project="heart"), by="rita")
    assert report.verdict is Verdict.REVIEW
    return request.pk


def approve(home, number, *paths, to, reason="looked at it"):
    return approve_request(
        home, number=number, approval=Approval(paths, to), reason=reason, by="the output checker"
    )


def test_an_approved_request_leaves_with_decision_intent_and_outcome_on_record(
    cohort_home, waiting, colourful, tmp_path
):
    request, _ = approve(cohort_home, waiting, colourful, to=tmp_path / "out")
    assert (tmp_path / "out" / "photo.png").is_file()
    entries = [entry for _, entry in ledger(cohort_home).entries()][-3:]
    assert [entry.kind for entry in entries] == ["output.decided", "output.releasing", "output.released"]
    assert entries[0].actor == "the output checker"
    assert entries[0].facts["reason"] == "looked at it"
    assert ReleaseRequest.objects.get(pk=request.pk).decided_by == "the output checker"


def test_a_refused_request_stays(cohort_home, waiting, colourful, tmp_path):
    refuse_request(cohort_home, number=waiting, reason="no plot", by="checker")
    with pytest.raises(RefusedError, match="already decided"):
        approve(cohort_home, waiting, colourful, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_other_files_do_not_leave_under_its_number(cohort_home, waiting, tmp_path):
    (tmp_path / "other.csv").write_text("term,estimate\nage,1.0\n")
    with pytest.raises(RefusedError, match="not the files"):
        approve(cohort_home, waiting, tmp_path / "other.csv", to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_blocked_is_not_for_anybody_to_decide(cohort_home, project, extracts, tmp_path):
    import pyarrow.csv

    table, _ = extracts.rows(extracts.telling, 300)
    pyarrow.csv.write_csv(table, tmp_path / "scores.csv")
    request, report = check_outputs(
        cohort_home, [tmp_path / "scores.csv"], through=airlock(project="heart"), by="rita"
    )
    assert report.verdict is Verdict.BLOCK
    with pytest.raises(RefusedError, match="not under review"):
        approve(cohort_home, request.pk, tmp_path / "scores.csv", to=tmp_path / "out")


def test_a_stricter_policy_blocks_what_was_under_review(cohort_home, project, tmp_path):
    """A reviewer decides by today's rules: nobody can approve what they block by now."""
    cohort = open_cohort(cohort_home, find_cohort("synthetic"))
    ids = pseudonyms_of(cohort_home, project, cohort).of(cohort.ordinals())[:60]
    draw = np.random.default_rng(1)
    rows = [f"{each},{draw.normal():.4f},{draw.normal(20, 3):.3f}" for each in ids]
    (tmp_path / "scores.csv").write_text("\n".join(["id,a,b", *rows]))
    (cohort_home.path / "policy.yaml").write_text("rows_allowed: 1000\n")
    request, report = check_outputs(
        cohort_home, [tmp_path / "scores.csv"], through=airlock(project="heart"), by="rita"
    )
    assert report.verdict is Verdict.REVIEW
    (cohort_home.path / "policy.yaml").unlink()
    with pytest.raises(RefusedError, match="cannot be overruled"):
        approve(cohort_home, request.pk, tmp_path / "scores.csv", to=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert ReleaseRequest.objects.get(pk=request.pk).decision == ""


def test_a_request_about_a_whole_cohort_is_decided_like_a_projects(cohort_home, colourful, tmp_path):
    """A custodian's own outputs belong to no project: their decision is recorded under the cohort."""
    through = airlock(cohort="synthetic")
    request, report = check_outputs(cohort_home, [colourful], through=through, by="rita")
    assert report.verdict is Verdict.REVIEW
    approve(cohort_home, request.pk, colourful, to=tmp_path / "out")
    assert (tmp_path / "out" / "photo.png").is_file()
    entries = [entry for _, entry in ledger(cohort_home).entries()][-3:]
    assert [(entry.kind, entry.subject) for entry in entries] == [
        (kind, "synthetic") for kind in ("output.decided", "output.releasing", "output.released")
    ]


def test_a_decision_needs_a_reason_and_a_request(cohort_home, waiting, colourful, tmp_path):
    with pytest.raises(RefusedError, match="needs a reason"):
        approve(cohort_home, waiting, colourful, to=tmp_path / "out", reason=" ")
    with pytest.raises(NotFoundError):
        refuse_request(cohort_home, number=waiting + 100, reason="none", by="checker")


def test_a_revoked_project_gets_nothing_by_decision_either(cohort_home, waiting, colourful, tmp_path):
    revoke_project(cohort_home, slug="heart", reason="leak", by="ada")
    with pytest.raises(RefusedError, match="was revoked"):
        approve(cohort_home, waiting, colourful, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_an_entry_no_decision_and_no_release(cohort_home, waiting, colourful, tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise LedgerError("the ledger is full")

    monkeypatch.setattr("strongroom.ledger.Ledger.append", refuse)
    with pytest.raises(LedgerError):
        approve(cohort_home, waiting, colourful, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert ReleaseRequest.objects.get(pk=waiting).decision == ""


def test_files_that_no_job_made_must_be_named(cohort_home, waiting, tmp_path):
    with pytest.raises(UsageError, match="files are missing"):
        approve(cohort_home, waiting, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()
