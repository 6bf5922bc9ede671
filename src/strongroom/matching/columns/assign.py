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
    twin_within: float = threshold(
        0.02,
        "share of rows",
        "judgement: columns whose agreement differs less, such as age at recruitment and at the first "
        "visit, cannot be distinguished",
    )
    least_twin_agreement: float = threshold(
        0.8,
        "share of rows",
        "judgement: a column that agrees on fewer rows contains other data",
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

    agreement, weight = {}, {}
    for name, profiles in candidates.items():
        for profile in profiles:
            pair = (name, profile.name)
            agreement[pair], weight[pair] = _agreement(file_columns[name], profile, guess, cohort)
    names = list(candidates)
    targets = sorted({target for _, target in weight})
    table = np.zeros((len(names), len(targets)))
    for (name, target), bits in weight.items():
        table[names.index(name), targets.index(target)] = bits
    chosen = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    pairs = [
        (names[row], targets[column]) for row, column in chosen if table[row, column] >= LIMITS.least_bits
    ]
    return tuple(RecognisedColumn(*pair, twins=_twins(pair, agreement)) for pair in pairs)


def _twins(pair: tuple[str, str], agreement: Mapping[tuple[str, str], float]) -> tuple[str, ...]:
    name, chosen = pair
    least = max(agreement[pair] - LIMITS.twin_within, LIMITS.least_twin_agreement)
    return tuple(
        target
        for (other, target), share in agreement.items()
        if other == name and target != chosen and share >= least
    )


def _agreement(
    values: Values, profile: ColumnProfile, guess: Guess, cohort: CohortColumns
) -> tuple[float, float]:
    """Return the share of guessed rows whose cells agree, and the evidence of that in bits."""
    theirs = cohort.values(profile.name, decimals=values.decimals)[guess.people]
    ours = values.keys[guess.rows]
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    total, agreeing = int(np.count_nonzero(both)), int(np.count_nonzero(ours[both] == theirs[both]))
    if agreeing < LIMITS.least_agreeing:
        return 0.0, 0.0
    share, chance = agreeing / total, 2.0**-profile.bits
    if share <= chance:
        return share, 0.0
    bits = agreeing * np.log2(share / chance)
    if share < 1:
        bits += (total - agreeing) * np.log2((1 - share) / max(1 - chance, 1e-9))
    return share, float(bits)
