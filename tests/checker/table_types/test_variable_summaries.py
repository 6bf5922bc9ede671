"""Summaries of variables and of groups are told from people by how their statistics agree."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.statistics.people_counts import count_columns
from strongroom.checker.table_types import RecognisedType, recognise
from strongroom.checker.table_types.examined import ExaminedTable
from strongroom.checker.table_types.reshaped import other_readings
from strongroom.checker.table_types.typed_table import typed_from
from strongroom.checker.table_types.unlabelled_rows import are_unlabelled, few_are_unlabelled
from strongroom.checker.table_types.variable_summaries import describes, of_variables

DRAW = np.random.default_rng(4)
FIELDS = [f"p{30000 + 10 * place}_i0" for place in range(40)]


def view(columns):
    return typed_from(FoundTable("t", pa.table(columns)))


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
        return ExaminedTable(FoundTable("t", pa.table(table))).recognised.type

    assert kind(groups()) is RecognisedType.PANEL
    assert kind(groups(ordered=False)) is RecognisedType.UNKNOWN
    assert kind(groups(least=1)) is RecognisedType.UNKNOWN
    without = groups()
    del without["n"]
    assert kind(without) is RecognisedType.UNKNOWN


def test_calendar_years_name_rows():
    values = {f"v{place}": DRAW.normal(27, 0.2, 14) for place in range(5)}
    assert are_unlabelled(view(values))
    assert not are_unlabelled(view({"year": np.arange(2006, 2020), **values}))
    assert are_unlabelled(view({"row": np.arange(1, 15), **values}))


def test_covariances_of_variables_on_different_scales_are_a_matrix():
    held = DRAW.normal(size=(9, 60)) * np.logspace(-1, 3, 9)[:, None]
    matrix = np.cov(held)

    def kind(cells):
        table = {"": [f"variable {letter}" for letter in "abcdefghi"]}
        return ExaminedTable(
            FoundTable("t", pa.table(table | {f"v{n}": row for n, row in enumerate(cells)}))
        ).recognised

    assert kind(matrix).type is RecognisedType.MATRIX
    beyond = matrix.copy()
    beyond[0, 8] = beyond[8, 0] = 9 * np.sqrt(matrix[0, 0] * matrix[8, 8])
    assert kind(beyond).type is not RecognisedType.MATRIX


def test_an_outer_key_written_once_is_everybody_s_below():
    table = groups()
    sparse = [
        cell if not place or cell != table["band"][place - 1] else ""
        for place, cell in enumerate(table["band"])
    ]
    kind = ExaminedTable(FoundTable("t", pa.table({**table, "band": sparse}))).recognised
    assert kind.type is RecognisedType.PANEL
    printed = [f"{outer} {inner}".strip() for outer, inner in zip(sparse, table["sex"], strict=True)]
    del table["band"], table["sex"]
    kind = ExaminedTable(FoundTable("t", pa.table({"f0": printed, **table}))).recognised
    assert kind.type is RecognisedType.PANEL


def test_names_of_keys_below_those_of_values_are_no_row():
    cells = {"": ["", "band", *"abcdef"], "bmi": ["mean", "", *map(str, DRAW.normal(27, 1, 6))]}
    found = view(cells)
    assert found.rows == 6
    assert [column.name for column in found.columns] == ["band", "bmi mean"]


def test_times_in_even_steps_name_columns():
    table = {"f0": ["strata", "a", "b"], **{f"f{n}": [n - 1, 900 - n, 800 - n] for n in range(1, 7)}}
    assert view(table).rows == 2
    uneven = table | {"f6": [17, 894, 794]}
    assert view(uneven).rows == 3


def test_ticks_of_panels_below_each_other_are_no_people():
    rows = [[1.0, 1.0, 0.5], [1.0, 0.5, None], [0.5, 0.5, 0.5], [0.5, 0.0, 0.0], [0.0, 0.0, None]]
    rows += [[-0.5, -0.5, -0.5], [-1.0, -1.0, -1.0], [0.0, 2.5, 5.0]]
    columns = {f"f{place}": [row[place] for row in rows] for place in range(3)}
    assert not are_unlabelled(view(columns))
    assert are_unlabelled(
        view(
            {name: DRAW.permutation(np.nan_to_num(np.array(cells, float))) for name, cells in columns.items()}
        )
    )


def test_steps_in_order_count_nobody():
    table = {"step": [1, 2], "script": ["extract people", "fit models"], "minutes": [12, 45]}
    assert counts(table) == []
    assert counts(table | {"n": [1, 2]}) == ["n"]


def counts(columns):
    examined = ExaminedTable(FoundTable("t", pa.table(columns)))
    return [
        column.name
        for column in count_columns(examined.typed, examined.recognised, SimpleNamespace(columns={}))
    ]


def replicates(names=("naive", "weighted", "doubly robust"), spread=0.05):
    table = {"rep": np.tile(np.arange(1, 101), 3), "method": np.repeat(names, 100)}
    return {**table, "estimate": DRAW.normal(0.3, spread, 300), "se": DRAW.gamma(100, 0.0005, 300)}


def test_replicates_by_method_are_draws_and_melted_scores_are_not():
    def kind(columns):
        return ExaminedTable(FoundTable("t", pa.table(columns))).recognised.type

    assert kind(replicates()) is RecognisedType.DRAWS
    assert kind(replicates(spread=20.0)) is not RecognisedType.DRAWS
    assert kind(replicates(names=("p31", "p21001", "p4080"))) is not RecognisedType.DRAWS


def test_ages_name_rows():
    values = {f"p{place}": DRAW.normal(120, 1, 10) for place in range(6)}
    assert not are_unlabelled(view({"age": np.arange(40, 50), **values}))
    assert are_unlabelled(view({"k": np.arange(40, 50), **values}))


def test_months_that_name_columns_name_rows_of_the_table_on_its_side():
    months = [f"{2018 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]
    counts = DRAW.poisson(400, (36, 12))
    plain = {"month": months, **{f"trust {place}": counts[:, place] for place in range(12)}}
    assert ExaminedTable(FoundTable("t", pa.table(plain))).recognised.type is RecognisedType.COUNTS
    wide = {
        "trust": [f"Trust {letter}" for letter in "ABCDEFGHIJKL"],
        **dict(zip(months, counts, strict=True)),
    }
    found = FoundTable("t", pa.table(wide))
    (turned,) = [reading for how, reading in other_readings(found, typed_from(found)) if "side" in how]
    assert recognise(turned).type is RecognisedType.COUNTS


def test_quarters_and_variants_name_rows():
    values = {f"v{place}": DRAW.normal(120, 1, 20) for place in range(6)}
    quarters = [f"{2018 + place // 4}Q{place % 4 + 1}" for place in range(20)]
    assert not are_unlabelled(view({"quarter": quarters, **values}))
    assert are_unlabelled(view({"quarter": quarters[::-1], **values}))
    numbers = DRAW.integers(10**6, 10**7, 20)
    assert not are_unlabelled(view({"SNP": [f"rs{each}" for each in numbers], **values}))
    assert are_unlabelled(view({"SNP": [f"u{each}" for each in numbers], **values}))


def test_a_few_rows_that_say_of_how_many_people_they_are_have_a_name():
    profiles = {f"v{place}": DRAW.uniform(0, 1, 5).round(3) for place in range(6)}
    assert few_are_unlabelled(view(profiles))
    assert not few_are_unlabelled(view({"n": [812, 1_904, 77, 1_230, 640], **profiles}))
    assert few_are_unlabelled(view({"n": [8, 2, 7, 3, 9], **profiles}))


def test_shares_in_brackets_beside_counts_are_no_people():
    counts = {"f0": [None, 123, 35], "f1": ["(5.5)", "(77.8)", "(22.2)"], "f2": [None, 185, 43]}
    assert not few_are_unlabelled(view(counts | {"f3": ["(4.8)", "(81.1)", "(18.9)"]}))
    plain = {
        name: [None if cell is None else float(str(cell).strip("()")) for cell in cells]
        for name, cells in counts.items()
    }
    assert few_are_unlabelled(view(plain | {"f3": [4.8, 81.1, 18.9]}))
