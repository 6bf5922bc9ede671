"""A series of numbers as the rows it was written from: one value after the other, person by person."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.formats.columns import table_of

Numbers = NDArray[np.float64]

_LEAST_VALUES, _LEAST_ROWS = 20, 5
_NARROWEST, _WIDEST = 3, 32
_NEARLY = 0.03
_EXPLAINED = 0.2  # of the ranks' variance, by the place in a row: columns differ more than people


def folded(values: Sequence[str | None]) -> pa.Table | None:
    """Return a series as rows of the width that its values show, None where they show none."""
    width = row_width(np.array([number_of(each) for each in values], np.float64))
    if not width:
        return None
    rows = len(values) // width
    return table_of([list(values[place : rows * width : width]) for place in range(width)])


def row_width(numbers: Numbers) -> int:
    """Return the width of the rows that a series, shape (values,), is made of; 0 if its places say nothing.

    It is the least width whose places explain nearly as much of the ranks' variance as any, adjusted for how
    many there are: twice the width explains as much again.
    """
    known = np.flatnonzero(np.isfinite(numbers))
    if len(known) < _LEAST_VALUES:
        return 0
    ranks = np.empty(len(known))
    ranks[np.argsort(numbers[known], kind="stable")] = np.arange(len(known)) - (len(known) - 1) / 2
    explained = {}
    for width in range(_NARROWEST, min(_WIDEST, len(numbers) // _LEAST_ROWS) + 1):
        place = known % width
        sums = np.bincount(place, ranks, minlength=width)
        counts = np.maximum(np.bincount(place, minlength=width), 1)
        left = 1 - float((sums**2 / counts).sum() / (ranks**2).sum())
        explained[width] = 1 - left * (len(known) - 1) / max(len(known) - width, 1)
    most = max(explained.values(), default=0.0)
    nearly = (width for width, share in explained.items() if share >= most - _NEARLY)
    return next(nearly) if most > _EXPLAINED else 0


def number_of(text: str | None) -> float:
    """Return what a text says as a number, NaN if it is none."""
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")
