"""Summaries of variables and of groups are told from people by how their statistics agree."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.artefacts import FoundTable
from strongroom.checker.recognised import RecognisedType, recognise
from strongroom.checker.recognised.bare import bare
from strongroom.checker.recognised.summaries import describes, of_variables
from strongroom.checker.recognised.view import view_of

DRAW = np.random.default_rng(4)
FIELDS = [f"p{30000 + 10 * place}_i0" for place in range(40)]


def view(columns):
    return view_of(FoundTable("t", pa.table(columns)))


def known(name):
    return name if name in FIELDS else None


def summary(**more):
    size = DRAW.lognormal(3, 2, 40)
    columns = {"field": FIELDS, "mean": size, "sd": size / 5, "n": DRAW.integers(900, 20_000, 40)}
    return view(columns | more)


def test_a_row_for_each_variable_is_a_summary():
    assert of_variables(summary(), known)
    assert of_variables(view({"": FIELDS, "missing": DRAW.uniform(0, 1, 40)}), known)


@pytest.mark.parametrize(
    "columns",
    [
        {"field": [f"v{place}" for place in range(40)]},  # nobody knows these variables
        {"person 17": DRAW.normal(5, 2, 40)},  # a column that says no statistic
        {"sd": DRAW.normal(0, 1, 40)},  # a spread below nothing
        {f"mean {place}": DRAW.normal(5, 2, 40) for place in range(9)},  # nine people on their side
    ],
)
def test_people_on_their_side_are_none(columns):
    assert not of_variables(summary(**columns), known)


def description(middle=2):
    cells = np.sort(DRAW.normal(50, 9, (6, 3)), axis=1)
    rows = {"count": np.arange(500, 506.0), "mean": cells[:, 1], "std": np.arange(1.0, 7)}
    rows |= {"25%": cells[:, 0], "50%": cells[:, middle - 1], "75%": cells[:, 2]}
    return view(
        {"": list(rows), **{f"v{place}": [row[place] for row in rows.values()] for place in range(6)}}
    )


def test_a_description_has_quartiles_that_rise():
    assert describes(description())
    cells = {f"v{place}": DRAW.normal(50, 9, 6) for place in range(6)}
    assert not describes(view({"": ["count", "mean", "std", "25%", "50%", "75%"], **cells}))
    assert not describes(view({"": list("abcdef"), **cells}))


def groups(rows=24, least=40, *, ordered=True):
    order = np.arange(rows) if ordered else DRAW.permutation(rows)
    columns = {"band": np.repeat(np.arange(6), 4), "sex": np.tile(np.arange(4), 6)}
    columns = {name: [f"L{cell}" for cell in column[order]] for name, column in columns.items()}
    numbers = {f"v{place} mean": DRAW.normal(30, 4, rows) for place in range(6)}
    return {**columns, **numbers, "n": np.r_[least, DRAW.integers(40, 900, rows - 1)]}


def test_groups_of_two_keys_are_recognised_by_their_order_and_counts():
    def kind(table):
        return recognise(FoundTable("t", pa.table(table)))[1].type

    assert kind(groups()) is RecognisedType.PANEL
    assert kind(groups(ordered=False)) is RecognisedType.UNKNOWN
    assert kind(groups(least=1)) is RecognisedType.UNKNOWN
    without = groups()
    del without["n"]
    assert kind(without) is RecognisedType.UNKNOWN


def test_calendar_years_name_rows():
    values = {f"v{place}": DRAW.normal(27, 0.2, 14) for place in range(5)}
    assert bare(view(values))
    assert not bare(view({"year": np.arange(2006, 2020), **values}))
    assert bare(view({"row": np.arange(1, 15), **values}))


def test_covariances_of_variables_on_different_scales_are_a_matrix():
    held = DRAW.normal(size=(9, 60)) * np.logspace(-1, 3, 9)[:, None]
    matrix = np.cov(held)

    def kind(cells):
        table = {"": [f"variable {letter}" for letter in "abcdefghi"]}
        return recognise(FoundTable("t", pa.table(table | {f"v{n}": row for n, row in enumerate(cells)})))[1]

    assert kind(matrix).type is RecognisedType.MATRIX
    beyond = matrix.copy()
    beyond[0, 8] = beyond[8, 0] = 9 * np.sqrt(matrix[0, 0] * matrix[8, 8])
    assert kind(beyond).type is not RecognisedType.MATRIX
