"""Genotypes of decoys: blocks of neighbouring variants, each from another of several real people."""

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Calls = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_donors: int = threshold(
        8, "people", "judgement: with blocks of eight people no decoy is anybody's near relative"
    )
    shortest: int = threshold(8, "variants", "judgement: shorter blocks tear linked variants apart")
    usual_share: float = threshold(
        0.995,
        "share of people",
        "judgement: closer than all but one in 200 real people are to each other is too close",
    )
    tested: int = threshold(400, "people", "cost: each is compared with all others")


LIMITS = _Limits()


def recombined(calls: Calls, people: int, random: np.random.Generator) -> Calls:
    """Return invented calls of shape (people, variants) from real ones of shape (n, variants).

    Blocks end where neighbouring variants are least correlated (at recombination hot spots and chromosome
    ends), so that few pairs of linked variants are separated. Each block comes from another of eight or more
    people, so that a decoy is nobody's near relative.
    """
    variants = calls.shape[1]
    ends = _block_ends(calls, max(1, min(LIMITS.least_donors * 4, variants // LIMITS.shortest)))
    made = np.empty((people, variants))
    for first, last in zip([0, *ends], [*ends, variants], strict=True):
        made[:, first:last] = calls[random.integers(len(calls), size=people), first:last]
    return made


def near_relatives(made: Calls, real: Calls, random: np.random.Generator) -> NDArray[np.bool_]:
    """Tell which invented people agree with a real one in more calls than real people do with each other."""
    order = random.permutation(len(real))
    some, others = order[: LIMITS.tested], order[LIMITS.tested :]
    if len(others) == 0 or len(made) == 0:
        return np.zeros(len(made), bool)
    usual = _agreement(real[some], real[others]).max(axis=1)
    return np.asarray(_agreement(made, real).max(axis=1) > np.quantile(usual, LIMITS.usual_share))


def _agreement(one: Calls, other: Calls) -> Calls:
    total = np.zeros((len(one), len(other)), np.float32)
    for value in (0, 1, 2):
        total += (one == value).astype(np.float32) @ (other == value).astype(np.float32).T
    agree: Calls = total / one.shape[1]
    return agree


def _block_ends(calls: Calls, blocks: int) -> list[int]:
    filled = np.where(np.isnan(calls), np.nanmean(calls, axis=0), calls)
    spread = filled.std(axis=0)
    standard = (filled - filled.mean(axis=0)) / np.where(spread > 0, spread, 1)
    linked = np.abs((standard[:, 1:] * standard[:, :-1]).mean(axis=0))
    ends: list[int] = []
    for place in np.argsort(linked, kind="stable") + 1:
        if all(abs(place - end) >= LIMITS.shortest for end in [0, calls.shape[1], *ends]):
            ends.append(int(place))
        if len(ends) == blocks - 1:
            break
    return sorted(ends)
