"""One person's values are theirs in any order and under any name; values of several people are nobody's."""

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.matching import CohortColumns
from strongroom.matching.records.pooled_evidence import pooled_rows
from strongroom.matching.records.record_search import RecordSearch
from strongroom.matching.values.cells import (
    DATE,
    EMPTY,
    NUMBER,
    TEXT,
    Cells,
    column_cells,
    columns_cells,
    text_cells,
)


@pytest.fixture
def telling(extracts):
    kept = [name for name, profile in extracts.index.columns.items() if profile.missing < 0.2]
    return sorted(kept, key=lambda name: -extracts.index.columns[name].bits)[:12]


@pytest.fixture
def people(extracts, telling):
    table = extracts.cohort.participants.read(["_participant", *telling])
    return pl.from_arrow(table).with_row_index("stored").drop_nulls()


def search(extracts, cells, sequence, *, rounded=False):
    columns = CohortColumns(extracts.cohort, extracts.index)
    return RecordSearch(cells, sequence, columns, extracts.index, rounded=rounded)


def cells_of(values):
    return column_cells(pa.array([str(value) for value in values]))


@pytest.mark.parametrize("place", [0, 300, 900])
def test_a_persons_values_in_any_order_are_theirs(extracts, telling, people, place):
    values = people.select(telling).row(place)
    shuffled = [values[each] for each in np.random.default_rng(place).permutation(len(values))]
    (found,) = search(extracts, cells_of(shuffled), np.zeros(len(values), np.int64)).records()
    assert found.person == people["stored"][place]
    assert set(found.columns) <= set(telling)
    assert found.bits > 20


def test_values_of_several_people_are_nobodys(extracts, telling, people):
    for place in range(40):
        values = [people[name][place + 17 * step] for step, name in enumerate(telling)]
        assert search(extracts, cells_of(values), np.zeros(len(values), np.int64)).records() == []


def test_rounded_values_are_found_where_rounding_is_asked_for(extracts):
    names = [name for name, profile in extracts.index.columns.items() if profile.decimals >= 2]
    table = pl.from_arrow(extracts.cohort.participants.read(names)).with_row_index("stored")
    row = max(table.iter_rows(), key=lambda row: sum(value is not None for value in row))
    written = cells_of([f"{value:.1f}" for value in row[1:] if value is not None])
    sequence = np.zeros(len(written), np.int64)
    assert not search(extracts, written, sequence).records()
    (found,) = search(extracts, written, sequence, rounded=True).records()
    assert found.person == row[0]


def test_ten_short_rows_are_people_together_and_permuted_ones_are_not(extracts, telling, people):
    columns = CohortColumns(extracts.cohort, extracts.index)
    some = people.select(telling[:6]).sample(10, seed=1)
    found = pooled_rows([column_cells(each.to_arrow()) for each in some], {}, columns, extracts.index)
    assert len(found.people) >= 8
    assert list(found.columns.values()) == [telling[place] for place in found.columns]
    permuted = [column_cells(each.shuffle(seed=place).to_arrow()) for place, each in enumerate(some)]
    assert pooled_rows(permuted, {}, columns, extracts.index) is None


def test_each_cell_is_read_as_what_it_is():
    cells = column_cells(pa.array(["27.40", "2010-03-01", "I10", "", None, "1e3", "x" * 60]))
    assert cells.kind.tolist() == [NUMBER, DATE, TEXT, EMPTY, EMPTY, NUMBER, EMPTY]
    assert cells.value[:2].tolist() == [27.4, 14_669]
    assert cells.decimals[0] == 2
    assert column_cells(pa.array([1.5, None, 3.25])).decimals.tolist() == [1, 0, 2]
    assert column_cells(pa.array([27.43], pa.float32())).value.tolist() == [27.43]


def test_a_text_gives_its_numbers_dates_and_codes_with_their_lines():
    cells, lines = text_cells("p21001_i0   27.43\nseen 2010-03-01, I25.1; v2 of 3.\n")
    assert cells.kind.tolist() == [NUMBER, DATE, TEXT, NUMBER]
    assert lines.tolist() == [0, 1, 1, 1]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=30))
def test_any_numbers_have_cells(numbers):
    cells = column_cells(pa.array(numbers, pa.float64()))
    assert len(cells) == len(numbers)
    assert np.isfinite(cells.value).all()
    assert len(Cells.joined([cells, cells])) == 2 * len(numbers)


def test_many_columns_are_read_together_as_each_by_itself():
    kinds = [
        pa.array(["1.50", " 2", None, "x y", "2001-03-04"]),
        pa.array([1.25, None, 3.0, 4.5, 1e20]),
        pa.array([1, 2, None, 4, 5]),
        pa.array(["I21", "", "1e3", "03/04/2001", "7"], pa.large_string()),
        pa.array(["a", "b", "a", None, "b"]).dictionary_encode(),
    ]
    columns = [kinds[place % len(kinds)] for place in range(60)]
    for together, alone in zip(columns_cells(columns), map(column_cells, columns), strict=True):
        assert together.kind.tolist() == alone.kind.tolist()
        assert together.value.tolist() == alone.value.tolist()
        assert together.decimals.tolist() == alone.decimals.tolist()
