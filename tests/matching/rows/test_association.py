"""Few coarse rows whose columns hang together as the cohort's are told from numbers that do not."""

from types import SimpleNamespace

import numpy as np
import pytest

from strongroom.matching.columns.joint_assignment import assign_jointly
from strongroom.matching.rows.association import match_by_association
from strongroom.matching.values.comparable import ValueKind, Values

_PEOPLE = 3_000
_HOPELESS = -3.0


class Coarse:
    """Three columns: the second follows from the first, the third is missing for those above 60."""

    people = _PEOPLE

    def __init__(self):
        draw = np.random.default_rng(3)
        first = draw.integers(40, 80, _PEOPLE).astype(float)
        third = np.where(first > 60, np.nan, draw.integers(0, 3, _PEOPLE))
        self._held = {"a": first, "b": 200 - 2 * first, "c": third}

    def values(self, name, *, decimals):
        del decimals
        return self._held[name]

    def rows(self, count):
        chosen = np.random.default_rng(5).choice(_PEOPLE, count, replace=False)
        return {name: held[chosen] for name, held in self._held.items()}


@pytest.fixture
def coarse():
    return Coarse()


def together(coarse, rows):
    values = {name: Values(ValueKind.NUMBER, keys) for name, keys in rows.items()}
    profiles = [SimpleNamespace(name=name, kind=ValueKind.NUMBER, decimals=0) for name in "abc"]
    candidates = {name: profiles for name in rows if name in "abc"}
    searched = assign_jointly(values, candidates, coarse)
    return match_by_association(searched, values, coarse, draw=np.random.default_rng(1))


def test_ten_rows_that_are_nobodys_alone_hang_together(coarse):
    found = together(coarse, coarse.rows(10))
    assert found.chance.log10 < -6
    assert {each.file_column: each.cohort_column for each in found.columns}["a"] == "a"


def test_the_same_cells_in_other_rows_do_not(coarse):
    rows = coarse.rows(10)
    rows["b"] = np.roll(np.sort(rows["b"]), 5)
    found = together(coarse, rows)
    assert found is None or found.chance.log10 > _HOPELESS


def test_a_column_that_is_nobodys_makes_it_a_summary(coarse):
    rows = {**coarse.rows(10), "mean": np.linspace(3, 7, 10) ** 2}
    assert together(coarse, rows) is None


def test_a_number_of_the_row_makes_it_none(coarse):
    rows = {"row": np.arange(10.0), **coarse.rows(10)}
    assert together(coarse, rows).chance.log10 < -6


def test_four_rows_are_too_few(coarse):
    assert together(coarse, coarse.rows(4)) is None
