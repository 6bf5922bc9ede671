"""What planning knows of columns: how they are recorded, and what of them is a quantity."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.tracer.fingerprint.planning.cohort_columns import PlannedColumns, form_of
from strongroom.tracer.fingerprint.rules import DECIMAL, DOUBLE, SINGLE

DRAW = np.random.default_rng(3)


@pytest.fixture
def columns(extracts):
    return PlannedColumns(extracts.cohort, extracts.index)


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (np.round(DRAW.normal(5, 1, 50), 2), DECIMAL),
        (DRAW.normal(5, 1, 50).astype(np.float32), SINGLE),
        (DRAW.normal(5, 1, 50), DOUBLE),
        (np.array([1.5, np.nan, np.inf]), DECIMAL),
    ],
)
def test_a_column_says_how_it_is_recorded(values, form):
    assert form_of(pa.array(values)) == form


def test_values_lie_on_the_grid_and_codes_are_no_quantities(columns):
    numbers = [name for name in columns.index.columns if columns.is_number(name)]
    assert len(numbers) > 20
    for name in numbers:
        sampled = columns.sample(name)
        known = sampled[np.isfinite(sampled)]
        assert not np.isin(known, columns.sentinels(name)).any()
        assert np.isin(known, columns.values(name)[0]).all()
        steps = known / columns.step(name)
        assert np.count_nonzero(np.abs(steps - np.rint(steps)) > 1e-4) <= 0.05 * len(known)


def test_texts_and_dates_are_no_numbers(columns):
    kinds = {each.name: each.type for each in columns.cohort.participants.schema}
    for name in columns.index.columns:
        if pa.types.is_string(kinds[name]) or pa.types.is_date(kinds[name]):
            assert not columns.is_number(name)
