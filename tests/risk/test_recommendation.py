"""The change that spares most people is named, with what it does, and the headline is the worst table's."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.cli.risk import risk_lines
from strongroom.risk.assessed_columns import Subject
from strongroom.risk.assessment import assess
from strongroom.risk.columns import CodedColumn
from strongroom.risk.linkage import DatedEvents, Facts, Linked, link, scenarios, worst
from strongroom.risk.recoding import read_changes
from strongroom.risk.recommendation import recommend
from strongroom.risk.report import to_html, to_json
from strongroom.risk.report.page import advice, lead
from strongroom.risk.roles import Part, Roles

PEOPLE = 3_000


def events(draw, name, people, *, days):
    day = CodedColumn.of(
        f"{name}.day", pa.array(np.datetime64("2010-01-01") + draw.integers(0, days, people))
    )
    kind = CodedColumn.of(f"{name}.code", pa.array(draw.choice(["I21", "E11"], people)))
    return DatedEvents(name, f"one event in {name}", np.arange(people), day, kind)


def subject(*tables, **demographics):
    draw = np.random.default_rng(1)
    years = draw.integers(1950, 1952, PEOPLE)
    drawn = {
        "birth year": CodedColumn.of("p34", pa.array(years), "Birth year"),
        "birth month": CodedColumn.of("p52", pa.array(draw.integers(1, 13, PEOPLE)), "Birth month"),
        "sex": CodedColumn.of("p31", pa.array(draw.integers(0, 2, PEOPLE))),
    } | demographics
    dated = tuple(events(draw, name, people, days=days) for name, people, days in tables)
    return Subject(PEOPLE, tuple(drawn.values()), (), Facts(PEOPLE, drawn, dated))


def figures(of):
    return [link(of.facts, scenario) for scenario in scenarios(of.facts)]


def assessed(of, **more):
    names = tuple(column.name for column in of.quasi)
    return assess("ukb", of, Roles(names, (), (), {}, dict.fromkeys(Part, 3)), **more)


def test_the_change_that_spares_most_people_comes_first_with_its_own_figures():
    of = subject(("hesin", 2_000, 1_000), ("death", 200, 1_000))
    found = recommend(of, figures(of))
    best = found[0]
    assert (best.what_if, best.coarser) == ("month:hesin.day", False)
    now = {each.words: each for each in figures(of)}
    changed = of.after(read_changes(best.what_if))
    after = {each.words: each for each in figures(changed)}
    assert best.before == now[best.facts].pinned > 0.9
    assert best.after == after[best.facts].pinned < 0.2
    assert best.spared == round((best.before - best.after) * 2_000)
    left = worst(list(after.values()))
    assert (best.left, best.left_share) == (left.words, left.pinned)
    mild = [each for each in found if not each.coarser]
    assert [each.spared for each in mild] == sorted((each.spared for each in mild), reverse=True)
    assert {each.what_if for each in found if each.coarser} == {
        "year:hesin.day",
        "year:death.day",
        "year:hesin.day|year:death.day",
    }
    assert {"drop:p52", "coarsen:p34:5", "month:hesin.day|month:death.day"} <= {each.what_if for each in mild}


def test_a_dropped_fact_is_no_longer_known():
    of = subject(("hesin", 2_000, 1_000))
    (found,) = [each for each in recommend(of, figures(of)) if each.what_if == "drop:p52"]
    after = {each.words: each for each in figures(of.after(read_changes("drop:p52")))}
    assert found.words == "drop Birth month (p52)"
    assert found.facts.startswith("birth month and year")
    assert found.after in {each.pinned for each in after.values()}


def test_where_nobody_is_identified_nothing_is_recommended():
    alike = CodedColumn.of("p34", pa.array([1950] * PEOPLE))
    months = CodedColumn.of("p52", pa.array([1] * PEOPLE))
    of = subject(**{"birth year": alike, "birth month": months})
    assert recommend(of, figures(of)) == ()
    found = assessed(of)
    assert "no change is needed" in advice(found)
    assert "Single changes" not in to_html(found)


def test_what_no_change_helps_with_is_said():
    names = CodedColumn.of("p34", pa.array([f"y{place}" for place in range(PEOPLE)]))
    facts = Facts(PEOPLE, {"birth year": names})
    found = assessed(Subject(PEOPLE, (names,), (), facts))
    assert found.recommended == ()
    assert "No single change" in advice(found)


def test_the_report_the_summary_and_the_json_say_it():
    found = assessed(subject(("hesin", 2_000, 1_000)))
    text = advice(found)
    assert text.startswith("Round hesin.day to the month")
    page = to_html(found)
    assert page.index("What to do") < page.index("What someone with a few facts can find")
    assert "month:hesin.day" in page
    assert text in risk_lines(found)
    assert to_json(found)["recommended"][0]["what_if"] == "month:hesin.day"
    empty = assessed(Subject(PEOPLE, found_columns(), (), Facts(PEOPLE)))
    assert advice(empty) == ""
    assert "What to do" not in to_html(empty)


def found_columns():
    return (CodedColumn.of("p31", pa.array(np.arange(PEOPLE) % 2)),)


def linked(words, concerned, pinned):
    return Linked(words, concerned, pinned, pinned, 1.0, pinned)


@pytest.mark.parametrize(
    ("scenarios_measured", "expected"),
    [
        ([linked("participants", 20_000, 0.2), linked("deaths", 1_500, 0.99)], "deaths"),
        ([linked("participants", 20_000, 0.2), linked("a handful", 12, 1.0)], "participants"),
        ([linked("participants", 20_000, 0.0), linked("a handful", 12, 1.0)], "a handful"),
        ([linked("first", 500, 0.5), linked("second", 900, 0.5)], "second"),
    ],
)
def test_the_headline_is_the_largest_share_of_any_table(scenarios_measured, expected):
    assert worst(scenarios_measured).words == expected
    assert worst([]) is None


def test_the_headline_names_an_event_table_that_is_worse_than_the_participants():
    found = assessed(subject(("hesin", 2_000, 1_000), ("death", 200, 1_000)))
    assert "(one event in death)" in lead(found)
