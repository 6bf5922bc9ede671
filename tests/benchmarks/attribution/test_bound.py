"""Innocents drawn by count are weighed as innocents with keys are; each flaw shows."""

import numpy as np
import pytest
from benchmarks.attribution._cases import Case, make
from benchmarks.attribution._dummies import Tail, innocents, kinds, scores
from benchmarks.attribution._given import observations
from benchmarks.attribution._teeth import interleaving, ratios, teeth

from strongroom.tracer.fingerprint import LEVELS, Code, score_keys


@pytest.fixture(scope="module")
def observed(world):
    case = Case("synthetic", 7, "noised", 300, 5, 1, {"shape": "gaussian", "sds": 0.02}, (1, 1))
    return observations(world, make(case, world, None)[0])


def test_counts_give_the_e_value_that_weigh_gives(world, observed):
    keys = [world.recipients.key(number) for number in range(20)]
    cells = kinds(observed)
    held = np.zeros((len(keys), *cells.shape), np.int64)
    for place, key in enumerate(keys):
        for each in observed:
            bits = Code(key).bits(each.positions)
            of = (each.reliability[bits], each.positions.levels[bits], each.shown[bits].astype(int))
            np.add.at(held[place], of, 1)
    assert np.allclose(scores(cells, held), [each.log10_e for each in score_keys(observed, keys)], atol=0.01)


def test_the_tail_of_innocents_stays_below_its_bound(observed):
    tail = Tail()
    for chunk in innocents(kinds(observed), 60_000, np.random.default_rng(1)):
        tail.add(chunk)
    assert tail.trials == 60_000
    assert not tail.broken
    assert "60,000 innocent" in tail.lines()[-1]


def test_a_broken_bound_is_called_broken():
    tail = Tail()
    tail.add(np.repeat([0.0, 3.5], [900, 100]))
    assert tail.broken


def test_every_flaw_shows():
    found = list(teeth(2, repeats=1, trials=8_000))
    assert len(found) == 4
    assert all(tooth.showed for tooth in found), [tooth.how for tooth in found if not tooth.showed]


def test_ratios_are_a_fair_bet():
    for level in LEVELS:
        share = level / 256
        factors = np.exp(ratios(np.arange(4) / 3, 0.1, share))
        assert (1 - share) * factors[:, 0] + share * factors[:, 1] == pytest.approx([1, 1])
    assert interleaving(3).shape[0] == 1
