"""Which cohort columns could a file's column be? By distribution alone, never by name."""

from collections.abc import Mapping

import numpy as np

from strongroom.cohort.index.profile import ColumnProfile, Index
from strongroom.cohort.index.values import Floats, Values

_CANDIDATES = 8
# A leak may be of the old, the ill or one sex only: its distributions are then shifted, but not disjoint.
_FARTHEST = 0.5
_FEWEST_VALUES = 3


def candidate_columns(file_columns: Mapping[str, Values], index: Index) -> dict[str, list[ColumnProfile]]:
    """Return, for each file column, up to 8 cohort columns of its kind, nearest first.

    Nearness is the Kolmogorov-Smirnov distance between the file's values and the cohort column's quantile
    sketch.
    """
    found = {}
    for name, values in file_columns.items():
        present = np.sort(values.keys[~np.isnan(values.keys)])
        if len(present) < _FEWEST_VALUES or present[0] == present[-1]:
            continue
        near = [
            (distance, profile)
            for profile in index.columns.values()
            if profile.kind is values.kind
            for distance in [_distance(present, profile.quantiles)]
            if distance <= _FARTHEST
        ]
        near.sort(key=lambda pair: pair[0])
        if near:
            found[name] = [profile for _, profile in near[:_CANDIDATES]]
    return found


def _distance(present: Floats, quantiles: Floats) -> float:
    """Return the largest gap between two cumulative shares, taken at the cohort's quantiles.

    Both sides of every step are looked at and the smaller gap counts, so that a column of few distinct
    values is not held apart by its own steps.
    """
    share = np.linspace(0, 1, len(quantiles))
    below = np.searchsorted(present, quantiles, side="left") / len(present)
    up_to = np.searchsorted(present, quantiles, side="right") / len(present)
    # At a repeated quantile the cohort's share jumps: compare with its first and last place.
    first = np.searchsorted(quantiles, quantiles, side="left")
    last = np.searchsorted(quantiles, quantiles, side="right") - 1
    gap = np.maximum(np.abs(below - share[first]), np.abs(up_to - share[last]))
    return float(np.max(gap))
