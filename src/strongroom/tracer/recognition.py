"""Does a file contain data of this cohort, and which?"""

import math
from collections.abc import Sequence

import numpy as np

from strongroom.matching import CohortColumns, Index, Recognition
from strongroom.matching.recognised import RecognisedColumn
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.content_evidence import FoundContent
from strongroom.tracer.histories import History


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_people: int = threshold(5, "people", "judgement: fewer may be chance, however rare their values")
    twin_share: float = threshold(0.8, "share of people", "judgement: repeated measurements differ for more")
    alike: float = threshold(
        0.1, "distance of distributions", "judgement: columns further apart cannot be equal for most people"
    )
    most_alike: int = threshold(8, "columns", "cost: compared value by value")
    compared: int = threshold(2_000, "people", "cost: a share is known to 1 % from 2,000")


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals


def is_ours(found: Recognition, bound: float) -> bool:
    """Tell whether more people were recognised than expected by chance."""
    enough = found.matched >= min(LIMITS.least_people, len(found.rows))
    return enough and found.chance.log10 <= math.log10(bound)


def found_content(
    recognitions: Sequence[Recognition], histories: Sequence[History], held: CohortColumns, index: Index
) -> FoundContent:
    """Return the people and columns in all tables of a file, event tables included."""
    people = [each.surest.people for each in recognitions]
    columns: dict[str, frozenset[str]] = {}
    for recognition in recognitions:
        for column in recognition.columns:
            columns[column.cohort_column] = _twins(column, recognition, held, index)
    for name in (name for each in histories for name in (each.code, each.date)):
        columns[name] = frozenset([name])
    recognised = np.unique(np.concatenate(people)) if people else np.empty(0, np.int64)
    ordinals = np.unique(np.concatenate([held.ordinals(recognised), *(each.ordinals for each in histories)]))
    rates = [*(each.chance.rate for each in recognitions), *(each.chance for each in histories)]
    return FoundContent(ordinals, columns, max(rates, default=0.5))


def _twins(
    column: RecognisedColumn, recognition: Recognition, held: CohortColumns, index: Index
) -> frozenset[str]:
    """Return the cohort columns that the file's column could equally be: equal for these people."""
    rows = recognition.surest.people[: LIMITS.compared]
    profile = index.columns[column.cohort_column]
    mine = held.values(profile.name, decimals=_DECIMALS)[rows]
    profiles, sketches = index.sketches(profile.kind)
    distances = sketches.distances(np.sort(profile.quantiles), farthest=LIMITS.alike)
    found = {profile.name}
    for place in np.argsort(distances, kind="stable")[: LIMITS.most_alike]:
        name = profiles[place].name
        if len(rows) == 0 or distances[place] > LIMITS.alike or name in found:
            continue
        theirs = held.values(name, decimals=_DECIMALS)[rows]
        if np.mean((mine == theirs) | (np.isnan(mine) & np.isnan(theirs))) >= LIMITS.twin_share:
            found.add(name)
    return frozenset(found)
