"""The budget: what all answers together reveal about one person, and nothing paid for twice."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.answer_noise.influence import Balance, budget_for, cost_of_epsilon, guessed_after
from strongroom.errors import RefusedError


@given(st.floats(0.5, 0.95))
def test_a_budget_allows_the_guesses_that_it_was_made_for(guessed):
    assert guessed_after(budget_for(guessed)) == pytest.approx(guessed)


def test_the_best_guess_from_noisy_numbers_is_right_as_often_as_the_budget_says():
    """Numbers that one person moves by 1, with noise that uses up the budget: their sum is the evidence."""
    draw, numbers, noise = np.random.default_rng(1), 40, 20.0
    cost = numbers / noise**2
    secret = draw.random(200_000) < 0.5
    seen = secret[:, None] * 1.0 + draw.normal(0, noise, (len(secret), numbers))
    right = np.mean((seen.mean(axis=1) > 0.5) == secret)
    assert right == pytest.approx(guessed_after(cost), abs=0.005)


@pytest.mark.parametrize("epsilon", [0.05, 0.2, 1.0])
def test_an_answer_with_differential_privacy_costs_what_its_worst_attack_gains(epsilon):
    """A record that changes moves two counts by one each; Laplace noise then loses 2 epsilon at the most."""
    worst = 1 / (1 + math.exp(-2 * epsilon))
    assert guessed_after(cost_of_epsilon(epsilon)) == pytest.approx(worst)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.floats(0, 0.5)), max_size=40))
def test_no_order_of_charges_spends_more_than_the_budget(charges):
    balance = Balance(1.0)
    for name, cost in charges:
        try:
            balance = balance.after({name: max(cost, balance.paid.get(name, 0.0))})
        except RefusedError:
            continue
    assert balance.spent <= 1.0 + 1e-6
    assert balance.left == pytest.approx(1.0 - balance.spent)


def test_what_was_paid_for_is_free():
    balance = Balance(1.0).after({"a": 0.6, "b": 0.3})
    assert balance.price({"a": 0.6}) == 0
    assert balance.after({"a": 0.6}).spent == pytest.approx(0.9)
    with pytest.raises(RefusedError, match=r"20\.0% of the project's budget; 10\.0% is left"):
        balance.after({"c": 0.2})


def test_nothing_is_affordable_without_a_budget():
    assert Balance(0.0).share(0.1) == math.inf
