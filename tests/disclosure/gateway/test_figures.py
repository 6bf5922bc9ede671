"""Figures and HAVING: what SQL says of arithmetic and NULL, on shown numbers, and the noise of the result."""

import math
from dataclasses import replace

import pytest

from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.gateway.figures import evaluated, figure, holds
from strongroom.disclosure.query.reading import read_statement
from strongroom.disclosure.query.representation import (
    ANSWER,
    TRUE,
    Call,
    Column,
    Compare,
    Function,
    Kind,
    Like,
    Literal,
    Operator,
)
from strongroom.errors import QueryError

N = Column(ANSWER, "n", Kind.NUMBER)
M = Column(ANSWER, "m", Kind.NUMBER)
BASE = "SELECT COUNT(*) AS n, COUNT(bmi) AS m, {} AS f FROM participants"
AGGREGATES = {"n": "COUNT(*)", "m": "COUNT(bmi)"}


def of(text):
    """Return a figure written with n and m, as it is read."""
    for name, sql in AGGREGATES.items():
        text = text.replace(f"<{name}>", sql)
    query = read_statement(BASE.format(text), SCHEMA).queries[0]
    return next(each.of for each in query.figures if each.label == "f")


def having(text):
    for name, sql in AGGREGATES.items():
        text = text.replace(f"<{name}>", sql)
    return read_statement(f"{BASE.format('1.0 * COUNT(*)')} HAVING {text}", SCHEMA).queries[0].having


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.0 * <m> / <n>", 0.75),
        ("100.0 * <m> / NULLIF(<n>, 0)", 75.0),
        ("1.0 * <m> / NULLIF(<n>, 200)", None),
        ("<n> - <m>", 50),
        ("-<m> + <n>", 50),
        ("ABS(<m> - <n>)", 50),
        ("CASE WHEN <n> > 100 THEN <m> ELSE 0 END", 150),
        ("CASE WHEN <n> < 100 THEN <m> ELSE 7 END", 7),
        ("CASE WHEN <n> < 100 THEN <m> END", None),
        ("COALESCE(CASE WHEN <n> < 100 THEN <m> END, <n>)", 200),
        ("ROUND(<n> / 80.0)", 3),
        ("ROUND(-<n> / 80.0)", -3),
        ("ROUND(<n> / 160.0, 2)", 1.25),
        ("FLOOR(<n> / 80.0)", 2),
        ("CEIL(<n> / 80.0)", 3),
        ("LEAST(<n>, <m>)", 150),
        ("GREATEST(<n>, <m>)", 200),
        ("SQRT(<n> - 100)", 10.0),
        ("SQRT(<m> - <n>)", None),
        ("LN(<n> - 200)", None),
        ("EXP(<n> * 1000)", None),
        ("<n> % 30", 20),
        ("<n> / (<n> - 200)", None),
    ],
)
def test_a_figure_is_what_sql_says(text, value):
    assert evaluated(of(text), {"n": 200, "m": 150, "#1": None}) == value


@pytest.mark.parametrize(
    ("value", "places", "rounded"), [(2.5, 0, 3), (-2.5, 0, -3), (0.125, 2, 0.13), (1250, -2, 1300)]
)
def test_halves_are_rounded_away_from_zero(value, places, rounded):
    arguments = (N, Literal(places, Kind.NUMBER))
    assert evaluated(Call(Function.ROUND, arguments, Kind.NUMBER), {"n": value}) == rounded


def test_a_hidden_number_hides_the_figure():
    assert figure(of("1.0 * <m> / <n>"), {"n": 200, "m": None}, {"n": 3.0, "m": None}) == (None, None)


def test_a_value_too_large_for_a_number_is_undefined():
    twice = Call(Function.MULTIPLY, (N, N), Kind.NUMBER)
    assert evaluated(twice, {"n": 1e200}) is None


def test_the_noise_of_a_figure_is_that_of_its_numbers_to_first_order():
    value, noise = figure(of("1.0 * <m> / <n>"), {"n": 200, "m": 150}, {"n": 4.0, "m": 3.0})
    true = math.hypot(3 / 200, 150 * 4 / 200**2)
    assert noise == pytest.approx(true, rel=0.05)
    assert value == pytest.approx(0.75, abs=noise)


def test_a_figure_that_is_undefined_near_its_value_has_no_noise_from_that_number():
    assert figure(of("SQRT(<n> - 200)"), {"n": 201, "m": 1}, {"n": 4.0})[1] is None


def test_a_figure_of_no_noisy_number_has_none():
    assert figure(Literal(5, Kind.NUMBER), {"n": 200}, {"n": 4.0}) == (5, None)
    assert figure(Literal("text", Kind.TEXT), {}, {"n": 4.0}) == ("text", None)
    assert figure(Literal(value=True, kind=Kind.BOOLEAN), {}, {"n": 4.0}) == (True, None)


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        ("<n> > 100", True),
        ("<n> >= 200 AND <m> <> 3", True),
        ("<n> < 200", False),
        ("<n> <= 200", True),
        ("<n> = 200", True),
        ("<n> > 200 OR <m> = 150", True),
        ("<n> > 200 OR <m> > 150", False),
        ("<n> IN (100, 200)", True),
        ("<n> NOT IN (100, 200)", False),
        ("<n> IS NULL", False),
        ("<n> IS NOT NULL", True),
    ],
)
def test_having_keeps_what_sql_keeps(condition, true):
    assert holds(having(condition), {"n": 200, "m": 150}) is true


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        ("<n> > 100", None),
        ("NOT (<n> > 100)", None),
        ("<n> IN (100, 200)", None),
        ("<n> > 100 AND <m> > 100", None),
        ("<n> > 100 AND <m> < 100", False),
        ("<n> > 100 OR <m> > 100", True),
        ("<n> > 100 OR <m> < 100", None),
    ],
)
def test_conditions_on_a_hidden_number_are_unknown_unless_others_decide(condition, known):
    assert holds(having(condition), {"n": None, "m": 150}) is known


def test_a_condition_always_true_holds():
    assert holds(TRUE, {}) is True


def test_what_has_no_meaning_for_statistics_is_refused():
    with pytest.raises(QueryError, match="function"):
        evaluated(Call(Function.LOWER, (N,), Kind.TEXT), {"n": 1})
    with pytest.raises(QueryError, match="condition"):
        holds(Like(replace(N, kind=Kind.TEXT), "a%"), {"n": "a"})


def test_comparisons_are_those_of_sql():
    for operator, true in zip(Operator, (False, True, True, True, False, False), strict=True):
        assert holds(Compare(operator, N, M), {"n": 1, "m": 2}) is true
