"""What a mean, a spread or a line is worked out from: sums to which nobody adds more than one.

Values are taken as parts of their range, from -1 to 1, and these in millionths: sums of whole numbers do not
depend on the order in which an engine adds them, as sums of floating ones do. A square is taken as twice
itself less one, which is from -1 to 1 as well, and so needs half the noise.
"""

from collections.abc import Mapping, Sequence

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.representation import Statistic

UNIT = 1 << 20

_ONE, _SPREAD = ("n", "x"), ("n", "x", "xx")
_PAIR = ("n", "x", "y", "xx", "yy", "xy")
SUMS: Mapping[Statistic, tuple[str, ...]] = {
    Statistic.PRESENT: ("n",),
    Statistic.SUM: _ONE,
    Statistic.MEAN: _ONE,
    Statistic.VARIANCE: _SPREAD,
    Statistic.DEVIATION: _SPREAD,
    Statistic.CORRELATION: _PAIR,
    Statistic.SLOPE: _PAIR,
    Statistic.INTERCEPT: _PAIR,
    Statistic.R_SQUARED: _PAIR,
}
"""Which sums answer a statistic; `n` is how many people have the values."""

_TERMS = {
    "x": "{x}",
    "y": "{y}",
    "xx": "2 * {x} * {x} - 1",
    "yy": "2 * {y} * {y} - 1",
    "xy": "{x} * {y}",
}


def sums_of(statistic: Statistic, names: Sequence[str], bounds: Sequence[Bounds]) -> dict[str, str]:
    """Return the SQL of each sum of a statistic, in units of `UNIT` but for `n`.

    `names` are the columns of its values, x or y and x, and `bounds` theirs; values beyond are taken for the
    nearest within.
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
    """Return the SQL of whether all of these columns have a value."""
    return " AND ".join(f"{name} IS NOT NULL" for name in names)


def part(name: str, bounds: Bounds) -> str:
    """Return the SQL of a value as a part of its range, from -1 to 1."""
    within = f"least(greatest({name}, {bounds.low:.17e}), {bounds.high:.17e})"
    return f"(({within} - {bounds.middle:.17e}) / {bounds.half:.17e})"


def bin_of(name: str, bounds: Bounds, bins: int) -> str:
    """Return the SQL of which of so many equal bins between its bounds a value lies in, from 0."""
    share = f"({part(name, bounds)} + 1) / 2"
    return f"least(CAST(floor({share} * {bins}) AS BIGINT), {bins - 1})"
