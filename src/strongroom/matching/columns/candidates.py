"""Which cohort columns could a file's column be? By distribution alone, never by name."""

from collections.abc import Mapping

import numpy as np

from strongroom.matching.storage.index import ColumnProfile, Index
from strongroom.matching.values.comparable import Values

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
        profiles, sketches = index.sketches(values.kind)
        if not profiles:
            continue
        distances = sketches.distances(present, farthest=_FARTHEST)
        near = np.argsort(distances, kind="stable")[:_CANDIDATES]
        chosen = [profiles[place] for place in near if distances[place] <= _FARTHEST]
        if chosen:
            found[name] = chosen
    return found
