"""Labels of groups: which people a row counts, in the spellings that papers and programs use."""

from fractions import Fraction

import pytest

from strongroom.disclosure.output_rules.group_labels import (
    EVERYONE,
    Band,
    Categories,
    joined_names,
    plain_name,
    read_groups,
)

INFINITE = float("inf")


def band(low, high):
    return Band(*(end if abs(end) == INFINITE else Fraction(str(end)) for end in (low, high)))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("40-49", band(40, 50)),
        ("40\u201350", band(40, 51)),
        ("40 to 49 years", band(40, 50)),
        ("Aged 40 - 49", band(40, 50)),
        ("40 - <50", band(40, 50)),
        ("18.5-24.9", band(18.5, 25)),
        ("[40,50)", band(40, 50)),
        ("(40, 50]", band(41, 51)),
        ("(39.999, 50.0]", band(40, 51)),
        ("(-inf, 40]", band(-INFINITE, 41)),
        ("[40, inf)", band(40, INFINITE)),
        ("<40", band(-INFINITE, 40)),
        ("under 40", band(-INFINITE, 40)),
        ("≤39", band(-INFINITE, 40)),
        ("39 or less", band(-INFINITE, 40)),
        (">60", band(61, INFINITE)),
        ("60+", band(60, INFINITE)),
        ("≥ 60", band(60, INFINITE)),
        ("60 and over", band(60, INFINITE)),
        ("47", band(47, 48)),
        ("2 copies", Categories(frozenset({"2 copies"}))),
        ("2010-2014", band(2010, 2015)),
    ],
)
def test_a_band_is_an_interval(label, expected):
    assert read_groups([label]) == [expected]


def test_dates_are_parts_of_years():
    year, month, day, quarter, last = read_groups(["2020", "2020-03", "2020-03-31", "2020-Q1", "2020-12-31"])
    assert year.low <= month.low < day.low < day.high == month.high == quarter.high < year.high == last.high
    assert quarter.low == year.low == 2020


def test_bands_that_share_an_end_leave_it_to_the_next():
    assert read_groups(["40-50", "50-60", "60-70"]) == [band(40, 50), band(50, 60), band(60, 70)]
    assert read_groups(["40-40", "41-50"]) == [band(40, 41), band(41, 51)]
    assert read_groups(["40-50", "51-60"]) == [band(40, 51), band(51, 61)]


@pytest.mark.parametrize("label", ["Total", "ALL", "all ages", "Both sexes", "overall", "grand total"])
def test_totals_count_everyone(label):
    assert read_groups([label]) == [EVERYONE]


def test_categories_match_by_their_text():
    spelt = [read_groups([label])[0] for label in ("White  British", "white british", " WHITE BRITISH:")]
    assert len(set(spelt)) == 1
    assert read_groups(["Men"]) == read_groups(["male"])
    assert read_groups(["60-40"]) == [Categories(frozenset({"60-40"}))]


def test_repeated_labels_stay_apart():
    first, second = read_groups(["yes", "yes"])
    assert first != second


def test_names_of_variables_lose_units_and_words():
    assert {plain_name(name) for name in ("age", "Age_group", "AGE (years)", "age band")} == {"age"}
    assert plain_name("Gender") == "sex"
    assert plain_name("year") == "year"


def test_a_label_that_joins_categories_has_parts():
    assert joined_names("indian or pakistani") == ["indian", "pakistani"]
    assert joined_names("men + women") == ["male", "female"]
    assert joined_names("white") == ["white"]
