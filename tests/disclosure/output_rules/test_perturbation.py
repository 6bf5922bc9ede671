"""Perturbation is ONS's published method: its package cell-key-perturbation 3.1.0 (MIT) answers the same.

The counts of the two tables below were made with it from these records; benchmarks/privacy/cell_keys.py
runs it beside ours on its own test data.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure import PerturbationTable, cell_keys, perturb
from strongroom.disclosure.answer_noise import CellNoise
from strongroom.errors import UsageError

NAN = np.nan
SIZES = [1, 7, 9, 10, 12, 13, 14, 250, 500, 748, 750, 751, 752, 1000, 1001, 1250, 2613]
GROUPS = np.repeat(np.arange(len(SIZES)), SIZES)
NUMBERS = np.arange(len(GROUPS))
RECORD_KEYS = (NUMBERS * NUMBERS * 37 + NUMBERS * 11) % 256
ONS_KEYS = [0, 112, 160, 66, 92, 58, 200, 232, 136, 184, 72, 216, 240, 232, 112, 152, 248]
ONS_TEN_FIVE = [NAN, NAN, NAN, 10, 10, 15, 15, 250, 500, 750, 750, 750, 750, 1000, 1000, 1250, 2615]
ONS_OTHER = [NAN, 11, 13, NAN, 11, 17, 12, 248, 505, 748, 749, 747, 748, 1000, 998, 1255, 2610]
COUNTS, KEYS = np.arange(1, 751)[:, None], np.arange(256)[None, :]
OTHER = PerturbationTable((COUNTS * 7 + KEYS * 13) % 11 - 5)


@pytest.mark.parametrize(
    ("table", "published"), [(PerturbationTable.ten_five(), ONS_TEN_FIVE), (OTHER, ONS_OTHER)]
)
def test_counts_are_those_of_onss_package(table, published):
    keys, counts, _ = cell_keys(RECORD_KEYS, GROUPS)
    assert keys.tolist() == ONS_KEYS
    assert counts.tolist() == SIZES
    shown = perturb(counts, keys, table).cells[:, 0]
    assert np.array_equal(shown, np.array(published), equal_nan=True)


def test_records_without_a_key_count_and_nobody_stays_nobody():
    keys, counts, names = cell_keys([1, NAN, 255], ["a", "b", "a"])
    assert (keys.tolist(), counts.tolist(), names) == ([0, 0], [2, 1], ("a", "b"))
    assert perturb([[0.0]], [[9]], OTHER, smallest=0).cells.tolist() == [[0.0]]


@given(st.integers(501, 100_000), st.integers(0, 255))
def test_counts_above_the_table_use_its_last_250_rows_over_and_over(count, key):
    one, other = (OTHER.of(np.array([float(each)]), np.array([key])) for each in (count, count + 250))
    assert one == other


@given(st.permutations(range(60)))
def test_the_same_people_get_the_same_count_in_whatever_order(order):
    keys, groups = RECORD_KEYS[:60][list(order)], GROUPS[:60][list(order)]
    again, first = cell_keys(keys, groups), cell_keys(RECORD_KEYS[:60], GROUPS[:60])
    assert np.array_equal(
        perturb(again[1], again[0], OTHER).cells, perturb(first[1], first[0], OTHER).cells, True
    )


def test_our_own_changes_are_drawn_beside_it_and_hidden_below_the_threshold():
    class Noise:
        def integers(self, keys, *, of):
            return CellNoise(b"s" * 32).integers(keys, of=of, deviation=1.5)

    noise = Noise()
    counts = np.arange(0, 400).reshape(20, 20)
    shown = perturb(counts, np.arange(400).reshape(20, 20), noise, smallest=10)
    assert (np.abs(shown.cells - counts)[~shown.hidden] <= 6).all()
    assert not (shown.cells < 10).any()
    assert shown.hidden.ravel()[:4].all()


def test_keys_and_tables_that_cannot_be_are_refused():
    with pytest.raises(UsageError, match="0 to 255"):
        perturb([[20]], [[256]], OTHER)
    with pytest.raises(UsageError):
        PerturbationTable(np.zeros((10, 256), np.int64))
