"""A series of numbers folded back into the rows it was written from."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.formats.columns import table_of
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(20, "values", "judgement: a shorter series cannot contain five rows")
    least_rows: int = threshold(5, "rows", "judgement: fewer rows do not show a period")
    narrowest: int = threshold(3, "values per row", "judgement: narrower rows do not identify a person")
    widest: int = threshold(32, "values per row", "cost: each width is tried")
    nearly: float = threshold(
        0.03,
        "share of variance",
        "judgement: multiples of the true width explain as much; the narrowest of those is taken",
    )
    explained: float = threshold(
        0.2,
        "share of the ranks' variance",
        "judgement: by trial on the benchmark: columns differ more than people do within one",
    )


LIMITS = _Limits()


def folded(values: Sequence[str | None]) -> pa.Table | None:
    """Return a series as rows of the period its values show, or None if they show none."""
    width = row_width(np.array([number_of(each) for each in values], np.float64))
    if not width:
        return None
    rows = len(values) // width
    return table_of([list(values[place : rows * width : width]) for place in range(width)])


def row_width(numbers: Numbers) -> int:
    """Return the row width of a series, shape (values,), or 0 if it has no period.

    It is the smallest width whose positions explain nearly as much of the ranks' variance as any other,
    adjusted for the number of positions: twice the true width explains as much.
    """
    known = np.flatnonzero(np.isfinite(numbers))
    if len(known) < LIMITS.least_values:
        return 0
    ranks = np.empty(len(known))
    ranks[np.argsort(numbers[known], kind="stable")] = np.arange(len(known)) - (len(known) - 1) / 2
    explained = {}
    for width in range(LIMITS.narrowest, min(LIMITS.widest, len(numbers) // LIMITS.least_rows) + 1):
        place = known % width
        sums = np.bincount(place, ranks, minlength=width)
        counts = np.maximum(np.bincount(place, minlength=width), 1)
        left = 1 - float((sums**2 / counts).sum() / (ranks**2).sum())
        explained[width] = 1 - left * (len(known) - 1) / max(len(known) - width, 1)
    most = max(explained.values(), default=0.0)
    nearly = (width for width, share in explained.items() if share >= most - LIMITS.nearly)
    return next(nearly) if most > LIMITS.explained else 0


def number_of(text: str | None) -> float:
    """Return a text as a number, NaN if it is not one."""
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")
