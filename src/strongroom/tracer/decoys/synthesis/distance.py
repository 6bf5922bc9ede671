"""No decoy may be mistaken for a real person: how much two people agree, and how much is too much.

Two values agree when closer than the tolerance at which a trace still matches rows (a twentieth of the
column's SD for fine numbers, equality for codes). An agreement is worth log2 of one over the share of people
who would agree; a candidate that agrees with anybody by more bits than real people do with each other is
replaced.
"""

from dataclasses import dataclass, field
from typing import Self

import numba
import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tolerance: float = threshold(
        0.05, "share of the SD", "judgement: the distance at which a trace still matches rows"
    )
    pairs: int = threshold(
        20_000, "pairs of people", "cost: estimates how often two people agree in a column by chance"
    )
    tested: int = threshold(100, "people", "cost: each is compared with everybody")
    rarest: float = threshold(1e-4, "share of people", "judgement: 20,000 pairs do not show rarer agreement")
    usual_share: float = threshold(
        0.995,
        "share of people",
        "judgement: closer than all but one in 200 real people are to each other is too close",
    )


LIMITS = _Limits()

_AT_ONCE = 2_048  # fixed: people whose values in all columns stay in a processor's cache


@dataclass(frozen=True)
class Agreement:
    """How agreement is counted: columns' tolerances and bits, both (columns,), and how much is `usual`.

    Usual is the agreement with their nearest that 995 in a thousand real people do not exceed.
    """

    tolerance: Floats = field(repr=False)
    bits: Floats = field(repr=False)
    usual: float

    @classmethod
    def among(cls, people: Floats, codes: NDArray[np.bool_], random: np.random.Generator) -> Self:
        """Learn from people of shape (n, columns); `codes` says which columns must agree exactly."""
        spread = np.nan_to_num(np.nanstd(people, axis=0))
        tolerance = np.where(codes[: people.shape[1]], 0.0, LIMITS.tolerance * spread)
        one, other = people[random.integers(len(people), size=(2, LIMITS.pairs))]
        known = ~np.isnan(one - other)
        agree = np.count_nonzero(known & (np.abs(one - other) <= tolerance), axis=0) / np.maximum(
            known.sum(axis=0), 1
        )
        bits = -np.log2(np.clip(agree, LIMITS.rarest, 1.0))
        some = random.choice(len(people), min(LIMITS.tested, len(people) // 2), replace=False)
        others = np.delete(people, some, axis=0)
        usual = (
            np.quantile(_most(people[some], others, tolerance, bits), LIMITS.usual_share)
            if len(some)
            else np.inf
        )
        return cls(tolerance, bits, float(usual))

    def too_near(self, invented: Floats, people: Floats) -> NDArray[np.bool_]:
        """Tell which invented people agree with one of `people` by more than is usual."""
        return np.asarray(self.agreement(invented, people) > self.usual)

    def agreement(self, invented: Floats, people: Floats) -> Floats:
        """Return each invented person's agreement, in bits, with the most similar of `people`."""
        return _most(invented, people, self.tolerance, self.bits)

    def too_near_each_other(self, invented: Floats) -> NDArray[np.bool_]:
        """Tell which invented people agree too much with an earlier one of them."""
        near = [
            self.too_near(invented[place : place + 1], invented[:place])[0]
            for place in range(1, len(invented))
        ]
        return np.array([False, *near][: len(invented)], bool)


def _most(some: Floats, people: Floats, tolerance: Floats, bits: Floats) -> Floats:
    """Return the largest agreement of each of `some` with any of `people`, in bits."""
    found: Floats = _most_agreement(
        some.astype(np.float32),
        np.ascontiguousarray(people.T, np.float32),
        tolerance.astype(np.float32),
        bits.astype(np.float32),
    )
    return found


@numba.njit(parallel=False, cache=True)
def _most_agreement(some, columns, tolerance, bits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - compiled
    """Return each one's largest agreement; column by column over many people at a time."""
    people = columns.shape[1]
    found = np.zeros(len(some))
    totals = np.empty(_AT_ONCE, np.float32)
    for start in range(0, people, _AT_ONCE):
        count = min(_AT_ONCE, people - start)
        for one in range(len(some)):
            totals[:] = 0
            for column in range(len(columns)):
                value, near, worth = some[one, column], tolerance[column], bits[column]
                for other in range(count):
                    apart = abs(columns[column, start + other] - value)
                    # No branch, which would be taken at random; a missing value agrees with none.
                    totals[other] += worth * np.float32(apart <= near)
            best = np.float32(0)
            for other in range(count):
                best = max(best, totals[other])
            found[one] = max(found[one], best)
    return found
