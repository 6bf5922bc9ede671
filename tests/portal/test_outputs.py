"""Nothing leaves that was not judged, recorded before it left, and rebuilt from what was judged."""

import polars as pl
import pyarrow.csv
import pytest

from strongroom.checker import Verdict
from strongroom.cohort.store import file_sha256
from strongroom.errors import InputError, LedgerError, NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.views import add_project, write_project_view
from strongroom.portal.outputs import actions, release
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.projects.actions import revoke_project


@pytest.fixture
def project(cohort_home):
    return add_project(
        cohort_home,
        slug="heart",
        institution="Northgate",
        cohort_name="synthetic",
        columns=["p31", "p21001_i0", "p50_i0", "p21002_i0"],
        by="ada",
    ).project


@pytest.fixture
def honest(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("term,estimate,n\nage,0.51,1800\nsex,3.20,1800\n")
    return path


@pytest.fixture
def extract(tmp_path, extracts):
    table, _ = extracts.rows(extracts.telling, 300)
    pyarrow.csv.write_csv(table, tmp_path / "scores.csv")
    return tmp_path / "scores.csv"


def ask(home, *paths, to=None):
    return check_outputs(home, paths, through=airlock(project="heart"), by="researcher", release_to=to)


def kinds(home):
    return [entry.kind for _, entry in ledger(home).entries()][-3:]


def test_results_asked_for_again_and_again_are_not_taken_for_the_rows_of_one_table(
    cohort_home, project, tmp_path
):
    """Who mends a model asks for its table five times; as rows below one another it looked like people."""
    for turn in range(5):
        path = tmp_path / f"table{turn}.csv"
        rows = [
            f"{term},{0.51 + turn / 90:.3f},{0.021 + turn / 900:.4f},{1.3 - turn / 70:.3f}" for term in "ab"
        ]
        terms = [f"term {row}" for row in [*rows, "age,0.4,0.02,1.2", "sex,0.3,0.04,0.8"]]
        path.write_text("\n".join(["term,estimate,std_error,ratio", *terms]))
        _, report = ask(cohort_home, path)
        assert report.verdict is Verdict.RELEASE


def test_an_honest_table_leaves_and_the_record_shows_intent_and_outcome(
    cohort_home, project, honest, tmp_path
):
    request, report = ask(cohort_home, honest, to=tmp_path / "out")
    assert report.verdict is Verdict.RELEASE
    assert pl.read_csv(tmp_path / "out" / "table.csv").equals(pl.read_csv(honest))
    assert kinds(cohort_home) == ["output.checked", "output.releasing", "output.released"]
    assert request.released_at is not None
    released = ledger(cohort_home).entry(ledger(cohort_home).size() - 1).facts
    assert released["sha256"] == file_sha256(tmp_path / "out" / "table.csv")
    assert not list(tmp_path.glob(".out*"))


def test_an_extract_stays_and_the_finding_says_why(cohort_home, project, extract, tmp_path):
    request, report = ask(cohort_home, extract, to=tmp_path / "out")
    assert report.verdict is Verdict.BLOCK
    assert report.files[0].findings[0].detector == "row-match"
    assert not (tmp_path / "out").exists()
    assert kinds(cohort_home)[-1] == "output.checked"
    kept = ReleaseRequest.objects.get(pk=request.pk)
    assert kept.released_at is None
    # The custodian is told more than the researcher.
    assert "Matched columns" in kept.report["files"][0]["findings"][0]["detail"]
    assert "detail" not in report.to_json()["files"][0]["findings"][0]


def test_one_bad_file_holds_the_whole_request(cohort_home, project, honest, extract, tmp_path):
    _, report = ask(cohort_home, honest, extract, to=tmp_path / "out")
    assert report.verdict is Verdict.BLOCK
    assert [file.verdict for file in report.files] == [Verdict.RELEASE, Verdict.BLOCK]
    assert not (tmp_path / "out").exists()


def test_the_projects_pseudonyms_are_ids_too(cohort_home, project, tmp_path):
    from strongroom.portal.data.cohorts import find_cohort, open_cohort
    from strongroom.portal.data.views import pseudonyms_of

    cohort = open_cohort(cohort_home, find_cohort("synthetic"))
    ids = pseudonyms_of(cohort_home, project, cohort).of(cohort.ordinals())[:20]
    (tmp_path / "list.txt").write_text("\n".join(str(each) for each in ids))
    _, report = ask(cohort_home, tmp_path / "list.txt")
    assert report.verdict is Verdict.BLOCK
    assert report.files[0].findings[0].detector == "participant-ids"


def test_a_revoked_project_releases_nothing(cohort_home, project, honest, tmp_path):
    revoke_project(cohort_home, slug="heart", reason="leak", by="ada")
    with pytest.raises(RefusedError, match="was revoked"):
        ask(cohort_home, honest, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_project_revoked_during_the_check_releases_nothing(
    cohort_home, project, honest, tmp_path, monkeypatch
):
    real = actions.check

    def check_slowly(*args, **kwargs):
        report = real(*args, **kwargs)
        revoke_project(cohort_home, slug="heart", reason="leak", by="ada")
        return report

    monkeypatch.setattr(actions, "check", check_slowly)
    with pytest.raises(RefusedError, match="was revoked"):
        ask(cohort_home, honest, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_an_entry_nothing_is_released(cohort_home, project, honest, tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise LedgerError("the ledger is full")

    monkeypatch.setattr("strongroom.ledger.Ledger.append", refuse)
    with pytest.raises(LedgerError):
        ask(cohort_home, honest, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert ReleaseRequest.objects.count() == 0


def test_what_is_there_is_not_written_over(cohort_home, project, honest, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "table.csv").write_text("mine")
    with pytest.raises(UsageError, match="already has a file"):
        ask(cohort_home, honest, to=tmp_path / "out")
    assert (tmp_path / "out" / "table.csv").read_text() == "mine"


def test_a_target_that_is_a_file_is_refused_before_the_check(cohort_home, project, honest, tmp_path):
    """Someone who mistypes the target must not lose that file, or wait for a check that cannot release."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match="is not a directory"):
        ask(cohort_home, honest, to=tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"
    assert ReleaseRequest.objects.count() == 0


def test_an_airlock_belongs_to_a_project_or_a_cohort(cohort_home, honest):
    for wrong in ({}, {"project": "a", "cohort": "b"}):
        with pytest.raises(UsageError):
            airlock(**wrong)
    with pytest.raises(NotFoundError):
        airlock(project="ghost")
    _, report = check_outputs(cohort_home, [honest], through=airlock(cohort="synthetic"), by="custodian")
    assert report.verdict is Verdict.RELEASE


def test_releases_from_a_withdrawn_persons_view_are_listed(cohort_home, project, honest, tmp_path, extracts):
    from strongroom.portal.data.withdrawals import withdraw_participants

    request, _ = ask(cohort_home, honest, to=tmp_path / "out")
    (tmp_path / "ids.txt").write_text(str(extracts.cohort.ids()[0]))
    withdrawal = withdraw_participants(
        cohort_home, cohort_name="synthetic", ids_file=tmp_path / "ids.txt", by="ada"
    )
    assert withdrawal.releases == [{"project": "heart", "request": request.pk}]


def test_the_homes_policy_holds_and_a_broken_one_stops_everything(cohort_home, project, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text("region,n\nNorth,412\nSouth,355\nEast,3\nWest,91\n")
    assert ask(cohort_home, counts)[1].verdict is Verdict.REVIEW
    (cohort_home.path / "policy.yaml").write_text("small_count: 2\n")
    assert ask(cohort_home, counts)[1].verdict is Verdict.RELEASE
    (cohort_home.path / "policy.yaml").write_text("smal_count: 2\n")
    with pytest.raises(InputError, match="no setting 'smal_count'"):
        ask(cohort_home, counts)


def test_the_orders_people_were_handed_out_in_are_those_of_the_files(
    cohort_home, tmp_path, monkeypatch, honest
):
    columns = ["p34_i0", "p189_i0"]
    asked = {"institution": "Northgate", "cohort_name": "synthetic", "columns": columns, "by": "ada"}
    add_project(cohort_home, slug="heart", where="p31 = 1", **asked)
    seen = {}
    judge = actions.check
    monkeypatch.setattr(actions, "check", lambda *args, **given: seen.update(given) or judge(*args, **given))
    ask(cohort_home, honest)
    whole, view = seen["orders"]
    _, paths = write_project_view(cohort_home, slug="heart", to=tmp_path / "view", by="ada")
    handed_out = pl.read_parquet(next(path for path in paths if path.stem == "participants"))
    stored = open_cohort(cohort_home, find_cohort("synthetic")).participants.read(columns)
    assert pl.from_arrow(stored)[view.rows].equals(handed_out.select(columns))
    assert whole.rows.tolist() == list(range(2_000))


def test_what_cannot_be_made_anew_is_blocked_and_nothing_of_the_batch_leaves(
    cohort_home, project, honest, tmp_path, monkeypatch
):
    def refuse(*_args, **_kwargs):
        raise RefusedError("its reader was stopped")

    monkeypatch.setattr("strongroom.checker.check_request.rebuild", refuse)
    _, report = ask(cohort_home, honest, to=tmp_path / "out")
    assert report.verdict is Verdict.BLOCK
    assert report.files[0].findings[0].rule == "not-understood/not-rebuilt"
    assert not (tmp_path / "out").exists()


def _no_links(monkeypatch, directory):
    """Links into a directory fail, as from another file system, but within it they work."""
    link = release.os.link

    def linked(source, target):
        if directory not in source.parents:
            raise OSError(18, "Invalid cross-device link")
        link(source, target)

    monkeypatch.setattr(release.os, "link", linked)


def test_a_copy_is_written_whole_to_another_file_system_before_it_gets_its_name(
    cohort_home, project, honest, tmp_path, monkeypatch
):
    target = tmp_path / "out"
    _no_links(monkeypatch, target)
    ask(cohort_home, honest, to=target)
    assert kinds(cohort_home)[-1] == "output.released"
    assert [each.name for each in target.iterdir()] == ["table.csv"]


def test_on_another_file_system_nothing_is_written_over_and_nothing_unfinished_stays(
    cohort_home, project, honest, tmp_path, monkeypatch
):
    target = tmp_path / "out"
    target.mkdir()
    (target / "table.csv").write_text("mine")
    _no_links(monkeypatch, target)
    with pytest.raises(UsageError, match="already has"):
        ask(cohort_home, honest, to=target)
    assert [each.name for each in target.iterdir()] == ["table.csv"]
    assert (target / "table.csv").read_text() == "mine"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"request": "x", "to": "/", "copies": {}}'])
def test_a_journal_that_was_not_finished_says_nothing(tmp_path, content):
    file = tmp_path / "1.json"
    file.write_text(content)
    assert release.Journal.read(file) is None
