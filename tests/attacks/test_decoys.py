"""Attempts to find decoys, to shed them, and to learn from the airlock who they are: T-DECOY-*."""

import numpy as np
import polars as pl
import pytest

from strongroom.checker import Verdict
from strongroom.matching import CohortColumns
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index
from strongroom.portal.data.models import View
from strongroom.portal.data.views import (
    current_view,
    decoys_of,
    members_of,
    pseudonyms_of,
    write_project_view,
)
from strongroom.portal.data.withdrawals import withdraw_participants
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.projects.actions import find_project
from strongroom.tracer.decoys import found_decoys
from strongroom.tracer.decoys.synthesis.encoding import numbered
from strongroom.tracer.decoys.synthesis.generation import generate_people
from strongroom.tracer.decoys.synthesis.population import Population


def exported(home, slug, tmp_path):
    write_project_view(home, slug=slug, to=tmp_path / slug, by="ada")
    return {path.stem: pl.read_parquet(path) for path in (tmp_path / slug).iterdir()}


def register(home, slug):
    return decoys_of(home, View.objects.filter(project__slug=slug).latest("number"))


def people_of(home, slug, frame):
    """Return whose each row of an exported view is: ordinals, -1 for nobody of the cohort."""
    cohort = open_cohort(home, find_cohort("synthetic"))
    return pseudonyms_of(home, find_project(slug), cohort).ordinals(frame["eid"].to_numpy())


def test_what_two_copies_differ_in_is_not_decoys_alone(decoyed_home, tmp_path):
    one, other = (
        people_of(decoyed_home, slug, exported(decoyed_home, slug, tmp_path)["participants"])
        for slug in ("heart", "lung")
    )
    men = set(np.flatnonzero(members_of(decoyed_home, View.objects.get(project__slug="lung"))).tolist())
    # Somebody who is in one copy alone may be a real man whom the other lacks.
    assert men - set(one.tolist())
    assert np.count_nonzero(one < 0) == len(register(decoyed_home, "heart"))
    assert np.count_nonzero(other < 0) == len(register(decoyed_home, "lung"))


def test_neither_ids_nor_order_tell_decoys_from_people(decoyed_home, tmp_path):
    frame = exported(decoyed_home, "heart", tmp_path)["participants"]
    decoys = register(decoyed_home, "heart").ids
    ids = frame["eid"].to_numpy()
    assert np.all(np.diff(ids) > 0)
    places = np.flatnonzero(np.isin(ids, decoys))
    assert len(places) == len(decoys) >= 10
    # Ids are drawn anew each time: a score of them lies in half of the rows once in 30,000 times.
    assert places.max() - places.min() > len(ids) / 4
    assert not frame.drop("eid").is_duplicated().any()


def test_decoys_have_events_and_deaths_and_none_contradicts_itself(decoyed_home, tmp_path):
    tables = exported(decoyed_home, "heart", tmp_path)
    decoys = register(decoyed_home, "heart").ids.tolist()
    events = tables["hesin_diag"].filter(pl.col("eid").is_in(decoys))
    assert 0.3 * len(decoys) < events["eid"].n_unique() <= len(decoys)
    assert events.height / tables["hesin_diag"].height < 5 * len(decoys) / tables["participants"].height
    both = tables["participants"].filter(pl.col("eid").is_in(decoys)).drop_nulls(["p21001_i0"])
    bmi = both["p21002_i0"] / (both["p50_i0"] / 100) ** 2
    assert (bmi - both["p21001_i0"]).abs().max() < 0.01
    died = tables["death"].join(tables["hesin_diag"], on="eid")
    assert (died["epistart"] <= died["date_of_death"]).all()


def test_a_filtered_views_decoys_pass_its_filter(decoyed_home, tmp_path):
    tables = exported(decoyed_home, "lung", tmp_path)
    assert tables["participants"]["p31_i0"].unique().to_list() == [1]
    assert tables["genotypes"].height == tables["participants"].height


def test_a_later_view_has_the_same_decoys_and_gives_nobody_back(decoyed_home, tmp_path, synthetic_source):
    before = register(decoyed_home, "heart")
    had = members_of(decoyed_home, View.objects.get(project__slug="heart"))
    gone = tmp_path / "ids.txt"
    ids = pl.read_parquet(synthetic_source.participants)["eid"].head(3).to_list()
    gone.write_text("\n".join(str(each) for each in ids) + "\n")
    withdraw_participants(decoyed_home, cohort_name="synthetic", ids_file=gone, by="ada")
    view = current_view(decoyed_home, slug="heart", by="ada")
    after = decoys_of(decoyed_home, view)
    assert np.array_equal(before.ids, after.ids)
    assert before.rows["participants"].equals(after.rows["participants"])
    assert not np.any(members_of(decoyed_home, view) & ~had)


def test_a_shared_decoy_is_one_person_in_all_views(decoyed_home):
    one, other = register(decoyed_home, "heart"), register(decoyed_home, "lung")
    both = np.intersect1d(one.ordinals[one.shared], other.ordinals[other.shared])
    rows = [
        pl.from_arrow(each.rows["participants"]).filter(pl.col("_participant").is_in(both.tolist()))
        for each in (one, other)
    ]
    assert rows[0]["p21022_i0"].to_list() == rows[1]["p21022_i0"].to_list()
    # They differ by their marks alone.
    assert np.abs(rows[0]["p50_i0"].to_numpy() - rows[1]["p50_i0"].to_numpy()).max(initial=0) < 1


