"""A formula computes with columns and can do nothing else."""

import numpy as np
import pytest

from strongroom.errors import UsageError
from strongroom.tracer.relations.formulas import Formula

COLUMNS = {"weight": np.array([80.0, np.nan, 60.0]), "height": np.array([180.0, 170.0, 0.0])}


def test_a_formula_gives_a_number_where_its_inputs_do():
    formula = Formula("weight / (height / 100) ** 2")
    assert formula.inputs == ("weight", "height")
    assert np.allclose(formula.evaluate(COLUMNS), [80 / 1.8**2, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("min(weight, 70)", [70, np.nan, 60]),
        ("max(weight, 70) - -1", [81, np.nan, 71]),
        ("first(weight, height)", [80, 170, 60]),
        ("'weight' + above(height, 175)", [81, np.nan, 60]),
        ("floor(height / 7)", [25, 24, 0]),
        ("years(height, height + 366) + weight", [81, np.nan, 61]),
        ("round(exp(log(weight)) + sqrt(4) * 0)", [80, np.nan, 60]),
    ],
)
def test_its_functions_are_those_of_arithmetic(text, expected):
    assert np.allclose(Formula(text).evaluate(COLUMNS), expected, equal_nan=True)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "weight.real", "weight[0]", "lambda: 1", "weight if height else 1", "''",
        "True",
        "min(weight)", "open(weight)", "min(*weight)", "weight = 1", "", "1 +", "weight @ height", "~weight",
        "(" * 300 + "1" + ")" * 300, "weight" * 1000,
    ],
)  # fmt: skip
def test_anything_else_is_refused_before_it_is_used(text):
    with pytest.raises(UsageError, match="not a formula"):
        Formula(text)
