"""The fitted model tells one row per person from results by shape alone, and says what it rests on."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.table_types.row_level_features import row_level_features
from strongroom.checker.table_types.row_level_model import read_row_level, score
from strongroom.checker.table_types.typed_table import typed_from


def people(rows=300):
    draw = np.random.default_rng(16)
    return {
        "age": draw.integers(40, 70, rows),
        "sex": draw.choice(["F", "M"], rows),
        "smoker": draw.choice([0, 1], rows, p=[0.8, 0.2]),
        "bmi": draw.normal(27, 4, rows).round(1),
        "sbp": draw.normal(139, 19, rows).round(0),
        "stage": draw.choice(["I", "II", "III"], rows, p=[0.6, 0.3, 0.1]),
    }


def results():
    draw = np.random.default_rng(16)
    estimate = draw.normal(0, 0.3, 40)
    return {
        "term": [f"{variable}{level}" for variable in ("age", "sex", "bmi", "imd") for level in range(10)],
        "estimate": estimate,
        "std.error": np.exp(draw.normal(-3, 1, 40)),
        "conf.low": estimate - 0.2,
        "conf.high": estimate + 0.2,
        "p.value": 10 ** -draw.exponential(2, 40),
    }


def reading(columns):
    return read_row_level(typed_from(FoundTable("a.csv", pa.table(columns))))


def test_people_are_told_from_regression_results():
    assert reading(people()).probability > 0.8
    assert reading(results()).probability < 0.2


def test_a_reading_names_the_three_features_that_mattered_most():
    found = reading(people())
    assert len(found.reasons) == 3
    sizes = [abs(part) for _, part in found.reasons]
    assert sizes == sorted(sizes, reverse=True)


def test_names_and_a_counter_of_rows_change_nothing():
    columns = people()
    renamed = {f"mean_{place}": values for place, values in enumerate(columns.values())}
    counted = {"n": np.arange(1, 301), **columns}
    measured, numbered = (
        row_level_features(typed_from(FoundTable("a.csv", pa.table(one)))) for one in (columns, counted)
    )
    assert reading(renamed) == reading(columns)
    del measured["columns (log10)"], numbered["columns (log10)"]
    assert numbered == pytest.approx(measured)


@pytest.mark.parametrize("columns", [{"a": [1]}, {"a": pa.array([None, None], pa.int64())}])
def test_what_cannot_be_measured_has_even_odds(columns):
    found = reading(columns)
    assert (found.probability, found.reasons) == (0.5, ())


def test_credits_add_up_to_the_log_odds():
    tree = {
        "feature": [0, -1, 1, -1, -1],
        "cut": [0.5, 0, 2, 0, 0],
        "left": [1, -1, 3, -1, -1],
        "right": [2, -1, 4, -1, -1],
        "value": [0.1, -1.0, 0.4, 0.2, 2.0],
    }
    model = {"features": ["a", "b"], "start": -0.5, "slope": 1.0, "intercept": 0.0, "trees": [tree]}
    found = score(model, {"a": 1.0, "b": 3.0})
    assert found.reasons == (("b", pytest.approx(1.6)), ("a", pytest.approx(0.3)))
    assert found.probability == pytest.approx(1 / (1 + np.exp(-1.5)))
