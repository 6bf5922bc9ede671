"""Bins that were given names keep their order."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.matching.alignment.bin_labels import ordered_bins
from strongroom.matching.values.comparable import ValueKind, canonical_values


def ordered(marked, words):
    column = pa.chunked_array([pa.array(words)])
    return ordered_bins(column, canonical_values(column), marked.held, marked.index)


@pytest.mark.parametrize(
    "labels",
    [
        ["(-0.001, 4.5]", "(4.5, 5.25]", "(5.25, 11.0]"],
        ["<18.5", "18.5-25", "25-30", ">30"],
        ["Q1", "Q2", "Q3", "Q4", "Q10"],
        ["under 40", "40 to 49", "50 to 59", "60+"],
        ["[-inf, 2.5)", "[2.5, 7.25)", "[7.25, inf)"],
    ],
)
def test_labels_come_in_the_order_of_their_numbers(marked, labels):
    draw = np.random.default_rng(1).integers(0, len(labels), 60)
    words = [None if row % 7 == 0 else labels[each] for row, each in enumerate(draw)]
    found = ordered(marked, words)
    assert found.kind is ValueKind.NUMBER
    expected = np.where(np.arange(60) % 7 == 0, np.nan, draw)
    assert np.array_equal(found.keys, expected, equal_nan=True)


def test_words_without_numbers_and_many_texts_are_left_alone(marked):
    assert ordered(marked, ["low", "middle", "high"] * 5) is None
    assert ordered(marked, [f"person {n}" for n in range(60)]) is None
    assert ordered(marked, ["in 5 days", "within 5 days", "Q3", "Q4"] * 3) is None
