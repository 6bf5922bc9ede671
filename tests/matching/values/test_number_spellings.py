"""Numbers and dates are the same in whatever clothes."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.matching.values.comparable import ValueKind, canonical_values
from strongroom.matching.values.number_spellings import normalised, numbers_of


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["1,234.5", "2,345.6", "3"], [1234.5, 2345.6, 3]),
        (["1.234,5", "3.456,7", "12,25"], [1234.5, 3456.7, 12.25]),
        (["12 345", "1 234", "999"], [12345, 1234, 999]),
        (["70.5 kg", "80 kg", "91.25kg"], [70.5, 80, 91.25]),
        (["23%", "45.5 %", "100%"], [23, 45.5, 100]),
        (["twenty-three", "forty two point five", "one hundred and six"], [23, 42.5, 106]),
        (["two three", "four zero", "minus one"], [23, 40, -1]),
        (["0x1f", "0b11", "0o17"], [31, 3, 15]),
        (["1f", "2a", "ff"], [31, 42, 255]),
        (["0x1.8p+1", "0x1p-1"], [3, 0.5]),
        (["\u0661\u0662", "\u0663\u0664", "\u0665"], [12, 34, 5]),
        (["1\u200b2", "\uff13\uff14", "\u22125"], [12, 34, -5]),
        (["XII", "IV", "MCM"], [12, 4, 1900]),
    ],
)
def test_numbers_are_read(words, numbers):
    assert numbers_of(words) == numbers


@pytest.mark.parametrize(
    "words",
    [["E11", "F32", "I10"], ["yes", "no"], ["10-20", "20-30"], ["3 (12%)", "5 (20%)"], ["rs123", "rs456"]],
)
def test_what_is_no_number_stays_text(words):
    assert canonical_values(pa.array(words)).kind is ValueKind.TEXT


@pytest.mark.parametrize(
    "words",
    [
        ["12 Mar 2004", "01 Apr 2005"],
        ["12/03/04", "01/04/05"],
        ["2004-03-12T08:15:00", "2005-04-01T00:00:00"],
        ["March 12, 2004", "April 1, 2005"],
        ["2004/03/12", "2005/04/01"],
    ],
)
def test_dates_are_the_same_in_every_style(words):
    values = canonical_values(pa.array(words))
    assert values.kind is ValueKind.DATE
    assert values.keys.tolist() == [12489, 12874]


def test_two_digits_of_a_year_are_past():
    days = canonical_values(pa.array(["12/03/45", "30/11/52"])).keys
    assert (days < 0).all()


def test_months_are_their_first_days():
    for words in (["2004-03", "2005-04"], ["Mar 2004", "Apr 2005"], ["03/2004", "04/2005"]):
        assert canonical_values(pa.array(words)).keys.tolist() == [12478, 12874]


def test_a_heading_among_the_numbers_does_not_make_them_text():
    keys = canonical_values(pa.array(["age", "54,5", "61,25", "70,0"])).keys
    assert np.isnan(keys[0])
    assert keys[1:].tolist() == [54.5, 61.25, 70]


def test_invisible_signs_are_dropped():
    assert normalised("\ufeff5\u200d4\u00a0") == "54"
