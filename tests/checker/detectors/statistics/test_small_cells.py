"""The disclosure rules, applied to tables as people write them."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.statistics.extremes import Extremes
from strongroom.checker.detectors.statistics.people_counts import is_count_name
from strongroom.checker.detectors.statistics.rare_variants import RareVariants
from strongroom.checker.detectors.statistics.small_cells import SmallCells
from strongroom.checker.detectors.statistics.survival_steps import SurvivalSteps
from strongroom.checker.policy import Policy
from strongroom.checker.table_types.examined import ExaminedTable

EVIDENCE = SimpleNamespace(policy=Policy(), index=SimpleNamespace(columns={}))


def found(detector, columns, evidence=EVIDENCE):
    return list(detector.run(ExaminedTable(FoundTable("t.csv", pa.table(columns))), evidence))


CELLS = ["41 (24.8%)", "35 (21.2%)", "2 (1.2%)", "27 (16.4%)", "51 (30.9%)", "9 (5.5%)"]
REGIONS = ["North", "South", "East", "West", "London", "Wales"]


@pytest.mark.parametrize(
    "columns",
    [
        {"region": REGIONS, "n": [412, 355, 3, 278, 512, 91]},
        {"diagnosis": REGIONS, "patients": [41, 35, 2, 27, 51, 9], "%": [24.8, 21.2, 1.2, 16.4, 31, 5]},
        {"": ["F", "M", "Total"], "No": [812, 790, 1602], "Yes": [14, 2, 16], "Total": [826, 792, 1618]},
        {"Characteristic": REGIONS, "Cases": CELLS},
        {"of": REGIONS, "hr": [1.1, 1.31, 0.72, 2.01, 1.5, 0.9], "lower": [1.0, 1.19, 0.33, 1.83, 1.36, 0.6],
         "upper": [1.21, 1.44, 1.57, 2.21, 1.65, 1.35], "events": [230, 415, 4, 220, 180, 22]},
    ],
)  # fmt: skip
def test_stated_small_counts_are_reviewed(columns):
    (finding,) = found(SmallCells(), columns)
    assert finding.severity.value == "review"
    assert "fewer than 5" in finding.message


@pytest.mark.parametrize(
    "columns",
    [
        {"region": REGIONS, "n": [412, 355, 33, 278, 512, 91]},
        {"region": REGIONS, "n": [410, 355, 0, 280, 510, 90]},
        {"term": REGIONS, "df": [1, 1, 2, 3, 4, 1], "rank": [1, 2, 3, 4, 5, 6]},
        {"variable": REGIONS, "importance": [0.41, 0.2, 0.11, 0.1, 0.1, 0.08], "rank": [1, 2, 3, 4, 5, 6]},
        {"package": REGIONS, "version": [1, 2, 3, 1, 2, 4]},
    ],
)
def test_what_counts_nobody_is_silent(columns):
    assert found(SmallCells(), columns) == []


def test_the_threshold_is_the_custodians():
    columns = {"region": REGIONS, "n": [412, 355, 7, 278, 512, 91]}
    assert found(SmallCells(), columns) == []
    assert found(SmallCells(), columns, SimpleNamespace(policy=Policy(small_count=10), index=EVIDENCE.index))


def test_counts_rounded_throughout_are_safe():
    counts = [6 * k - 3 for k in (1, 40, 33, 21, 80, 12)]
    columns = {"region": REGIONS, "n": counts, "cases": [3, 3, 9, 15, 21, 9]}
    assert found(SmallCells(), columns) == []


def test_a_suppressed_count_beside_its_total_is_worked_out():
    columns = {
        "sex": ["Female", "Male", "Total"],
        "No": ["812", "790", "1602"],
        "Yes": ["14", "[REDACTED]", "16"],
        "Total": ["826", "792", "1618"],
    }
    (finding,) = found(SmallCells(), columns)
    assert finding.rule == "small-cells/recoverable"
    columns["Total"] = ["826", "[REDACTED]", "1618"]
    columns["Yes"][2] = "[REDACTED]"
    assert found(SmallCells(), columns) == []


def test_a_percentage_of_a_known_total_is_a_count():
    columns = {"region": REGIONS, "total": [412, 355, 133, 278, 512, 91]}
    columns["affected"] = ["12.1%", "9.9%", "1.5%", "10.4%", "8.8%", "18.7%"]
    (finding,) = found(SmallCells(), columns)
    assert finding.rule == "small-cells/percentages"


def test_a_curve_of_single_events_is_reviewed_and_a_binned_one_is_not():
    draw = np.random.default_rng(1)
    times = np.sort(draw.exponential(900, 60)).round(1)
    at_risk = np.arange(200, 140, -1)
    alone = {
        "time": times,
        "n.risk": at_risk,
        "n.event": np.ones(60, int),
        "survival": np.cumprod(1 - 1 / at_risk),
    }
    assert found(SurvivalSteps(), alone)
    del alone["n.event"], alone["n.risk"]
    assert found(SurvivalSteps(), alone)
    years = np.arange(12)
    binned = {
        "time": years * 365,
        "n.risk": 5_000 - 300 * years,
        "n.event": 35 + years,
        "survival": 0.99**years,
    }
    assert found(SurvivalSteps(), binned) == []


def gwas(frequencies, rows=200):
    draw = np.random.default_rng(2)
    beta, error = draw.normal(0, 0.05, rows), draw.uniform(0.02, 0.06, rows)
    from scipy.special import ndtr

    return {
        "chr": np.sort(draw.integers(1, 23, rows)), "pos": draw.integers(1, 10**8, rows),
        "a1": draw.choice(list("ACGT"), rows), "a2": draw.choice(list("ACGT"), rows),
        "af": frequencies, "n": np.full(rows, 4_000) - draw.integers(0, 50, rows),
        "beta": beta, "se": error, "p": 2 * ndtr(-np.abs(beta / error)),
    }  # fmt: skip


def test_rare_variants_are_reviewed_and_common_ones_not():
    common = np.random.default_rng(3).uniform(0.01, 0.5, 200)
    assert found(RareVariants(), gwas(common)) == []
    common[7] = 0.0002
    assert found(RareVariants(), gwas(common))


def test_one_variant_with_results_for_as_many_traits_as_there_are_people_is_reviewed():
    few, many = (gwas(np.full(rows, 0.3), rows) | {"snp": ["rs1234567"] * rows} for rows in (20, 700))
    assert found(RareVariants(), few) == []
    (finding,) = found(RareVariants(), many)
    assert "700 traits of 4,000 people" in finding.message


def test_extremes_in_a_summary_are_reviewed():
    summary = {
        "": ["count", "mean", "std", "min", "50%", "max"],
        "bmi": [2000.0, 27.2, 4.1, 14.9, 26.8, 61.3],
    }
    assert found(Extremes(), summary)
    assert found(Extremes(), {"name": ["a", "b"], "mean": [1.0, 2.0], "min": [0.1, 0.2], "max": [9.0, 8.0]})
    assert found(Extremes(), {"name": ["a", "b"], "mean": [1.0, 2.0], "sd": [0.1, 0.2]}) == []


CROSSED = {"region": ["North", "South", "East", "Total"], "yes": [41, 0, 77, 118], "no": [35, 52, 90, 177]}


def test_a_row_of_one_class_is_reviewed_only_where_the_policy_says_so():
    judged = SimpleNamespace(policy=Policy(strictness="strict"), index=EVIDENCE.index)
    assert found(SmallCells(), CROSSED) == []
    (finding,) = found(SmallCells(), CROSSED, judged)
    assert (finding.rule, finding.rows) == ("small-cells/class-disclosure", 1)
    assert found(SmallCells(), CROSSED | {"yes": [41, 12, 77, 130]}, judged) == []


def test_a_percentage_is_found_where_every_count_it_can_stand_for_is_small():
    shares = ["12.1%", "9.9%", "4.2%", "7.3%", "5.5%", "0.7%"]
    table = {"region": REGIONS, "total": [4121, 3552, 1330, 2783, 5117, 913], "affected": shares}
    assert found(SmallCells(), table) == []
    # 0.1 % of 2,783 is two, three or four people.
    assert found(SmallCells(), table | {"affected": ["12.1%", "9.9%", "4.2%", "0.1%", "5.5%", "0.7%"]})


LABELS = {
    "age bands": [f"{age}-{age + 4}" for age in range(20, 90, 5)],
    "open bands": ["<20", *[f"{age} to {age + 5}" for age in range(20, 92, 6)], "92+"],
    "ICD-10 codes": [f"I{code}" for code in range(20, 34)],
    "ATC codes": [f"C09AA{code:02d}" for code in range(1, 15)],
    "areas": [f"E0800{area:04d}" for area in range(1, 15)],
    "sites": [f"S{site:02d}" for site in range(1, 15)],
    "quarters": [f"{2015 + quarter // 4}Q{quarter % 4 + 1}" for quarter in range(14)],
}


@pytest.mark.parametrize(
    "beside", [{}, {"rate": np.round(np.linspace(0.1, 0.7, 14) ** 2, 3)}], ids=["alone", "rate"]
)
@pytest.mark.parametrize("name", ["n", "count", "persons", "n_patients"])
@pytest.mark.parametrize("labels", LABELS)
def test_small_counts_are_found_whatever_codes_label_the_groups(labels, name, beside):
    counts = [1, 40, 3, 22, 2, 31, 50, 4, 1, 18, 77, 3, 12, 9]
    assert found(SmallCells(), {"group": LABELS[labels], name: counts, **beside})


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("persons", True), ("nPatients", True), ("n", True), ("number of studies", False), ("nsnp", False),
     ("persons per household", False), ("rate", False), ("moderate cases", True), ("stage n", True)],
)  # fmt: skip
def test_whole_words_of_a_name_say_what_it_counts(name, is_one):
    assert is_count_name(name) is is_one
