"""Bounds near the ends of what a double holds give no statistic, and no error after a query was paid for."""

import sys

import numpy as np
import pytest

from strongroom.disclosure.answer_noise.estimates import estimate
from strongroom.disclosure.answer_noise.noisy_bins import NoisyBins
from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.representation import Statistic

SUMS = {"n": 500.0, "x": 10.0, "y": 20.0, "xx": 30.0, "yy": 40.0, "xy": 50.0}


@pytest.mark.parametrize("other", [Bounds(-1e300, 1e300), Bounds(1e16, 1e16), Bounds(-1e300, -1e300)])
@pytest.mark.parametrize("statistic", [Statistic.INTERCEPT, Statistic.SLOPE, Statistic.VARIANCE])
def test_extreme_bounds_raise_no_error(statistic, other):
    value, noise = estimate(statistic, [other, other], SUMS, 10.0)
    assert (value is None) == (noise is None)


def test_bins_without_width_have_a_quantile():
    bins = NoisyBins(np.full(20, 50), Bounds(-1e308, -1e308), 2.0)
    assert (bins.quantile(0.5), bins.noise_of(0.5)) == (-1e308, 0.0)


def test_bounds_as_wide_as_a_double_have_no_mean():
    """Half their width is infinite: neither infinity nor an error may reach the answer."""
    widest = Bounds(-sys.float_info.max, sys.float_info.max)
    assert estimate(Statistic.MEAN, [widest], SUMS, 10.0) == (None, None)
