"""Which cohort columns a file's column could be, by distribution and never by name."""

from collections.abc import Mapping

import numpy as np

from strongroom.matching.storage.index import ColumnProfile, Index
from strongroom.matching.values.comparable import Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_candidates: int = threshold(
        8,
        "cohort columns a file column",
        "judgement: repeat visits and left and right measurements crowd the list; with fewer the right "
        "one drops out",
    )
    farthest: float = threshold(
        0.5,
        "Kolmogorov-Smirnov distance",
        "judgement: an extract of older or ill people or of one sex shifts a distribution, b "
        "ut rarely by more",
    )
    least_values: int = threshold(
        3,
        "filled cells",
        "judgement: one or two values fit the distribution of any column",
    )


LIMITS = _Limits()


def candidate_columns(file_columns: Mapping[str, Values], index: Index) -> dict[str, list[ColumnProfile]]:
    """Return, for each file column, up to 8 cohort columns of its kind, most similar first.

    Similarity is the Kolmogorov-Smirnov distance between the file's values and the cohort column's quantile
    sketch.
    """
    found = {}
    for name, values in file_columns.items():
        present = np.sort(values.keys[~np.isnan(values.keys)])
        if len(present) < LIMITS.least_values or present[0] == present[-1]:
            continue
        profiles, sketches = index.sketches(values.kind)
        if not profiles:
            continue
        distances = sketches.distances(present, farthest=LIMITS.farthest)
        near = np.argsort(distances, kind="stable")[: LIMITS.most_candidates]
        chosen = [profiles[place] for place in near if distances[place] <= LIMITS.farthest]
        if chosen:
            found[name] = chosen
    return found
