"""A column is nearest to the one it was taken from, whatever else the cohort holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.matching.storage.quantile_sketches import QuantileSketches

DRAW = np.random.default_rng(1)
COLUMNS = [DRAW.normal(27, 5, 5_000), np.round(DRAW.gamma(2, 3, 5_000)), DRAW.integers(0, 3, 5_000) * 1.0]
SKETCHES = QuantileSketches.of([np.quantile(column, np.linspace(0, 1, 129)) for column in COLUMNS])


@pytest.mark.parametrize("place", range(3))
def test_an_extract_is_nearest_to_its_own_column(place):
    extract = np.sort(DRAW.choice(COLUMNS[place], 300, replace=False))
    distances = SKETCHES.distances(extract)
    assert np.argmin(distances) == place
    assert distances[place] < 0.12


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_a_distance_is_a_share(values):
    distances = SKETCHES.distances(np.sort(values))
    assert np.all((distances >= 0) & (distances <= 1))


def test_no_columns_have_no_distances():
    assert len(QuantileSketches.of([]).distances(np.array([1.0]))) == 0
