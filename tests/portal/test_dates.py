"""Where dates may move: a person's all together, in every table and what is compared; and traced."""

import json
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from strongroom.cohort.model import PARTICIPANT
from strongroom.portal.data.cohorts import find_cohort, open_cohort
from strongroom.portal.data.effects import effect_of_marks
from strongroom.portal.data.fingerprints import SETTINGS
from strongroom.portal.data.views import (
    add_project,
    current_view,
    decoys_of,
    fingerprint_of,
    pseudonyms_of,
    write_project_view,
)
from strongroom.portal.data.visible_values import open_visible_index
from strongroom.portal.home import LEDGER_KEY, open_home
from strongroom.portal.oversight.tracing import Papers, trace_file
from strongroom.tracer import offline_verifier
from strongroom.tracer.fingerprint.date_shifts import DATES, days_in

COLUMNS = ["p31", "p53", "p40000", "p30690_i0", "p21002_i0", "p50_i0", "hesin_diag.*", "death.*"]
ALONE = "dates: 7\nnever: [p30690, p21002, p50]\n"
NO_DECOYS = "decoys: {unique: 0, shared: 0, withheld: 0}\n"


def approve(home, slug, said):
    """Add a project under these settings."""
    (home.path / SETTINGS).write_text(said)
    return add_project(
        home, slug=slug, institution=slug.title(), cohort_name="synthetic", columns=COLUMNS, by="ada"
    )


@pytest.fixture(scope="module")
def _dated_home(tmp_path_factory, _built_home):
    path = tmp_path_factory.mktemp("dated") / "home"
    shutil.copytree(_built_home, path)
    home = open_home(path)
    for slug in ("heart", "lungs"):
        approve(home, slug, ALONE + NO_DECOYS)
    return path


@pytest.fixture
def cohort_home(tmp_path, _dated_home):
    """A home whose two projects' views have dates that move, and no other marks."""
    shutil.copytree(_dated_home, tmp_path / "home")
    return open_home(tmp_path / "home")


@pytest.fixture
def views(cohort_home):
    """The views of the two projects."""
    return [current_view(cohort_home, slug=slug, by="ada") for slug in ("heart", "lungs")]


def written(home, view, tmp_path):
    """Return a view's tables with the ordinals of their rows."""
    _, files = write_project_view(home, slug=view.project.slug, to=tmp_path / view.project.slug, by="ada")
    issued = pseudonyms_of(home, view.project, open_cohort(home, find_cohort("synthetic")))
    return {
        each.stem: table.add_column(0, PARTICIPANT, pa.array(issued.ordinals(table["eid"].to_numpy())))
        for each in files
        for table in [pq.read_table(each)]
    }


def moves(shown, stored, column):
    """Return by how many days the dates of the cohort's own people moved, by ordinal; rows keep order."""
    shown = shown.filter(pc.greater_equal(shown.column(PARTICIPANT), 0))
    members = set(shown.column(PARTICIPANT).to_pylist())
    stored = stored.filter(pa.array([each in members for each in stored.column(PARTICIPANT).to_pylist()]))
    ones, others = (each.column(PARTICIPANT).to_numpy() for each in (shown, stored))
    one, other = np.argsort(ones, kind="stable"), np.argsort(others, kind="stable")
    assert np.array_equal(ones[one], others[other])
    by = days_in(shown.column(column))[one] - days_in(stored.column(column))[other]
    return dict(zip(ones[one][np.isfinite(by)].tolist(), by[np.isfinite(by)].tolist(), strict=True)), by


def test_a_persons_dates_move_together_in_every_table(cohort_home, views, tmp_path):
    shown = written(cohort_home, views[0], tmp_path)
    cohort = open_cohort(cohort_home, find_cohort("synthetic"))
    by: dict[int, set[float]] = {}
    for table, column in (
        ("participants", "p53_i0"), ("participants", "p40000_i0"), ("hesin_diag", "epistart"),
        ("death", "date_of_death"),
    ):  # fmt: skip
        found, every = moves(shown[table], cohort.table(table).read(), column)
        assert set(every[np.isfinite(every)]) <= {-7.0, 0.0, 7.0}
        for person, days in found.items():
            by.setdefault(person, set()).add(days)
    assert all(len(each) == 1 for each in by.values())
    assert np.mean([each != {0.0} for each in by.values()]) > 0.7


def test_what_is_compared_with_a_projects_outputs_is_what_it_sees(cohort_home, views, tmp_path):
    shown = written(cohort_home, views[0], tmp_path)
    index = open_visible_index(cohort_home, views[0])
    held = index.coded("p53_i0")
    values = np.concatenate([[np.nan], held.distinct])[held.codes]
    ordinals = open_cohort(cohort_home, find_cohort("synthetic")).ordinals()
    expected = dict(zip(ordinals.tolist(), values.tolist(), strict=True))
    table = shown["participants"]
    for person, day in zip(
        table.column(PARTICIPANT).to_pylist(), days_in(table.column("p53_i0")).tolist(), strict=True
    ):
        assert person < 0 or expected[person] == day
    events = shown["hesin_diag"].filter(pc.greater_equal(shown["hesin_diag"].column(PARTICIPANT), 0))
    codes = index.events[0]
    places = codes.places(events.column("diag_icd10").combine_chunks(), 0)
    assert codes.holds(places, days_in(events.column("epistart")).astype(np.int64)).all()


