"""Kinds of output are told by their consistency: the real thing is recognised, borrowed names are not."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.table_types import RecognisedType, Role
from strongroom.checker.table_types.examined import ExaminedTable
from strongroom.checker.table_types.reshaped import other_readings
from strongroom.checker.table_types.row_level_model import read_row_level
from strongroom.checker.table_types.typed_table import ColumnKind, typed_from

DRAW = np.random.default_rng(9)


def kind(columns, origin=Origin.TABLE):
    return ExaminedTable(FoundTable("t", pa.table(columns), origin)).recognised.type


def gwas(rows=300, *, honest=True):
    beta, error = DRAW.normal(0, 0.05, rows), DRAW.uniform(0.02, 0.06, rows)
    p = 2 * ndtr(-np.abs(beta / error))
    return {
        "CHR": np.sort(DRAW.integers(1, 23, rows)),
        "POS": DRAW.integers(1, 10**8, rows),
        "BETA": beta if honest else DRAW.normal(27, 4, rows),
        "SE": error if honest else DRAW.normal(140, 18, rows),
        "P": p if honest else DRAW.uniform(0, 1, rows),
    }


def people(rows=300):
    return {
        "a": DRAW.normal(140, 18, rows).round(),
        "b": DRAW.choice(["F", "M"], rows, p=[0.55, 0.45]),
        "c": DRAW.normal(27, 4, rows).round(1),
        "d": DRAW.choice([0, 1, 2], rows, p=[0.6, 0.3, 0.1]),
        "e": DRAW.integers(40, 70, rows),
    }


def estimates(rows=20):
    log = DRAW.normal(0, 0.4, rows)
    half = DRAW.uniform(0.1, 0.5, rows)
    return {
        "term": [f"covariate {'abcdefghijklmnopqrst'[place]}" for place in range(rows)],
        "HR": np.exp(log).round(2),
        "lower": np.exp(log - half).round(2),
        "upper": np.exp(log + half).round(2),
    }


def ratios_of_many_models(*, honest=True):
    """Return ratios to three decimals, a third of them of effects too small to show at that."""
    size = np.where(np.arange(48) % 3 == 0, 1e-5, 0.2)
    log, half = DRAW.normal(0, size), 2 * size * DRAW.uniform(0.1, 0.3, 48)
    bounds = {"hr": log, "low": log - half, "high": log + half}
    table = {name: np.exp(each).round(3) for name, each in bounds.items()}
    if not honest:
        table["hr"] = np.where(size < 0.1, 1.0, DRAW.uniform(table["low"], table["high"]).round(3))
    names = {
        "model": np.repeat([f"model {n}" for n in range(12)], 4),
        "term": [f"p{n}_i0" for n in range(48)],
    }
    return names | table


def matrix(size=12):
    return {f"v{place}": row for place, row in enumerate(np.corrcoef(DRAW.normal(size=(size, 50))))}


def trace(rows=400):
    steps = np.cumsum(DRAW.normal(size=(rows, 3)), axis=0)
    return {"iteration": np.arange(rows), **{f"theta{place}": steps[:, place] for place in range(3)}}


YEARS = np.arange(2001, 2021)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (gwas(), RecognisedType.VARIANTS),
        (estimates(), RecognisedType.ESTIMATES),
        (matrix(), RecognisedType.MATRIX),
        (matrix(100), RecognisedType.MATRIX),
        (trace(), RecognisedType.DRAWS),
        ({"region": ["North", "South", "East", "West"], "n": [412, 355, 33, 91]}, RecognisedType.COUNTS),
        (
            {"time": YEARS, "n.risk": 5_000 - 90 * (YEARS - 2000), "survival": 0.97 ** (YEARS - 2000)},
            RecognisedType.SURVIVAL,
        ),
        (
            {"area": np.repeat(["Wales", "Spain"], 20), "year": np.tile(YEARS, 2), "r": DRAW.normal(size=40)},
            RecognisedType.PANEL,
        ),
        ({"code": ["I10", "E78", "J45"], "of": ["tension", "lipids", "asthma"]}, RecognisedType.CODE_LIST),
        ({"fpr": np.linspace(0, 1, 50), "tpr": np.linspace(0, 1, 50) ** 0.4}, RecognisedType.CURVE),
        (people(), RecognisedType.UNKNOWN),
    ],
)  # fmt: skip
def test_kinds_of_output(columns, expected):
    assert kind(columns) is expected


def test_names_alone_are_not_believed():
    assert kind(gwas(honest=False)) is RecognisedType.UNKNOWN
    liar = people()
    names = ["estimate", "term", "lower", "events", "upper"]
    assert kind(dict(zip(names, liar.values(), strict=True))) is RecognisedType.UNKNOWN


def test_an_iteration_index_does_not_make_people_draws():
    assert kind({"iteration": np.arange(300), **people()}) is RecognisedType.UNKNOWN


def test_estimates_in_one_cell_are_split_and_their_roles_told():
    column = ["1.10 (0.98, 1.23)", "2.41 (1.90, 3.06)", "0.77 (0.51, 1.16)", "1.65 (1.20, 2.27)"]
    known = ExaminedTable(
        FoundTable("t", pa.table({"term": ["age", "sex", "bmi", "smoking"], "HR": column}))
    ).recognised
    assert known.type is RecognisedType.ESTIMATES
    assert known.places(Role.EFFECT, Role.LOWER, Role.UPPER) == [1, 2, 3]


@given(st.permutations(range(5)), st.integers(0, 2**32 - 1))
def test_people_look_like_people_in_any_order(columns, seed):
    table = people()
    rows = np.random.default_rng(seed).permutation(300)
    names = [list(table)[place] for place in columns]
    shuffled = {f"x{place}": table[name][rows] for place, name in enumerate(names)}
    assert read_row_level(typed_from(FoundTable("t", pa.table(shuffled)))).probability > 0.5


class TestView:
    def test_numbers_are_read_however_they_are_written(self):
        view = typed_from(
            FoundTable("t", pa.table({"x": ["1,234", "12%", "<5", "3.2e4", "", "[REDACTED]", "7"]}))
        )
        (column,) = view.columns
        assert column.kind is ColumnKind.NUMBER
        assert column.values.tolist() == [1234.0, 12.0, 32000.0, 7.0]
        assert column.withheld.tolist() == [False, False, True, False, False, True, False]

    def test_names_on_several_levels_are_no_cells(self):
        rows = {
            "": ["", "date", "2020-01-01", "2020-02-01", "2020-03-01"],
            "n": ["DVT", "", "312", "345", "301"],
        }
        view = typed_from(FoundTable("t", pa.table(rows)))
        assert [column.kind for column in view.columns] == [ColumnKind.DATE, ColumnKind.NUMBER]
        assert view.rows == 3

    def test_a_long_table_is_looked_at_in_part_and_counted_in_full(self):
        view = typed_from(FoundTable("t", pa.table({"x": np.arange(50_000)})))
        assert view.rows == 4_096
        assert view.total_rows == 50_000

    def test_a_table_of_people_and_variables_is_read_with_one_row_each(self):
        table = people(50)
        who, what, value = [], [], []
        for name, cells in table.items():
            who += [1_000_003 + 7 * place for place in range(50)]
            what += [name] * 50
            value += [str(cell) for cell in cells]
        found = FoundTable("t", pa.table({"who": who, "what": what, "value": value}))
        ((_, wide),) = other_readings(found, typed_from(found))
        assert (wide.rows, len(wide.columns)) == (50, 5)


def test_intervals_that_rounding_closes_are_intervals():
    assert kind(ratios_of_many_models()) is RecognisedType.ESTIMATES
    assert kind(ratios_of_many_models(honest=False)) is not RecognisedType.ESTIMATES
