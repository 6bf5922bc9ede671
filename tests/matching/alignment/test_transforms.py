"""What was done to a column is told from pairs of values: nothing, a line, bins, a curve."""

import numpy as np
import pytest

from strongroom.matching.alignment.transforms import Sample, fitted_transform
from strongroom.matching.recognised import SAME

DRAW = np.random.default_rng(4)
EVERYBODY = np.round(DRAW.normal(50, 10, 4_000), 1)
THEIRS = EVERYBODY[:600]


def fit(mine, theirs=THEIRS, reach=0.2, half=0.05):
    return fitted_transform(Sample(theirs, mine, np.full(len(theirs), reach), half), EVERYBODY, None)


def test_marked_values_are_the_cohorts_own():
    mine = THEIRS + DRAW.choice([-0.2, 0.2], len(THEIRS))
    assert fit(mine).name == SAME.name


def test_a_mark_that_grows_with_the_value_is_no_line():
    theirs = np.linspace(10, 1_000, 60)
    reach = 0.02 * theirs
    mine = theirs + reach * DRAW.choice([-1, 1], 60)
    found = fitted_transform(Sample(theirs, mine, reach, 0.005), theirs, None)
    assert found.name == "same"


@pytest.mark.parametrize("done", [lambda v: 2.5 * v + 7, lambda v: -v, np.log])
def test_rescaled_values_are_followed(done):
    found = fit(np.round(done(THEIRS), 4), half=5e-5, reach=0.0)
    assert np.median(np.abs(found(THEIRS) - done(THEIRS))) < 0.01 * np.std(done(THEIRS))


def test_bins_are_steps():
    cuts = np.quantile(EVERYBODY, np.arange(0.2, 0.9, 0.2))
    mine = np.searchsorted(cuts, THEIRS).astype(float)
    found = fit(mine, half=0.5, reach=0.0)
    assert found.name == "5 levels"
    assert np.mean(found(THEIRS) == mine) > 0.98


def test_a_cut_is_found_closer_than_marks_blur_it():
    theirs = DRAW.normal(50, 10, 3_000)
    seen = theirs + DRAW.choice([-0.2, 0.2], len(theirs))
    cuts = np.array([41.7, 46.3, 52.9, 58.1])
    mine = np.searchsorted(cuts, seen).astype(float)
    found = fitted_transform(Sample(theirs, mine, np.full(len(theirs), 0.2), 0.5), EVERYBODY, None)
    at = np.linspace(30, 70, 40_001)
    assert at[1:][np.diff(found(at)) != 0] == pytest.approx(cuts, abs=0.06)


def test_a_level_of_a_single_value_does_not_spoil_the_others():
    mine = np.searchsorted([38.0, 51.0, 53.0], THEIRS).astype(float)
    mine[int(np.argmax(THEIRS))] = 4.0
    assert fit(mine, half=0.5, reach=0.0).name == "4 levels"


def test_too_few_pairs_say_nothing():
    assert fit(THEIRS[:3], THEIRS[:3]) is None
    assert fit(np.ones(50), THEIRS[:50]) is None
