"""Infers from last digits how many values each mean is of, if the values had few digits.

A mean of four whole numbers ends in .00, .25, .50 or .75, and one of three in .333 or .667: the step of what
was averaged, divided by the number of values. The test of granularity (Brown and Heathers 2017) asks whether
a mean is possible for a given number of values; this module finds the smallest number for which
all are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import is_share, regular
from strongroom.checker.table_types.typed_table import Column
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(
        3,
        "values",
        "judgement: two values of a column end on a possible place by chance too often",
    )
    enough_columns: int = threshold(
        3,
        "columns",
        "judgement: columns that each show few values; medians of whole numbers end in halves too, and "
        "two columns of medians are common",
    )
    least_columns: int = threshold(
        2,
        "columns",
        "judgement: columns that are enough where thirds or quarters show and the evidence is beyond "
        "`many_bits`",
    )
    most_decimals: int = threshold(
        6,
        "decimals",
        "derived: the six decimals of comparable values (values/comparable)",
    )
    least_between: float = threshold(
        0.25,
        "share of values",
        "judgement: if fewer lie between the steps of what was averaged, they are whole values with a "
        "few exceptions",
    )
    most_halves: float = threshold(
        0.75,
        "share of values",
        "judgement: set by trial on the exfiltration benchmark's cases; means of two whole numbers end "
        "in a half half of the time; columns with more are given in halves",
    )
    least_bits: float = threshold(
        2.0,
        "bits of a column",
        "judgement: a column with less says nothing, and many such columns must not add up",
    )
    many_bits: float = threshold(
        60.0,
        "bits of a table",
        "judgement: set by trial on the exfiltration benchmark's cases; two columns of quantiles reach less",
    )
    pair: int = threshold(
        2,
        "values averaged",
        "judgement: means of two cannot be distinguished from medians, so they need more columns",
    )
    least_parts: float = threshold(
        0.2,
        "share of the values that fit",
        "derived: means of three and four end in thirds and quarters two times in three or more",
    )
    foreign: float = threshold(
        0.03,
        "share of values",
        "judgement: cells that may be of larger groups or misprinted; at 0 a single one would rule the "
        "mean out",
    )
    most_rows: int = threshold(
        1_000,
        "values of a column",
        "cost: a thousand last places decide it; more only take time",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class FewAveraged:
    """Numbers are means of `most` values or fewer, in so many columns; `bits` of evidence against chance."""

    most: int
    columns: int
    bits: float


@dataclass(frozen=True)
class _Endings:
    """Last places of values that are not on a step of `steps`, and their share of all values."""

    steps: int
    between: NDArray[np.int64] = field(repr=False)
    share: float


def few_averaged(columns: Sequence[Column], *, fewer_than: int) -> FewAveraged | None:
    """Return how few values the numbers of a table are means of, None if there is no evidence."""
    written = [_endings(*_last_places(column)) for column in columns if _may_be_means(column)]
    best: FewAveraged | None = None
    for most in range(2, fewer_than):
        bits = [max(_bits(endings, most), 0.0) for endings in written]
        earned = [each for each in bits if each > LIMITS.least_bits]
        total = float(sum(earned) - np.log2(fewer_than))
        # Medians of whole numbers end in halves as well, and two such columns are common.
        enough = len(earned) >= LIMITS.enough_columns or (
            most > LIMITS.pair and len(earned) >= LIMITS.least_columns and total > LIMITS.many_bits
        )
        if enough and (best is None or total > best.bits):
            best = FewAveraged(most, len(earned), total)
    return best


def _may_be_means(column: Column) -> bool:
    return (
        column.number
        and len(column.values) >= LIMITS.least_rows
        and column.distinct > 1
        and not column.whole
        and not regular(column.values)
        # Shares of a whole end as its divisors do, and means of yes and no reveal little.
        and not is_share(column)
    )


def _last_places(column: Column) -> tuple[NDArray[np.float64], int]:
    """Return a column's values and with how many decimals they are written."""
    # A value that is repeated is one mean, or one of a few that are allowed.
    values = _as_written(np.unique(column.values))[: LIMITS.most_rows]
    for decimals in range(LIMITS.most_decimals):
        if np.all(np.abs(np.round(values, decimals) - values) <= 1e-9 * np.maximum(np.abs(values), 1)):
            return values, decimals
    return values, LIMITS.most_decimals


def _as_written(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers that were stored in single precision with the digits they were written with."""
    single = values.astype(np.float32)
    if not np.array_equal(single.astype(np.float64), values):
        return values
    return np.array([float(str(each)) for each in single])


def _endings(values: NDArray[np.float64], decimals: int) -> list[_Endings]:
    """Return the last places of a column's values for each number of decimals they may have had before."""
    found = []
    for coarse in range(decimals):
        steps = 10 ** (decimals - coarse)
        place = np.round(np.abs(values) * 10.0**decimals).astype(np.int64) % steps
        between = place[place > 0]
        found.append(_Endings(steps, between, len(between) / len(place)))
    return found


def _bits(written: Sequence[_Endings], most: int) -> float:
    """Return how much likelier a column is of means of values with fewer decimals, for the likeliest number.

    Values on the step of what was averaged are no evidence: they may be single values.
    """
    found = []
    for each in written:
        if each.share < LIMITS.least_between or (most == LIMITS.pair and each.share > LIMITS.most_halves):
            continue
        possible = _places_of_means(each.steps, most)
        nearest = np.minimum(np.searchsorted(possible, each.between), len(possible) - 1)
        fits = int(np.count_nonzero(possible[nearest] == each.between))
        halves = int(np.count_nonzero(2 * each.between == each.steps))
        if most > LIMITS.pair and fits - halves < LIMITS.least_parts * fits:
            continue  # halves alone are of pairs, of medians, or of a scale with halves
        gain = np.log2((1 - LIMITS.foreign) * (each.steps - 1) / len(possible))
        found.append(fits * gain + (len(each.between) - fits) * np.log2(LIMITS.foreign))
    return float(max(found)) - float(np.log2(len(found))) if found else 0.0


@lru_cache
def _places_of_means(steps: int, most: int) -> NDArray[np.int64]:
    """Return the last places, in steps of one, that means of 2 to `most` values can end in, without zero."""
    exact = [
        steps * part / denominator for denominator in range(2, most + 1) for part in range(1, denominator)
    ]
    rounded = {int(np.floor(each + side)) for each in exact for side in (0.5 - 1e-9, 0.5 + 1e-9)}
    return np.array(sorted(rounded - {0, steps}), np.int64)
