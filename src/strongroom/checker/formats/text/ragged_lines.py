"""Lines of numbers of varying length: a table printed without its missing cells."""

import re
from collections.abc import Iterator
from itertools import groupby, pairwise

import pyarrow as pa

from strongroom.checker.formats.columns import table_of
from strongroom.thresholds import Thresholds, threshold

_ONLY_NUMBERS = re.compile(
    r"[ \t]*[-+]?\d[\d.]*(?:[eE][-+]?\d+)?(?:[ \t,;]+[-+]?\d[\d.]*(?:[eE][-+]?\d+)?)*[ \t]*"
)
_GAPS = re.compile(r"[ \t,;]+")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_lines: int = threshold(10, "lines", "judgement: fewer lines of numbers are no table")
    least_width: int = threshold(3, "numbers", "judgement: narrower lines are read elsewhere")
    widest: int = threshold(64, "numbers", "judgement: longer lines are series, not rows")
    usual: int = threshold(2, "numbers per line", "judgement: with fewer on average it is a list")


LIMITS = _Limits()


def ragged_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield runs of such lines, each with its first line's number; cells are left-aligned."""
    numbered = enumerate(content.splitlines(), start=1)
    for numeric, group in groupby(numbered, key=lambda pair: bool(_ONLY_NUMBERS.fullmatch(pair[1]))):
        run = list(group) if numeric else []
        if len(run) < LIMITS.least_lines:
            continue
        rows = [_GAPS.split(line.strip()) for _, line in run]
        widths = [len(row) for row in rows]
        widest = max(widths)
        if (
            not LIMITS.least_width <= widest <= LIMITS.widest
            or min(widths) == widest
            or sum(widths) < LIMITS.usual * len(rows)
        ):
            continue
        if _is_triangle(widths):
            continue
        columns = [[row[place] if place < len(row) else "" for row in rows] for place in range(widest)]
        yield run[0][0], table_of([[cell or None for cell in column] for column in columns])


def _is_triangle(widths: list[int]) -> bool:
    """Return whether each line is longer, or shorter, than the last: half of a symmetric matrix."""
    steps = [after - before for before, after in pairwise(widths)]
    return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
