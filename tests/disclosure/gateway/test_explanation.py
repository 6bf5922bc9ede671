"""What is said of a query before it is asked: its cost, and the noise that its answer then has."""

import numpy as np
import pytest

from disclosure.gateway.test_answer_query import PEOPLE, PROTECTION, RULE, asked
from disclosure.query.schemas import SCHEMA
from strongroom.disclosure.answer_noise.influence import Balance
from strongroom.disclosure.gateway import (
    ColumnReader,
    Noise,
    QueriedView,
    charge_for,
    numbers_of,
)
from strongroom.disclosure.gateway.explanation import explain, explain_privately
from strongroom.disclosure.query.reading import read_statement

NOISE = Noise(RULE.noise, 5)
SQL = (
    "SELECT COUNT(*) AS n, COUNT(bmi) AS known, AVG(bmi) AS m, STDDEV(bmi) AS s, SUM(bmi) AS t, "
    "MEDIAN(bmi) AS q, 2 * COUNT(age) AS twice FROM participants WHERE age < 46"
)


def explained(engine, balance):
    statement, view = read_statement(SQL, SCHEMA), QueriedView(np.ones(PEOPLE, bool))
    reader = ColumnReader(SCHEMA, engine, view, PROTECTION)
    bounds = reader.bounds_for(statement.queries)
    price = balance.price(charge_for(numbers_of(statement, view.name, NOISE), NOISE, balance.paid))
    return explain(statement, balance, price, rule=RULE, noise=NOISE, bounds=bounds)


def test_the_noise_said_before_is_that_of_the_answer(engine):
    margins = explained(engine, Balance(1.0)).margins
    answer = asked(SQL, engine).answer
    noise = dict(zip(answer.columns, answer.noise[0], strict=True))
    people = answer.rows[0][0]
    assert margins["n"] == noise["n"]
    assert margins["known"] == noise["known"]
    # The noise of a mean is as 1 / n; that of a sum hardly depends on n.
    assert margins["m"] * 1000 / people == pytest.approx(noise["m"], rel=0.4)
    assert margins["t"] == pytest.approx(noise["t"], rel=0.5)
    assert margins["s"] is not None
    assert margins["q"] is None
    assert set(margins) == set(answer.columns) - {"twice"}


def test_the_cost_and_the_least_noise_that_is_left_are_said(engine):
    found = explained(engine, Balance(1.0))
    document = found.to_json()
    assert document["affordable"]
    assert document["budget_left_after"] == pytest.approx(1 - found.price)
    assert found.least_noise == pytest.approx(RULE.noise * found.price**0.5)
    assert 0.5 < document["guessed_after"] < 1
    assert document["smallest_count_shown"] == RULE.shown_from(RULE.noise)
    nothing_left = explained(engine, Balance(1.0, {"other": 1.0}))
    assert nothing_left.least_noise is None
    assert not nothing_left.to_json()["affordable"]


def test_a_private_answer_has_a_noise_and_a_cost():
    found = explain_privately(read_statement(SQL, SCHEMA), Balance(1.0), 0.25, 3.0)
    document = found.to_json()
    assert (document["cost"], document["noise"], document["least_noise"]) == (0.25, 3.0, None)
