"""Attribute disclosure within classes of equal quasi-identifiers: l-diversity and t-closeness.

Distinct and entropy l-diversity: Machanavajjhala et al. (2007). t-closeness: Li, Li and Venkatasubramanian
(2007), the earth mover's distance between a class and all records: by rank if levels are ordered, otherwise
with all levels equally distant. Missing values are one level, the last.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.risk.columns import CodedColumn


@dataclass(frozen=True)
class Diversity:
    """One sensitive column within the classes of one set of columns; each figure is the worst class's."""

    column: str
    distinct: int
    entropy: float
    """e to the power of the entropy: the number of equally frequent values with the same entropy."""
    closeness: float
    distance: str
    told: int
    """Records in classes of two or more that all share one value, which identifying the class discloses."""


def diversity(column: CodedColumn, of: NDArray[np.int64], sizes: NDArray[np.int64]) -> Diversity:
    """Measure a sensitive column within classes; needs time and space for distinct (class, value) pairs."""
    levels = len(column.levels) + 1
    pairs, counts = np.unique(of * levels + column.codes, return_counts=True)
    classes, codes = pairs // levels, pairs % levels
    share = counts / sizes[classes]
    distinct = np.bincount(classes, minlength=len(sizes))
    entropy = np.bincount(classes, -share * np.log(share), minlength=len(sizes))
    overall = np.bincount(column.codes, minlength=levels) / len(of)
    moved = _ordered if column.ordered else _equal
    return Diversity(
        column=column.name,
        distinct=int(distinct.min()),
        entropy=float(np.exp(entropy.min())),
        closeness=float(moved(classes, codes, share, overall, len(sizes)).max()),
        distance="ordered" if column.ordered else "equal",
        told=int(sizes[(distinct == 1) & (sizes > 1)].sum()),
    )


def _equal(
    classes: NDArray[np.int64],
    codes: NDArray[np.int64],
    share: NDArray[np.float64],
    overall: NDArray[np.float64],
    count: int,
) -> NDArray[np.float64]:
    """Return half the sum of absolute differences; a level not in a class differs by its overall share."""
    here = np.bincount(classes, np.abs(share - overall[codes]) - overall[codes], minlength=count)
    return np.asarray((here + 1) / 2, np.float64)


def _ordered(
    classes: NDArray[np.int64],
    codes: NDArray[np.int64],
    share: NDArray[np.float64],
    overall: NDArray[np.float64],
    count: int,
) -> NDArray[np.float64]:
    """Return the sum of differences between the cumulative distributions, over the levels that occur.

    Between two levels of a class its cumulative share is constant while the overall one rises, so the sum
    over the levels between follows from two running sums and the level at which the difference changes sign.
    """
    present = np.flatnonzero(overall)
    if len(present) < 2:  # noqa: PLR2004 - with one level the distance is 0
        return np.zeros(count)
    place = np.zeros(len(overall), np.int64)
    place[present] = np.arange(len(present))
    total = np.cumsum(overall[present])
    summed = np.concatenate([[0.0], np.cumsum(total)])
    at = place[codes]
    running = np.cumsum(share)
    first = np.concatenate([[True], classes[1:] != classes[:-1]])
    before = (running - share)[first][np.cumsum(first) - 1]
    own = running - before
    last = np.concatenate([first[1:], [True]])
    until = np.where(last, len(present), np.concatenate([at[1:], [0]]))
    gaps = _gap(own, at, until, total, summed)
    # Below its first level a class has a cumulative share of 0.
    lead = np.where(first, summed[at], 0.0)
    moved = np.bincount(classes, gaps + lead, minlength=count)
    return np.asarray(moved / (len(present) - 1), np.float64)


def _gap(
    own: NDArray[np.float64],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    total: NDArray[np.float64],
    summed: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the sum of |total - own| over the levels from `begin` to before `end`; `total` rises."""
    turn = np.clip(np.searchsorted(total, own), begin, end)
    below = own * (turn - begin) - (summed[turn] - summed[begin])
    above = (summed[end] - summed[turn]) - own * (end - turn)
    return np.asarray(below + above, np.float64)
