"""Values of MATLAB files, from whichever container: cell arrays, structures, characters, sparse matrices."""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, UnreadableError
from strongroom.thresholds import Thresholds, threshold

PAIR = 2  # fixed: the dimensions of a matrix
_LONGEST_NAME = 63  # fixed: MATLAB's namelengthmax


class _Limits(Thresholds):
    """The numbers this module decides by."""

    deepest: int = threshold(
        32, "levels", "judgement: people nest cells and structures a few levels deep; loops and attacks go on"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Cells:
    """A cell array: its shape, and its values column by column."""

    shape: tuple[int, ...]
    values: list[Any]


@dataclass(frozen=True, repr=False)
class Struct:
    """A structure array: for each field its values, one an element."""

    fields: dict[str, list[Any]]


def require_depth(depth: int) -> None:
    """Raise UnreadableError for values nested too deeply."""
    if depth > LIMITS.deepest:
        raise UnreadableError(ProblemKind.TOO_DEEP, "MATLAB values nested too deeply")


def require_name(name: str) -> str:
    """Return the name of a variable or field; raise UnreadableError for one that MATLAB cannot have."""
    if len(name) > _LONGEST_NAME:
        raise damaged()
    return name


def lines(characters: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return a character array as its rows; a row's letters are one column apart."""
    rows = shape[0] if len(shape) == PAIR else 1
    if rows <= 1:
        return np.array([characters] if characters else [], np.str_)
    return np.array([characters[row::rows].rstrip() for row in range(rows)], np.str_)


def dense(
    rows: NDArray[Any], starts: NDArray[Any], values: NDArray[Any], shape: tuple[int, ...], context: Context
) -> NDArray[Any]:
    """Return a sparse matrix in full, within the budget, because rows are compared."""
    context.budget.take(8 * prod(shape))
    ends = starts.astype(np.int64)
    counts = ends[1:] - ends[:-1]
    used = int(counts.sum()) if len(counts) else 0
    if len(shape) != PAIR or len(counts) != shape[1] or (counts < 0).any() or int(starts[0]) != 0:
        raise damaged()
    if len(values) < used or len(rows) < used or (rows[:used] < 0).any() or (rows[:used] >= shape[0]).any():
        raise damaged()
    if values[used:].any() or rows[used:].any():
        raise UnreadableError(ProblemKind.TRAILING_BYTES, "unused values in a sparse matrix")
    dense = np.zeros(shape, values.dtype)
    dense[rows[:used].astype(np.int64), np.repeat(np.arange(shape[1]), counts)] = values[:used]
    return dense


def damaged() -> UnreadableError:
    """Return the error for a file that violates its format."""
    return UnreadableError(ProblemKind.UNREADABLE, "a damaged MATLAB file")
