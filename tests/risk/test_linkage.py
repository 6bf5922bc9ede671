"""Simulated linkage: against probabilities worked out by hand, and small tables checked by eye."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from strongroom.risk.columns import CodedColumn
from strongroom.risk.linkage import DatedEvents, Facts, Scenario, link, scenarios, unicity


def column(values, name="c"):
    return CodedColumn.of(name, pa.array(values))


def test_two_harmless_facts_identify_most_people_as_probability_predicts():
    draw, people = np.random.default_rng(1), 40_000
    days = np.datetime64("2003-01-01") + draw.integers(0, 2_000, people)
    demographics = {
        "birth year": column(draw.integers(1936, 1946, people)),
        "birth month": column(draw.integers(1, 13, people)),
        "sex": column(draw.integers(0, 2, people)),
    }
    events = DatedEvents("op", "operation", np.arange(people), column(days), column(["x"] * people))
    facts = Facts(people, demographics, (events,))
    found = {each.words: link(facts, each) for each in scenarios(facts)}
    assert found["birth month and year"].pinned == 0
    assert found["exact date (operation)"].pinned == 0
    # Alone among `people` others in 10 x 12 x 2,000 equally likely cells: e to the minus of those per cell.
    both = found["birth month and year + exact date (operation)"]
    assert both.pinned == pytest.approx(np.exp(-people / (120 * 2_000)), abs=0.01)
    sharper = found["birth month and year, sex + exact date (operation)"]
    assert sharper.pinned == pytest.approx(np.exp(-people / (240 * 2_000)), abs=0.01)
    assert found["birth month and year + month (operation)"].pinned < 0.05


def test_one_of_several_events_is_known_each_as_likely():
    days = column([date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 1), date(2020, 1, 1)])
    # Person 0 has two events, one of a day nobody else has; person 2's event is told twice.
    events = DatedEvents("op", "operation", np.array([0, 0, 2, 2]), days)
    found = link(Facts(3, {}, (events,)), Scenario("day", (), events))
    assert found.concerned == 2
    assert found.pinned == pytest.approx(0.5 / 2)
    assert found.ever == pytest.approx(1 / 2)
    assert found.few == 1.0


def test_who_has_no_such_fact_is_not_concerned():
    facts = Facts(3, {"sex": column([1, None, 2])})
    assert link(facts, Scenario("sex", ("sex",))).concerned == 2
    empty = DatedEvents("op", "operation", np.array([], np.int64), column(pa.array([], pa.date32())))
    assert link(facts, Scenario("day", (), empty)).concerned == 0


def test_unicity_is_one_where_all_differ_and_none_where_nobody_does():
    draw = np.random.default_rng(0)
    differing = [column(np.arange(50)), column(np.arange(50) % 7)]
    assert unicity(differing, Facts(50), draw)[0].share == 1.0
    alike = [column([1] * 50), column([2] * 50)]
    found = unicity(alike, Facts(50), draw)
    assert (found[0].asked, found[0].share) == (50, 0.0)
    # Nobody has four facts.
    assert (found[1].asked, found[1].low, found[1].high) == (0, 0.0, 1.0)


def test_dated_events_are_facts_too():
    days = column([date(2020, 1, day % 28 + 1) for day in range(60)])
    events = (DatedEvents("op", "operation", np.arange(60) % 30, days, column(["x", "y"] * 30)),)
    plain = [column(pa.nulls(30, pa.int32()))]
    found = unicity(plain, Facts(30, {}, events), np.random.default_rng(3))
    assert found[0].asked == 30
    assert found[0].share > 0.5
