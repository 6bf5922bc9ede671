"""Columns are read once, at the precision asked for, and no more of them are held than may be."""

import numpy as np
import pytest

from strongroom.matching import CohortColumns, match_rows


@pytest.mark.parametrize("from_the_index", [True, False])
def test_a_column_is_read_once_and_forgotten_when_others_were_used_since(
    extracts, monkeypatch, from_the_index
):
    columns = CohortColumns(extracts.cohort, extracts.index if from_the_index else None, most_held=2)
    read = []
    whole = columns._read
    monkeypatch.setattr(columns, "_read", lambda name: read.append(name) or whole(name))
    first, second, third = extracts.telling[:3]
    for name in (first, second, third, second, first):
        columns.values(name, decimals=6)
    assert read == [first, second, third, first]


def test_the_index_holds_what_the_store_holds(extracts):
    """To the last bit, for every column, at every precision, and for everybody without a value."""
    stored, indexed = CohortColumns(extracts.cohort), CohortColumns(extracts.cohort, extracts.index)
    assert stored.people == indexed.people
    rows = np.array([0, 1_999, -1, 7])
    assert (stored.ordinals(rows) == indexed.ordinals(rows)).all()
    for name in extracts.index.columns:
        for decimals in (6, 1, 0):
            one, other = (columns.values(name, decimals=decimals) for columns in (stored, indexed))
            assert np.array_equal(one, other, equal_nan=True), name


def test_numbers_come_at_the_precision_asked_for(extracts):
    columns = CohortColumns(extracts.cohort, extracts.index)
    exact, whole = (columns.values("p21001_i0", decimals=places) for places in (4, 0))
    known = ~np.isnan(exact)
    assert (np.abs(exact - whole)[known] <= 0.5).all()
    assert (whole[known] == np.round(whole[known])).all()
    assert not (exact[known] == whole[known]).all()


def test_sharing_columns_among_tables_changes_no_answer(extracts):
    shared = CohortColumns(extracts.cohort, extracts.index)
    for _ in range(2):
        table, _ = extracts.rows(extracts.telling, 200)
        alone = match_rows(table, extracts.cohort, extracts.index, seed=1)
        together = match_rows(table, shared, extracts.index, seed=1)
        assert np.array_equal(alone.pairs.people, together.pairs.people)
        assert alone.columns == together.columns
