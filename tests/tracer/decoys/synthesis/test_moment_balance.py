"""Who is drawn has the moments of real people: no attacker adds up what trees lose between many columns."""

import numpy as np
import pytest

from strongroom.tracer.decoys.synthesis import moment_balance
from strongroom.tracer.decoys.synthesis.moment_balance import balancing_log_odds

PEOPLE, DECOYS, ALTERNATES, COLUMNS = 2_000, 400, 10, 6


def drawn(odds, candidates, draw):
    taken = np.argmax(odds + draw.gumbel(size=odds.shape), axis=1)
    return candidates.reshape(*odds.shape, -1)[np.arange(len(odds)), taken]


@pytest.fixture
def worlds():
    """Real people whose columns all have a little to do with each other, and invented ones without that."""
    draw = np.random.default_rng(1)
    real = draw.normal(size=(PEOPLE, COLUMNS)) + 0.5 * draw.normal(size=(PEOPLE, 1))
    invented = draw.normal(size=(DECOYS * ALTERNATES, COLUMNS)) * np.sqrt(1.25)
    return real, invented


def mean_correlation(people):
    return np.corrcoef(people.T)[np.triu_indices(COLUMNS, 1)].mean()


def test_a_little_dependence_between_all_columns_is_restored(worlds):
    real, invented = worlds
    nothing = np.zeros((DECOYS, ALTERNATES))
    odds = balancing_log_odds(real, invented, nothing).reshape(nothing.shape)
    before = mean_correlation(drawn(nothing, invented, np.random.default_rng(2)))
    after = mean_correlation(drawn(odds, invented, np.random.default_rng(2)))
    assert mean_correlation(real) == pytest.approx(0.2, abs=0.03)
    assert abs(before) < 0.04
    assert after == pytest.approx(mean_correlation(real), abs=0.06)


def test_who_lacks_what_is_brought_right_too():
    draw = np.random.default_rng(3)
    real, invented = draw.normal(size=(PEOPLE, 3)), draw.normal(size=(DECOYS * ALTERNATES, 3))
    real[draw.random(PEOPLE) < 0.3, 1:] = np.nan
    invented[draw.random(len(invented)) < 0.3, 1] = np.nan
    invented[draw.random(len(invented)) < 0.3, 2] = np.nan
    odds = balancing_log_odds(real, invented, np.zeros((DECOYS, ALTERNATES))).reshape(DECOYS, ALTERNATES)
    alike = np.isnan(invented[:, 1]) == np.isnan(invented[:, 2])
    taken = drawn(odds, alike[:, None], np.random.default_rng(4))
    assert alike.mean() < 0.62
    assert taken.mean() > 0.8


def test_what_is_right_already_stays_as_it_is():
    draw = np.random.default_rng(5)
    real, invented = draw.normal(size=(PEOPLE, 4)), draw.normal(size=(DECOYS * ALTERNATES, 4))
    assert balancing_log_odds(real, invented, np.zeros((DECOYS, ALTERNATES))).std() < 0.15


def test_few_people_say_little(worlds):
    real, invented = worlds
    nothing = np.zeros((DECOYS, ALTERNATES))
    few = balancing_log_odds(real[:100], invented, nothing).std()
    assert few < balancing_log_odds(real, invented, nothing).std()


def test_who_cannot_be_has_no_say(worlds):
    real, invented = worlds
    odds = np.zeros((DECOYS, ALTERNATES))
    odds[:, 5:] = -np.inf
    odds[0] = -np.inf
    others = invented.reshape(DECOYS, ALTERNATES, -1).copy()
    others[:, 5:] += 7.0
    others[0] -= 7.0
    found = balancing_log_odds(real, others.reshape(invented.shape), odds).reshape(odds.shape)
    same = balancing_log_odds(real, invented, odds).reshape(odds.shape)
    assert np.isfinite(found).all()
    # They count for which pairs are looked at, and in how features are scaled, and no more.
    assert np.corrcoef(found[1:, :5].ravel(), same[1:, :5].ravel())[0, 1] > 0.95


def test_of_many_pairs_those_most_off_are_looked_at(worlds, monkeypatch):
    real, invented = worlds
    real = np.column_stack([real, np.random.default_rng(7).normal(size=(PEOPLE, 14))])
    invented = np.column_stack([invented, np.random.default_rng(8).normal(size=(len(invented), 14))])
    monkeypatch.setattr(moment_balance, "LIMITS", type(moment_balance.LIMITS)(most_moments=20 + 25))
    nothing = np.zeros((DECOYS, ALTERNATES))
    odds = balancing_log_odds(real, invented, nothing).reshape(nothing.shape)
    after = mean_correlation(drawn(odds, invented, np.random.default_rng(2))[:, :COLUMNS])
    assert after == pytest.approx(0.2, abs=0.06)


def test_an_empty_column_and_a_constant_one_do_no_harm():
    draw = np.random.default_rng(9)
    real, invented = draw.normal(size=(PEOPLE, 3)), draw.normal(size=(DECOYS * ALTERNATES, 3))
    real[:, 1] = invented[:, 1] = np.nan
    real[:, 2] = invented[:, 2] = 4.0
    assert np.isfinite(balancing_log_odds(real, invented, np.zeros((DECOYS, ALTERNATES)))).all()
