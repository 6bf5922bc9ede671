"""Counting ids batch by batch gives what counting them at once gives."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.detectors import id_scan
from strongroom.checker.detectors.id_scan import ColumnCount, IdMap, whole_numbers
from strongroom.checker.detectors.participant_ids import _whole_numbers

IDS = np.array([1_000_003, 1_000_017, 2_345_678, 5_999_999])
PIECES = ["1000003", "2345678", "12345678", "999999", ".", "0", "00", "x", "rs", " ", ";", "-", "é"]


@pytest.mark.parametrize("most_places", [1 << 27, 10])
def test_numbers_are_counted_over_batches(monkeypatch, most_places):
    monkeypatch.setattr(id_scan, "_MOST_PLACES", most_places)
    count = ColumnCount(IdMap(IDS))
    for batch in ([5, 1_000_003, 1_000_003, 7_000_000], [], [2_345_678, 2_345_679]):
        count.add(np.array(batch, np.int64))
    assert count.distinct().tolist() == [1_000_003, 2_345_678, 2_345_679]
    assert count.rows == 3


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=20))
def test_whatever_the_search_by_pattern_finds_is_found(cells):
    column = pa.chunked_array([pa.array(cells, pa.string())])
    by_pattern = set(_whole_numbers(column, digits=(7, 7)).tolist())
    assert by_pattern <= set(whole_numbers(column, IdMap(IDS)).tolist())


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("1000003", [1_000_003]),
        ("1000003.000", [1_000_003]),
        ("1000003.", [1_000_003]),
        ("scan_1000003_T1;2345678", [1_000_003, 2_345_678]),
        ("1000003.5", []),
        ("0.1000003", []),
        ("11000003", []),
        ("100003", []),
        ("", []),
        (None, []),
    ],
)
def test_what_is_a_number_in_a_cell(cell, found):
    column = pa.chunked_array([pa.array([cell, "no number"], pa.string()).slice(0, 1)])
    assert whole_numbers(column, IdMap(IDS)).tolist() == found


def test_whole_numbers_among_fractions_are_taken():
    column = pa.chunked_array([pa.array([0.5, 1_000_003.0, None, float("nan"), float("inf"), 2_345_678.25])])
    assert whole_numbers(column, IdMap(IDS)).tolist() == [1_000_003]
    assert whole_numbers(pa.chunked_array([pa.array([0.5, 3.0])]), IdMap(IDS)).tolist() == []
