"""Pair file columns with cohort columns, once it is roughly known whose rows these are."""

from collections.abc import Mapping, Sequence

import numpy as np

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.vote import Guess
from strongroom.matching.recognised import RecognisedColumn
from strongroom.matching.storage.index import ColumnProfile
from strongroom.matching.values.comparable import Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_agreeing: int = threshold(2, "rows", "judgement: one agreeing row can be a coincidence")
    least_bits: float = threshold(
        10.0,
        "bits",
        "derived: 2^-10, this agreement occurs by chance in less than one of a thousand pairs of columns",
    )


LIMITS = _Limits()


def assign_columns(
    file_columns: Mapping[str, Values],
    candidates: Mapping[str, Sequence[ColumnProfile]],
    guess: Guess,
    cohort: CohortColumns,
) -> tuple[RecognisedColumn, ...]:
    """Pair file columns with cohort columns one to one, to explain as much as possible of the guess.

    The weight of a pair is the log-likelihood ratio of its agreements against chance; the assignment is the
    Hungarian method's (Kuhn 1955, scipy's linear_sum_assignment).
    """
    if len(guess.rows) == 0:
        return ()
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - it takes long to load

    weight = {}
    for name, profiles in candidates.items():
        for profile in profiles:
            weight[name, profile.name] = _agreement(file_columns[name], profile, guess, cohort)
    names = list(candidates)
    targets = sorted({target for _, target in weight})
    table = np.zeros((len(names), len(targets)))
    for (name, target), bits in weight.items():
        table[names.index(name), targets.index(target)] = bits
    chosen = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    pairs = [
        (names[row], targets[column]) for row, column in chosen if table[row, column] >= LIMITS.least_bits
    ]
    return tuple(RecognisedColumn(*pair) for pair in pairs)


def _agreement(values: Values, profile: ColumnProfile, guess: Guess, cohort: CohortColumns) -> float:
    """Return the evidence, in bits, of how many of the guessed rows' cells agree."""
    theirs = cohort.values(profile.name, decimals=values.decimals)[guess.people]
    ours = values.keys[guess.rows]
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    total, agreeing = int(np.count_nonzero(both)), int(np.count_nonzero(ours[both] == theirs[both]))
    if agreeing < LIMITS.least_agreeing:
        return 0.0
    share, chance = agreeing / total, 2.0**-profile.bits
    if share <= chance:
        return 0.0
    bits = agreeing * np.log2(share / chance)
    if share < 1:
        bits += (total - agreeing) * np.log2((1 - share) / max(1 - chance, 1e-9))
    return float(bits)
