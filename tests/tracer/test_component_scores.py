"""A table of component scores is told from measured columns, which are never exactly uncorrelated."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.tracer.component_scores import has_component_scores

DRAW = np.random.default_rng(7)
VALUES = DRAW.normal(size=(400, 6)) @ DRAW.normal(size=(6, 6))


def table(values):
    return pa.table({f"v{place}": each for place, each in enumerate(values.T)})


def scores(values, kept):
    away = values - values.mean(axis=0)
    return away @ np.linalg.svd(away, full_matrices=False)[2][:kept].T


@pytest.mark.parametrize("decimals", [5, 12])
def test_scores_are_told_with_and_without_a_number_of_the_row(decimals):
    found = np.round(scores(VALUES, 4), decimals)
    assert has_component_scores(table(found))
    assert has_component_scores(table(np.column_stack([np.arange(400), found])))
    assert has_component_scores(table(np.vstack([np.arange(4), found])))


def test_measured_columns_and_too_few_are_no_scores():
    independent = DRAW.normal(size=(400, 6))
    for values in (VALUES, independent, scores(VALUES, 2), scores(VALUES, 4)[:20], VALUES[:, :0]):
        assert not has_component_scores(table(values))
