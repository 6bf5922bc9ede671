"""Groups that grow by a few people from row to row: differences of means or totals are their values."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types import Column, TypedTable
from strongroom.checker.table_types.row_keys import are_years
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(
        3,
        "rows",
        "judgement: two groups of nearly one size are as often two different ones",
    )
    least_steps: int = threshold(
        5, "rows in a run", "judgement: in longer tables, sorted group sizes have short runs of small steps"
    )
    least_bits: float = threshold(
        20.0, "bits", "judgement: one column in a million has so many whole products by chance"
    )
    least_whole: float = threshold(
        0.95, "share of rows", "judgement: a mean computed from rounded values may miss in a row"
    )
    most_decimals: int = threshold(
        3, "decimals", "judgement: measurements of people have few; sums of more decide nothing"
    )
    most_room: float = threshold(
        0.125, "of the distance of whole numbers", "judgement: a product with more room is whole by chance"
    )
    written: int = threshold(
        8, "decimals", "cost: more than binary fractions of that size have decide nothing"
    )


LIMITS = _Limits()

Numbers = NDArray[np.float64]


def nested(typed: TypedTable, counts: Sequence[Column], smallest: int) -> int:
    """Return how many rows' groups differ by fewer than `smallest` people from the row before.

    Their sizes are columns of counts, or numbers with which columns of means become sums of measurements.
    """
    measured = [column for column in typed.numbers if not column.whole and column.distinct > 1]
    if not measured:
        return 0
    found = max((_small_steps(column.numbers, smallest) for column in counts), default=0)
    if found:
        return found
    for column in typed.numbers:
        if column.whole and column not in counts and column.values.min() >= 1 and not are_years(column):
            steps = _small_steps(column.numbers, smallest)
            if steps and any(_are_means(each, column.numbers) for each in measured):
                return steps
    return 0


def _small_steps(sizes: Numbers, smallest: int) -> int:
    """Return the length of the longest run of steps of 1 to `smallest` - 1 people in one direction."""
    steps = np.diff(sizes)
    longest = max((_longest_run((each >= 1) & (each < smallest)) for each in (steps, -steps)), default=0)
    whole = longest == len(steps) and len(sizes) >= LIMITS.least_rows
    return longest if whole or longest >= LIMITS.least_steps else 0


def _longest_run(flags: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False]))
    return int(np.max(edges[1::2] - edges[::2], initial=0))


def _are_means(column: Column, sizes: Numbers) -> bool:
    """Tell whether numbers times group sizes are sums of measurements with few decimals."""
    return any(bits >= LIMITS.least_bits for bits in _evidence(column.numbers, sizes))


def _evidence(means: Numbers, sizes: Numbers) -> Iterator[float]:
    known = np.isfinite(means) & np.isfinite(sizes) & (sizes > 1)
    means, sizes = means[known], sizes[known]
    written = _written(means)
    for decimals in range(min(LIMITS.most_decimals, written - 1) + 1):
        scale = 10.0**decimals
        # Half a unit of the last digit written, in the mean and in the sum.
        unit = 0.5 * scale * 10.0**-written * (1 + 1e-6)
        room = unit * sizes
        telling = (_from_whole(means * scale) > unit) & (room <= LIMITS.most_room)
        whole = _from_whole(means * scale * sizes)[telling] <= room[telling]
        if len(whole) and whole.mean() >= LIMITS.least_whole:
            yield float(-np.log2(2 * room[telling]).sum())


def _from_whole(numbers: Numbers) -> Numbers:
    return np.abs(numbers - np.round(numbers))


def _written(numbers: Numbers) -> int:
    places = range(LIMITS.written)
    return next(
        (each for each in places if np.allclose(numbers, numbers.round(each), rtol=1e-13, atol=1e-12)),
        LIMITS.written,
    )
