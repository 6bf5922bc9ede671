"""Statistics that give single people away, and people described in prose: T-CHECK-120 to 126, 138 to 143."""

import json

import numpy as np
import polars as pl
import pytest

from strongroom.checker import Verdict, check
from strongroom.portal.data.cohorts import find_cohort, open_cohort, open_index


@pytest.fixture
def cohort(cohort_home):
    return open_cohort(cohort_home, find_cohort("synthetic"))


@pytest.fixture
def judge(cohort_home, cohort, tmp_path):
    """Return the rules for which a text under a name does not leave."""
    index = open_index(cohort_home, find_cohort("synthetic"))

    def judged(text, name="result.csv"):
        (tmp_path / name).write_text(text)
        report = check([tmp_path / name], cohort=cohort, index=index)
        findings = [each for file in report.files for each in file.findings]
        return {each.rule for each in findings if each.severity is not Verdict.RELEASE}

    return judged


WEIGHTS = np.random.default_rng(4).normal(75, 14, 99).round(1)


@pytest.mark.parametrize("name", ["n", "freq", "persons", "size"])
@pytest.mark.parametrize("labels", ["E0800003{}", "I2{}", "4{}", "1100{}"])
def test_groups_of_few_under_any_label_do_not_leave(judge, labels, name):
    lines = [f"{labels.format(n)},{size}" for n, size in enumerate((41, 3, 107, 12, 2, 88))]
    rules = judge("\n".join([f"group,{name}", *lines]))
    assert "small-cells/shown" in rules


def test_counts_that_percentages_imply_do_not_leave(judge):
    people = [(1, 63), (2, 87), (41, 187), (12, 55), (31, 141)]
    table = "\n".join(
        ["site,everybody,smokers,share", *(f"{n},{of},{'<5' if k < 5 else k},{100 * k / of:.2f}"
                                           for n, (k, of) in enumerate(people, 11001))]
    )  # fmt: skip
    listed = "\n".join(f"- {100 * k / of:.3f}% of {of} in site {n}" for n, (k, of) in enumerate(people))
    for text, name in ((table, "table.csv"), (listed, "list.md")):
        rules = judge(text, name)
        assert "small-cells/percentages" in rules


def test_totals_and_means_of_growing_groups_do_not_leave(judge):
    sums = np.cumsum(WEIGHTS)
    totals = pl.DataFrame({"up_to": range(30, 90), "n": range(30, 90), "total": sums[30:90].round(1)})
    means = pl.DataFrame({"k": range(1, 100), "mean": (sums / np.arange(1, 100)).round(8)})
    for table in (totals, means):
        rules = judge(table.write_csv())
        assert "means-of-few/nested-groups" in rules


def test_a_hundred_percentiles_of_a_hundred_people_do_not_leave(judge):
    rules = judge(
        pl.DataFrame({"centile": range(1, 100), "weight": np.sort(WEIGHTS)}).write_csv(), "centiles.csv"
    )
    assert "extremes/quantiles-of-few" in rules


def test_a_fully_grown_tree_does_not_leave(judge):
    tree = {"samples": 1, "value": 31.9}
    for number, value in enumerate(WEIGHTS[:30].tolist()):
        tree = {
            "feature": "age",
            "threshold": number + 40.5,
            "left": {"samples": 1, "value": value},
            "right": tree,
        }
    rules = judge(json.dumps({"tree": tree}), "tree.json")
    assert "model/small-leaves" in rules


def test_a_histogram_in_json_with_bins_of_one_does_not_leave(judge):
    counts = np.bincount(np.random.default_rng(1).normal(60, 9, 3_000).astype(int)).tolist()
    rules = judge(json.dumps({"histogram": {"first": 0, "width": 1, "counts": counts}}), "h.json")
    assert "small-cells/shown" in rules


def test_diagnoses_with_dates_in_prose_do_not_leave(judge, cohort):
    events = pl.from_arrow(cohort.events["hesin_diag"].read(["diag_icd10", "epistart"])).drop_nulls()
    cases = events.sample(15, seed=5).rows()
    text = "\n\n".join(
        f"Case {n}: admitted with {code} on {day}, and recovered." for n, (code, day) in enumerate(cases)
    )
    rules = judge(text, "cases.md")
    assert "told-people/events" in rules


def test_diagnoses_in_a_calendar_do_not_leave(judge, cohort):
    events = pl.from_arrow(cohort.events["hesin_diag"].read(["diag_icd10", "epistart"])).drop_nulls()
    text = "\n".join(
        f"BEGIN:VEVENT\nUID:{n}@calendar\nDTSTART;VALUE=DATE:{day:%Y%m%d}\n"
        f"SUMMARY:Visit to room {code}\nEND:VEVENT"
        for n, (code, day) in enumerate(events.sample(30, seed=6).rows())
    )
    rules = judge(f"BEGIN:VCALENDAR\n{text}\nEND:VCALENDAR\n", "visits.ics")
    assert "told-people/events" in rules


@pytest.mark.parametrize("per", [1_000, 10_000, 100_000])
def test_rates_of_known_totals_do_not_leave(judge, per):
    people = [(1, 63), (2, 87), (41, 187), (12, 55), (31, 141)]
    lines = [f"{n},{of},{per * k / of:.3f}" for n, (k, of) in enumerate(people, 11001)]
    assert "small-cells/percentages" in judge("\n".join(["site,registered,cases_per", *lines]))


@pytest.mark.parametrize("by_row", [True, False])
def test_shares_that_add_up_to_all_do_not_leave_without_their_total(judge, by_row):
    counts = np.array([[19, 1, 3, 40], [22, 2, 31, 8], [30, 1, 11, 17]])
    shares = (100 * counts / counts.sum(axis=1, keepdims=True)).round(3)
    rows = [["site", "A", "B", "C", "D"], *([f"S{n}", *row] for n, row in enumerate(shares.tolist()))]
    cells = rows if by_row else list(zip(*rows, strict=True))
    rules = judge("\n".join(",".join(map(str, row)) for row in cells))
    assert "small-cells/percentages" in rules


def test_minima_and_maxima_without_means_do_not_leave(judge):
    lines = [f"S{n},{40 + n}.2,{120 - n}.7,{140 + n}.0,{190 - n}.5" for n in range(6)]
    rules = judge("\n".join(["site,weight_min,weight_max,height_min,height_max", *lines]))
    assert "extremes/minimum-maximum" in rules


def test_counts_before_and_after_an_exclusion_in_json_do_not_leave(judge):
    sizes = np.random.default_rng(9).lognormal(4.5, 0.8, 30).astype(int).tolist()
    before = {f"C{n}.{n % 3}/Female": 10 + size for n, size in enumerate(sizes, 30)}
    after = {code: count - (code[:3] in {"C41", "C50"}) for code, count in before.items()}
    text = json.dumps({"v1": {"N": 5_495, "counts": before}, "v2": {"N": 5_493, "counts": after}})
    rules = judge(text, "counts.json")
    assert "differencing/few-apart" in rules


def test_distances_between_people_do_not_leave(judge):
    people = np.random.default_rng(8).normal(size=(40, 3))
    distances = np.sqrt(((people[:, None] - people[None]) ** 2).sum(axis=2)).round(6)
    lines = [",".join([f"C{n}", *map(str, row)]) for n, row in enumerate(distances.tolist())]
    rules = judge("\n".join([",".join(["", *(f"C{n}" for n in range(40))]), *lines]))
    assert "microdata-shaped/pairwise-distances" in rules
