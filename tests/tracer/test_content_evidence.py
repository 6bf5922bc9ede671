"""The figures an accusation rests on are never smaller than the truth."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from strongroom.cohort.member_mask import MemberMask
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.matching import log10_tail
from strongroom.tracer.content_evidence import (
    COLUMN_ELSEWHERE,
    FoundContent,
    IssuedView,
    pseudonyms_in,
    read_contents,
)

PEOPLE = 1_000


def view(members, columns=("bmi", "sex"), key=None):
    mask = np.zeros(PEOPLE, dtype=bool)
    mask[members] = True
    pseudonyms = None if key is None else Pseudonyms(key, low=10_000, high=99_999, capacity=PEOPLE)
    return IssuedView("p", "An institution", 1, frozenset(columns), MemberMask.of(mask), pseudonyms)


def read(content, view):
    return read_contents(content, [view])[0]


def found(ordinals, columns=("bmi", "sex")):
    return FoundContent(np.asarray(ordinals), {name: frozenset({name}) for name in columns}, 0.001)


@given(trials=st.integers(1, 500), successes=st.integers(0, 500), rate=st.floats(1e-6, 0.5))
def test_the_tail_bound_is_never_below_the_exact_tail(trials, successes, rate):
    successes = min(successes, trials)
    exact = binom.sf(successes - 1, trials, rate)
    # Nearer to the smallest float the exact tail itself loses its digits.
    if exact > 1e-250:
        assert log10_tail(successes, trials, rate) >= math.log10(exact) - 1e-9


def test_content_wholly_inside_a_view_speaks_not_against_it():
    assert read(found(range(100)), view(range(500))).log10_chance == 0.0


def test_people_outside_a_view_speak_against_it_more_the_more_they_are():
    chances = [read(found(range(100)), view(range(100 - outside))).log10_chance for outside in (1, 5, 50)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > -2
    assert chances[2] < -50


def test_a_column_outside_a_view_counts_for_no_more_than_it_may():
    reading = read(found(range(10), ("bmi", "sex", "hba1c")), view(range(500)))
    assert reading.columns_outside == ("hba1c",)
    assert reading.log10_chance == pytest.approx(math.log10(COLUMN_ELSEWHERE))


def test_a_column_that_another_of_the_view_equals_is_explained_by_it():
    content = FoundContent(np.arange(10), {"age": frozenset({"age", "age at visit"})}, 0.001)
    assert read(content, view(range(500), ("age at visit",))).columns_outside == ()
    assert read(content, view(range(500), ("sex",))).columns_outside == ("age",)


def test_only_a_projects_own_pseudonyms_agree():
    mine, theirs = view(range(500), key=bytes(32)), view(range(500), key=bytes(range(32)))
    people = np.arange(50)
    table = pa.table({"id": mine.pseudonyms.of(people.astype(np.uint32)), "bmi": np.arange(50) + 0.5})
    agree, chance = pseudonyms_in(table, {"bmi"}, (people, people), mine)
    assert agree == 50
    assert chance < -200
    assert pseudonyms_in(table, {"bmi"}, (people, people), theirs)[0] < 3
    assert pseudonyms_in(table, {"bmi"}, (people, people), view(range(500))) == (0, 0.0)


def test_views_of_the_same_people_are_compared_once_and_alike():
    one, other = view(range(60)), view(range(60))
    content = found(range(100))
    assert read_contents(content, [one, one, other])[0] == read_contents(content, [one])[0]
    assert {reading.people_outside for reading in read_contents(content, [one, other])} == {40}
