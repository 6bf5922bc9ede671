"""The sums that means, variances and regressions are computed from; a person adds at most 1 to each.

Values are scaled to -1 to 1 by their bounds and rounded to units of 1 / `UNIT`: sums of integers do not
depend on the order in which an engine adds them, sums of floating-point numbers do. Instead of a square s, 2
s - 1 is summed, which also lies between -1 and 1 and so needs half the noise.
"""

from collections.abc import Mapping, Sequence

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.representation import Statistic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    unit: int = threshold(
        1 << 20,
        "steps",
        "derived: a sum over 2^43 people stays within int64, and rounding errors are far below the noise",
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

_TERMS = {
    "x": "{x}",
    "y": "{y}",
    "xx": "2 * {x} * {x} - 1",
    "yy": "2 * {y} * {y} - 1",
    "xy": "{x} * {y}",
}


def sums_of(statistic: Statistic, names: Sequence[str], bounds: Sequence[Bounds]) -> dict[str, str]:
    """Return the SQL of each sum of a statistic; all but `n` are multiplied by `UNIT`.

    `names` are the columns of its values, x or y and x, and `bounds` theirs; values outside are clamped.
    """
    present = present_of(names)
    parts = {name[0]: part(name, each) for name, each in zip(names, bounds, strict=False)}
    found = {"n": f"count(CASE WHEN {present} THEN 1 END)"}
    for name in SUMS[statistic]:
        if name != "n":
            term = f"CAST(round(({_TERMS[name].format(**parts)}) * {UNIT}) AS BIGINT)"
            total = f"coalesce(sum(CASE WHEN {present} THEN {term} END), 0)"
            found[name] = f"CAST({total} AS BIGINT)"
    return found


def present_of(names: Sequence[str]) -> str:
    """Return the SQL of the condition that none of these columns is NULL."""
    return " AND ".join(f"{name} IS NOT NULL" for name in names)


def part(name: str, bounds: Bounds) -> str:
    """Return the SQL of a value scaled from its bounds to -1 to 1."""
    within = f"least(greatest({name}, {bounds.low:.17e}), {bounds.high:.17e})"
    return f"(({within} - {bounds.middle:.17e}) / {bounds.half:.17e})"


def bin_of(name: str, bounds: Bounds, bins: int) -> str:
    """Return the SQL of the number, from 0, of the equal bin that a value lies in."""
    share = f"({part(name, bounds)} + 1) / 2"
    return f"least(CAST(floor({share} * {bins}) AS BIGINT), {bins - 1})"
