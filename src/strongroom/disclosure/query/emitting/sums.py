"""The sums that means, variances and regressions are computed from; a person adds at most 1 to each.

A value becomes an integer of 32 bits, which is -`UNIT` at its lower bound and `UNIT` at the upper: sums of
integers do not depend on the order in which an engine adds them, sums of floating-point numbers do. Instead
of a square s, 2 s - 1 is summed, which also lies between -1 and 1 and so needs half the noise.

|x - low| - |x - high| clamps x in a quarter of the time of comparisons. It is exact to 10^-6 of the width for
values up to a billion widths outside; further out it loses its digits and may be anything, but an integer of
32 bits it remains, so that nobody adds more than 1.
"""

import sys
from collections.abc import Mapping, Sequence

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.representation import Statistic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    unit: int = threshold(
        2**31,
        "steps",
        "derived: no integer of 32 bits is larger, so the type bounds what a person adds; a sum over 2^31 "
        "people stays within int64",
    )


LIMITS = _Limits()
UNIT = LIMITS.unit


_MEAN, _VARIANCE = ("n", "x"), ("n", "x", "xx")
_PAIR = ("n", "x", "y", "xx", "yy", "xy")
SUMS: Mapping[Statistic, tuple[str, ...]] = {
    Statistic.PRESENT: ("n",),
    Statistic.SUM: _MEAN,
    Statistic.MEAN: _MEAN,
    Statistic.VARIANCE: _VARIANCE,
    Statistic.DEVIATION: _VARIANCE,
    Statistic.CORRELATION: _PAIR,
    Statistic.SLOPE: _PAIR,
    Statistic.INTERCEPT: _PAIR,
    Statistic.R_SQUARED: _PAIR,
}
"""The sums that a statistic needs; `n` is the number of people with values."""


def sums_of(statistic: Statistic, names: Sequence[str], dialect: Dialect) -> dict[str, str]:
    """Return the SQL of each sum of a statistic; all but `n` are multiplied by `UNIT`.

    `names` are the columns of its `scaled` values, x or y and x; of a pair, both are NULL or neither.
    """
    y, x = names[0], names[-1]
    return {
        name: f"CAST(floor({_products(x, y, dialect)}) AS BIGINT)"
        if name == "xy"
        else _sum_of_one(name, y if "y" in name else x, dialect)
        for name in SUMS[statistic]
    }


def _sum_of_one(name: str, of: str, dialect: Dialect) -> str:
    match name:
        case "n":
            return f"count({of})"
        case "x" | "y":
            return f"CAST(coalesce(sum({of}), 0) AS BIGINT)"
    return f"CAST(floor({_products(of, of, dialect)} * 2) AS BIGINT) - count({of}) * {UNIT}"


def _products(one: str, other: str, dialect: Dialect) -> str:
    # The sum is exact, and divided once.
    return f"CAST(coalesce({dialect.sum_of_products(one, other)}, 0) AS DOUBLE) / {UNIT}"


def scaled(sql: str, bounds: Bounds, dialect: Dialect) -> str:
    """Return the SQL of a number scaled from its bounds to -UNIT to UNIT; NULL if it is not a number."""
    # Two steps less than UNIT: the upper bound itself has to fit.
    return dialect.to_integer(f"{_clamped(sql, bounds)} * {_quotient(UNIT - 2, bounds):.17e}")


def bin_of(sql: str, bounds: Bounds, bins: int, dialect: Dialect) -> str:
    """Return the SQL of the number, from 0, of the equal bin that a number lies in; NULL if not a number.

    The upper bound itself has the number `bins`, and a value beyond a billion widths any: see `within_bins`.
    """
    share = _quotient(bins / 2, bounds)
    return dialect.to_integer(f"floor(({_clamped(sql, bounds)} + {_width(bounds):.17e}) * {share:.17e})")


def within_bins(sql: str, bins: int) -> str:
    """Return the SQL of a bin's number that is at least 0 and less than `bins`."""
    return f"least(greatest({sql}, 0), {bins - 1})"


def _clamped(sql: str, bounds: Bounds) -> str:
    """Return the SQL of minus the width up to the lower bound, and the width from the upper bound on."""
    return f"(abs({sql} - {bounds.low:.17e}) - abs({sql} - {bounds.high:.17e}))"


def _width(bounds: Bounds) -> float:
    return min(bounds.high - bounds.low, sys.float_info.max)


def _quotient(of: float, bounds: Bounds) -> float:
    """Return a number divided by the width; 0 if there is no width, so that everybody is in the middle."""
    width = _width(bounds)
    return of / width if of / sys.float_info.max < width < sys.float_info.max else 0.0
