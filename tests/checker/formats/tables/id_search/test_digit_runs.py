"""Numbers that may be ids are found in the bytes of a text, whatever stands around them."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.tables.cell_ends import ListedCells
from strongroom.checker.formats.tables.id_search.digit_runs import MARGIN, DigitRuns
from strongroom.checker.formats.tables.id_search.scratch import Scratch

PIECES = [
    "1000003",
    "2345678",
    "12345678",
    "999999",
    ".",
    "0",
    "00",
    "x",
    "rs",
    " ",
    ";",
    "-",
    "é",
    "e+6",
    "E",
]


def numbers_in(cells, fewest=7, most=7):
    content = "".join(f"{cell}\n" for cell in cells).encode()
    text = np.frombuffer(b"\n" + content + b"\n" * MARGIN, np.uint8)
    size = len(content) + 1
    lines = ListedCells(np.flatnonzero(text[1:size] == ord("\n")) + 1, 1)
    places, values = DigitRuns(fewest, most).find(text, size, content, lines, Scratch())
    assert all(0 < place < size for place in places)
    return sorted(values.tolist())


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("1000003", [1_000_003]),
        ("1000003.000", [1_000_003]),
        ("1000003.", [1_000_003]),
        ('"1000003"', [1_000_003]),
        ("0001000003", [1_000_003]),
        ("scan_1000003_T1;2345678", [1_000_003, 2_345_678]),
        ("1.000003e+06", [1_000_003]),
        ('"1.000003E6"', [1_000_003]),
        ("1.000003000000000000e+06\r", [1_000_003]),
        ("10000030e-1", [1_000_003]),
        ("1.0000035e+06", []),
        ("1.000003e-06", []),
        ("9e+99", []),
        ("7e6x", []),
        ("1e5e6", []),
        ("1000003.5", []),
        ("1000003.05", []),
        ("0.1000003", []),
        ("11000003", []),
        ("100003", []),
        ("", []),
    ],
)
def test_what_is_a_number_in_a_cell(cell, found):
    assert numbers_in(["no number", cell, "0.5"]) == found


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=20))
def test_whatever_a_pattern_finds_is_found(cells):
    pattern = re.compile(r"(?<![0-9.])0*([1-9][0-9]{6})(?![0-9])(?!\.0*[1-9])")
    expected = [int(match) for cell in cells for match in pattern.findall(cell)]
    found = numbers_in(cells)
    assert all(found.count(each) >= expected.count(each) for each in expected)


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=50))
def test_numbers_of_any_length_are_found(numbers):
    assert numbers_in(numbers, 1, 5) == sorted(numbers)


def test_a_mile_of_noughts_is_refused():
    with pytest.raises(UnreadableError):
        numbers_in(["0" * 100 + "1000003"])