# Rounded, the commonest values of the eight say too little of one decoy in some thirty.
@pytest.mark.parametrize(("rounded", "decoys"), [(False, 1), (True, 4)])
def test_a_decoy_among_thousands_is_blocked_and_nobody_is_told(decoyed_home, tmp_path, rounded, decoys):
    tables = exported(decoyed_home, "heart", tmp_path)
    people = tables["participants"]
    fine = [name for name in people.columns if people[name].dtype == pl.Float64]
    decoy = people.filter(pl.col("eid").is_in(register(decoyed_home, "heart").ids.tolist())).drop_nulls(fine)
    draw = np.random.default_rng(1)
    nobody = pl.DataFrame(
        {name: draw.permutation(people[name].drop_nulls().to_numpy())[:1_200] for name in fine}
    )
    table = pl.concat([nobody, decoy.select(fine).head(decoys)]).sample(fraction=1, shuffle=True, seed=2)
    table.columns = [f"x{place}" for place in range(table.width)]
    (table.with_columns(pl.all().round(2)) if rounded else table).write_csv(tmp_path / "out.csv")
    _, report = check_outputs(
        decoyed_home, [tmp_path / "out.csv"], through=airlock(project="heart"), by="eve"
    )
    assert report.verdict is Verdict.BLOCK
    told = str(report.to_json()).lower()
    assert "decoy" not in told
    assert "decoys found" in str(report.to_json(detailed=True)).lower()
    assert "record" in {finding.detector for file in report.files for finding in file.findings}


def test_decoys_events_alone_are_participants_events(decoyed_home, tmp_path):
    events = exported(decoyed_home, "heart", tmp_path)["hesin_diag"]
    theirs = events.filter(pl.col("eid").is_in(register(decoyed_home, "heart").ids.tolist()))
    theirs.select("diag_icd10", "epistart").drop_nulls().write_csv(tmp_path / "episodes.csv")
    _, report = check_outputs(
        decoyed_home, [tmp_path / "episodes.csv"], through=airlock(project="heart"), by="eve"
    )
    assert report.verdict is Verdict.BLOCK
    assert "codes-with-dates" in {finding.detector for file in report.files for finding in file.findings}
    assert "decoy" not in str(report.to_json()).lower()


@pytest.mark.parametrize("changed", [False, True], ids=["as it is", "changed"])
def test_a_column_of_the_view_with_its_decoys_is_known_by_its_order(decoyed_home, tmp_path, changed):
    column = exported(decoyed_home, "heart", tmp_path)["participants"]["p31_i0" if not changed else "p50_i0"]
    noise = pl.Series(np.random.default_rng(5).normal(0, 5, len(column)).round(2))
    (tmp_path / "scores.txt").write_text(
        "\n".join(str(each) for each in (column.fill_null(0) * 3 + noise if changed else column)) + "\n"
    )
    _, report = check_outputs(
        decoyed_home, [tmp_path / "scores.txt"], through=airlock(project="heart"), by="eve"
    )
    assert report.verdict is Verdict.BLOCK
    assert "sequence" in {finding.detector for file in report.files for finding in file.findings}


def test_a_tenth_of_the_rows_without_ids_names_its_project(decoyed_home, tmp_path):
    frame = exported(decoyed_home, "heart", tmp_path)["participants"]
    ours = register(decoyed_home, "heart")
    # One who lacks values, as real people do, may say too little alone.
    full = frame.drop_nulls().filter(pl.col("eid").is_in(ours.ids[~ours.shared].tolist()))
    tenth = pl.concat([frame.sample(fraction=0.1, seed=3), full[:1]]).drop("eid")
    tenth.columns = [f"x{place}" for place in range(tenth.width)]
    row = find_cohort("synthetic")
    cohort, index = open_cohort(decoyed_home, row), open_index(decoyed_home, row)
    hits = found_decoys(
        [tenth.to_arrow()],
        [ours, register(decoyed_home, "lung")],
        index=index,
        columns=CohortColumns(cohort, index),
    )
    assert hits[0].project == "heart"
    assert hits[0].log10_chance <= -3
    assert all(not other.unique for other in hits[1:])
    nobody = frame.select([pl.col(name).shuffle(seed=k) for k, name in enumerate(frame.columns)]).drop("eid")
    nothing = found_decoys([nobody.to_arrow()], [ours], index=index, columns=CohortColumns(cohort, index))
    assert nothing == []


def test_a_classifier_tells_decoys_hardly_from_people(synthetic_source):
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    names = ["p31_i0", "p21022_i0", "p50_i0", "p21002_i0", "p48_i0", "p4080_i0", "p30690_i0", "p30870_i0"]
    table = numbered(pl.read_parquet(synthetic_source.participants).select(names).to_arrow())
    fitted, held = table.at(np.arange(1_500)), table.at(np.arange(1_500, 2_000)).values
    population = Population(fitted, np.zeros(len(names), bool))
    made = generate_people(population, 500, np.random.default_rng(8), everybody=fitted.values).people.values
    both, is_decoy = np.concatenate([held, made]), np.arange(1_000) >= 500
    judge = HistGradientBoostingClassifier(max_iter=60, random_state=1)
    score = cross_val_predict(judge, both, is_decoy, cv=4, method="predict_proba")[:, 1]
    assert 0.4 < roc_auc_score(is_decoy, score) < 0.6
