"""How well a person's value explains a file's: by nudge, rounding and noise."""

import numpy as np

from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.recognised import RecognisedColumn, Transform
from strongroom.tracer.fingerprint.planning.number_columns import plan_marks
from strongroom.tracer.fingerprint.rules import MarkRule

HELD = np.round(np.random.default_rng(1).normal(50, 10, 5_000), 1)
SKEWED = np.round(np.exp(np.random.default_rng(2).normal(3, 1, 5_000)), 2)
AS_IT_IS = Transform("same", lambda values: values)


def model_of(held, rules=(), noise=0.0, half=0.05):
    return CellModel.of(RecognisedColumn("v", "c", AS_IT_IS, noise, half), held, rules)


def test_a_step_is_the_tolerance():
    model = model_of(HELD, (MarkRule("c", 0.1, 0.2, 1.0, 0, 100),))
    places = model.steps(np.array([40.0, 40.0 + model.tolerance]))
    assert abs(places[1] - places[0] - 1) < 1e-6


def test_where_marks_grow_with_the_value_so_does_the_step():
    rule = plan_marks("c", SKEWED, strength=0.02)
    assert rule.relative
    model = model_of(SKEWED, (rule,))
    for middle in (np.median(SKEWED), np.quantile(SKEWED, 0.99)):
        value = float(SKEWED[np.argmin(np.abs(SKEWED - middle))])
        moved = rule.nudged(np.array([value]), np.array([True]))[0]
        assert abs(model.steps(np.array([moved]))[0] - model.steps(np.array([value]))[0]) <= 1.02
    ends = model.steps(np.array([SKEWED.min() - 5, SKEWED.max() + 500]))
    assert ends[0] < model.steps(SKEWED).min()
    assert ends[1] > model.steps(SKEWED).max()


def test_whose_value_it_is_explains_it_best():
    rule = plan_marks("c", HELD, strength=0.02)
    model = model_of(HELD, (rule,))
    known = np.flatnonzero(rule.markable(HELD))[:300]
    seen = rule.nudged(HELD[known], np.arange(300) % 2 == 0)
    own = model.log_ratios(seen, known)
    others = model.log_ratios(seen, np.roll(known, 7))
    assert own.min() > 0
    assert np.mean(own > others) > 0.95


def test_a_missing_value_says_little_and_a_column_of_none_nothing():
    gaps = HELD.copy()
    gaps[:10] = np.nan
    model = model_of(gaps)
    assert model.log_ratios(np.array([np.nan]), np.array([50]))[0] == 0
    assert -3 < model.log_ratios(np.array([50.0]), np.array([3]))[0] < 0
    assert model_of(np.full(5, np.nan)).information(np.array([1.0])) == 0
    assert np.isnan(model_of(np.full(5, np.nan)).steps(np.array([1.0]))[0])


def test_noise_takes_bits_away():
    assert model_of(HELD).information(HELD[:200]) > model_of(HELD, noise=5.0).information(HELD[:200]) + 3


def test_beside_the_edge_of_a_bin_both_bins_are_expected():
    """Cells that a mark carried over the edge are all that bins show of marks: they must not look strange."""
    bins = Transform("2 levels", lambda values: np.where(values >= 50, 1.0, 0.0))
    model = CellModel.of(
        RecognisedColumn("v", "c", bins, 0.0, 0.5), HELD, (MarkRule("c", 0.1, 0.2, 1.0, 0, 100),)
    )
    beside = np.flatnonzero(np.abs(HELD - 50.05) < 0.1)
    inside = np.flatnonzero(HELD > 55)
    for level in (0.0, 1.0):
        away = np.abs(model.steps(np.full(len(beside), level)) - model.all_steps[beside])
        assert np.all(away <= 1 + 1e-9)
        assert np.all(model.log_ratios(np.full(len(beside), level), beside) > -0.5)
    assert np.all(model.log_ratios(np.zeros(len(inside)), inside) < -2)
