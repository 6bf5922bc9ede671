"""Models are fitted as textbooks do, and a copy breaks no invariant."""

import numpy as np
import pytest
from benchmarks.attribution._invariants import kept
from benchmarks.attribution._models import Model, cut_models, fit, hundred_models

DRAW = np.random.default_rng(3)
COUNT = 4_000
TABLE = {name: DRAW.normal(size=COUNT) for name in ("a", "b")}
NOBODY_DIED = np.zeros(COUNT, bool), np.ones(COUNT)


def test_linear_and_logistic_find_what_the_data_was_made_of():
    outcome = 2 * TABLE["a"] - TABLE["b"] + DRAW.normal(size=COUNT)
    found = fit(Model("linear", "y", ("a", "b")), TABLE, outcome, *NOBODY_DIED)
    assert found.coefficients == pytest.approx([2, -1], abs=0.1)
    assert found.errors == pytest.approx([COUNT**-0.5] * 2, rel=0.1)
    likely = DRAW.random(COUNT) < 1 / (1 + np.exp(-TABLE["a"]))
    found = fit(Model("logistic", "y", ("a", "b")), TABLE, likely.astype(float), *NOBODY_DIED)
    assert found.coefficients == pytest.approx([1, 0], abs=4 * found.errors.max())


def test_cox_finds_the_hazard_ratio_that_survival_was_drawn_with():
    years = DRAW.exponential(np.exp(-0.7 * TABLE["a"]))
    dead = years < 2
    found = fit(Model("cox", "", ("a", "b")), TABLE, years, dead, np.minimum(years, 2))
    assert found.coefficients == pytest.approx([0.7, 0], abs=4 * found.errors.max())
    assert found.errors == pytest.approx([dead.sum() ** -0.5] * 2, rel=0.3)


def test_a_hundred_models_of_three_kinds(world):
    models = hundred_models(world, 1)
    assert [model.kind for model in models].count("linear") == 50
    assert len(models) == 100
    assert all(model.outcome not in model.covariates for model in models)
    assert {model.kind for model in cut_models(world, 1)} == {"cut"}


def test_a_copy_breaks_no_invariant(world):
    derived = list(world.plan.derived)[:2]
    inputs = [each for name in derived for each in world.plan.derived[name].inputs]
    names = list(dict.fromkeys([*world.plan.marked[:8], *derived, *inputs]))
    copy = dict(zip(names, world.copy(world.recipients.key(0), world.ordinals, names).T, strict=True))
    assert [kept(world, name, copy).violations for name in names] == [0] * len(names)
    broken = {**copy, names[0]: copy[names[0]] + world.rule(names[0]).step / 3}
    assert kept(world, names[0], broken).violations > 0
