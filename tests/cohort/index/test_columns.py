"""Columns are read once, at the precision asked for, and no more of them are held than may be."""

import numpy as np

from strongroom.cohort.index import CohortColumns, match_rows


def test_a_column_is_read_once_and_forgotten_when_others_were_used_since(extracts, monkeypatch):
    columns = CohortColumns(extracts.cohort, most_held=2)
    read = []
    whole = columns._source.read
    monkeypatch.setattr(columns._source, "read", lambda names: read.append(names[0]) or whole(names))
    first, second, third = extracts.telling[:3]
    for name in (first, second, first, third, first, second):
        columns.values(name, decimals=6)
    assert read == [first, second, third, second]


def test_numbers_come_at_the_precision_asked_for(extracts):
    columns = CohortColumns(extracts.cohort)
    exact, whole = (columns.values("p21001_i0", decimals=places) for places in (4, 0))
    known = ~np.isnan(exact)
    assert (np.abs(exact - whole)[known] <= 0.5).all()
    assert (whole[known] == np.round(whole[known])).all()
    assert not (exact[known] == whole[known]).all()


def test_sharing_columns_among_tables_changes_no_answer(extracts):
    shared = CohortColumns(extracts.cohort)
    for _ in range(2):
        table, _ = extracts.rows(extracts.telling, 200)
        alone = match_rows(table, extracts.cohort, extracts.index, seed=1)
        together = match_rows(table, shared, extracts.index, seed=1)
        assert (alone.participants == together.participants).all()
        assert alone.columns == together.columns
