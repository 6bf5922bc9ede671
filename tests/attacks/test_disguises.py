"""Rows that were changed until they no longer look like rows, and statistics about few: T-CHECK-*."""

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
    """Return the verdict on a table written as CSV, or on lines of text."""
    index = open_index(cohort_home, find_cohort("synthetic"))

    def verdict(content) -> Verdict:
        path = tmp_path / "result.csv"
        if isinstance(content, str):
            path = tmp_path / "result.txt"
            path.write_text(content)
        else:
            content.write_csv(path)
        return check([path], cohort=cohort, index=index).verdict

    return verdict


@pytest.fixture
def rows(cohort, extracts):
    """Return 200 people's ten most telling numbers under invented names."""
    columns = cohort.participants.read([*extracts.telling[:8], "p50_i0", "p21002_i0"])
    table = pl.from_arrow(columns).select(pl.selectors.numeric().cast(pl.Float64))
    table = table.drop_nulls().sample(200, seed=3, shuffle=True)
    return table.rename({name: f"v{place}" for place, name in enumerate(table.columns)})


def test_standardised_values_with_noise_do_not_leave(judge, rows):
    draw = np.random.default_rng(1)
    changed = [
        (rows[name] - rows[name].mean()) / rows[name].std() + draw.normal(0, 0.02, len(rows))
        for name in rows.columns
    ]
    assert judge(pl.DataFrame(changed)) is not Verdict.RELEASE


def test_a_table_on_its_side_does_not_leave(judge, rows):
    assert judge(rows.transpose()) is Verdict.BLOCK


def test_a_long_table_does_not_leave(judge, rows):
    assert judge(rows.with_row_index("who").unpivot(index="who")) is not Verdict.RELEASE


def test_one_persons_record_in_a_log_does_not_leave(judge, rows):
    record = "  ".join(f"{value:g}" for value in rows.row(5))
    log = f"Fitting finished in 3.1 s.\nmodel frame, first row: {record}\nConverged.\n"
    assert judge(log) is Verdict.BLOCK


def test_a_few_rows_among_many_others_do_not_leave(judge, rows):
    draw = np.random.default_rng(2)
    invented = pl.DataFrame({name: draw.choice(rows[name].to_numpy(), 6_000) for name in rows.columns})
    mixed = pl.concat([rows.head(60), invented]).sample(fraction=1, shuffle=True, seed=1)
    assert judge(mixed) is not Verdict.RELEASE


def test_diagnoses_with_dates_do_not_leave(judge, cohort):
    events = pl.from_arrow(cohort.events["hesin_diag"].read(["diag_icd10", "epistart"])).drop_nulls()
    renamed = events.sample(200, seed=1).rename({"diag_icd10": "a", "epistart": "b"})
    assert judge(renamed) is not Verdict.RELEASE


def test_genotypes_do_not_leave(judge, cohort):
    calls = pl.from_arrow(cohort.genotypes.read()).drop("_participant").sample(200, seed=1)
    renamed = calls.rename({name: f"c{place}" for place, name in enumerate(calls.columns)})
    assert judge(renamed) is not Verdict.RELEASE


def test_a_count_of_three_does_not_leave_by_itself(judge):
    counts = pl.DataFrame({"region": ["North", "South", "East", "West"], "n": [412, 355, 3, 91]})
    assert judge(counts) is Verdict.REVIEW