def test_the_decoys_register_has_the_dates_the_view_shows(cohort_home, tmp_path):
    view = approve(cohort_home, "decoyed", ALONE + "decoys: {unique: 8, shared: 0, withheld: 0}\n")
    register, shown = decoys_of(cohort_home, view), written(cohort_home, view, tmp_path)
    rows, table = register.rows["participants"], shown["participants"]
    given = dict(zip(table.column("eid").to_pylist(), table.column("p53_i0").to_pylist(), strict=True))
    ids = dict(zip(register.ordinals.tolist(), register.ids.tolist(), strict=True))
    for person, day in zip(
        rows.column(PARTICIPANT).to_pylist(), rows.column("p53_i0").to_pylist(), strict=True
    ):
        assert given[ids[person]] == day


def test_a_leak_whose_dates_alone_are_marked_is_traced_by_them(cohort_home, views, tmp_path):
    table = written(cohort_home, views[1], tmp_path)["participants"].drop_columns([PARTICIPANT, "eid"])
    rows = np.random.default_rng(5).permutation(table.num_rows)[:400]
    pq.write_table(table.take(pa.array(rows)), tmp_path / "leak.parquet")
    evidence = tmp_path / "evidence.json"
    papers = Papers(evidence=evidence)
    answer = trace_file(cohort_home, tmp_path / "leak.parquet", by="ada", papers=papers)
    assert [suspect.project for suspect in answer.suspects] == ["lungs"]
    assert set(answer.marks.columns) == {DATES}
    # Evidence opens cells of one row and one column; a shift of dates is read from several.
    assert answer.case.remark == ""
    leak, key = tmp_path / "leak.parquet", cohort_home.verifier_key(LEDGER_KEY)
    shown = json.loads(evidence.read_text())
    report = offline_verifier.verify(shown, file=leak, keys=[key])
    assert [each.project for each in report.accused] == ["lungs"]
    # Whose dates move is committed to: it cannot be changed so that cells count, or do not.
    cell = next(iter(shown["records"]["leaves"].values()))[shown["plan"]["values"].index(DATES)]
    cell["value"] = repr(1.0 - float(cell["value"]))
    with pytest.raises(offline_verifier.NotVerifiedError, match="records do not match"):
        offline_verifier.verify(shown, file=leak, keys=[key])


@pytest.mark.parametrize("ids", ["their own", "none"])
def test_an_event_table_leaked_alone_is_traced_by_its_dates(cohort_home, views, tmp_path, ids):
    table = written(cohort_home, views[1], tmp_path)["hesin_diag"]
    who = pc.rank(table.column(PARTICIPANT), tiebreaker="dense")
    table = table.select(["epistart", "diag_icd10"]).rename_columns(["day", "what"])
    table = table.append_column("subject", who) if ids == "their own" else table
    rows = np.random.default_rng(5).permutation(table.num_rows)[:1_500]
    pacsv.write_csv(table.take(pa.array(rows)), tmp_path / "leak.csv")
    evidence = tmp_path / "evidence.json"
    answer = trace_file(cohort_home, tmp_path / "leak.csv", by="ada", papers=Papers(evidence=evidence))
    assert [suspect.project for suspect in answer.suspects] == ["lungs"]
    assert answer.columns == ("hesin_diag.diag_icd10", "hesin_diag.epistart")
    assert set(answer.marks.columns) == {DATES}
    assert "no evidence could be opened" in answer.case.remark


def test_the_report_says_how_far_dates_move_and_whose(cohort_home, views):
    effect = effect_of_marks(cohort_home, views[0])
    found = {each.column: each for each in effect.columns}
    for name in ("p53_i0", "hesin_diag.epistart", "death.date_of_death"):
        assert (found[name].treatment, found[name].amplitude) == ("marked", 7.0)
        assert "of the people" in found[name].reason
        assert 0.5 < found[name].changed <= 1


def test_a_column_never_touched_stays_and_so_do_those_whose_order_it_holds(cohort_home, tmp_path):
    view = approve(cohort_home, "fixed", "dates: 7\nnever: [death.date_of_death]\n" + NO_DECOYS)
    plan = fingerprint_of(cohort_home, view).plan
    assert plan.rules["death.date_of_death"].density == 0
    shown = written(cohort_home, view, tmp_path)
    cohort = open_cohort(cohort_home, find_cohort("synthetic"))
    died, every = moves(shown["death"], cohort.table("death").read(), "date_of_death")
    assert not every[np.isfinite(every)].any()
    # The date of death stands in the participants' table too: whoever died cannot be moved at all.
    by, _ = moves(shown["participants"], cohort.table("participants").read(), "p53_i0")
    assert all(by[person] == 0 for person in died if person in by)
