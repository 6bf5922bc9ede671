"""A column is compared with all sketches at once, with the result of comparing quantile by quantile."""

import bisect

import numpy as np
import pytest

from strongroom.matching.disguised.hypotheses import largest_gaps


def _one_by_one(present, quantiles, first, last, points, hopeless):  # noqa: PLR0917 - as what it repeats
    found = []
    for held, low, high in zip(quantiles, first, last, strict=True):
        largest = 0.0
        for point in points:
            below = bisect.bisect_left(present, held[point]) / len(present)
            up_to = bisect.bisect_right(present, held[point]) / len(present)
            largest = max(largest, abs(below - low[point]), abs(up_to - high[point]))
            if largest > hopeless:
                break
        found.append(largest)
    return found


@pytest.mark.parametrize("hopeless", [0.02, 0.2, 2.0])
def test_sketches_are_given_up_at_the_same_quantile(hopeless):
    draw = np.random.default_rng(3)
    quantiles = np.sort(np.round(draw.normal(draw.normal(size=(20, 1)), 2.0, (20, 65)), 1), axis=1)
    shares = np.tile(np.linspace(0, 1, 65), (20, 1))
    first, last = np.maximum(shares - 0.01, 0), np.minimum(shares + 0.01, 1)
    present = np.sort(np.round(draw.normal(size=300), 1))
    points = draw.permutation(65)
    gaps = largest_gaps(present, quantiles, first, last, points, hopeless)
    assert gaps.tolist() == _one_by_one(present.tolist(), quantiles, first, last, points, hopeless)


def test_a_column_of_words_has_no_quantiles_and_is_given_up():
    shares = np.linspace(0, 1, 5)[None, :]
    gaps = largest_gaps(
        np.array([1.0, 2.0]), np.full((1, 5), np.nan), shares, shares, np.arange(5), hopeless=0.5
    )
    assert gaps.tolist() == [1.0]
