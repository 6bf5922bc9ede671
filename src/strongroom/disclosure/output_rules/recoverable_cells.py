"""Recover suppressed cells from published totals, as an attacker would.

Rows and columns that add up to published totals bound the suppressed cells. A cell whose bounds are closer
together than the threshold is as good as published. Method: the attacker's linear programme (Fischetti and
Salazar 2001; as in tau-ARGUS and sdcTable), with bounds rounded to whole numbers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_hidden: int = threshold(60, "cells", "cost: two linear programmes per cell")
    most_left_over: int = threshold(
        5_000, "cells", "cost: a dense equation per total, with a coefficient per suppressed cell"
    )


LIMITS = _Limits()
MOST_HIDDEN = LIMITS.most_hidden
MOST_LEFT_OVER = LIMITS.most_left_over


@dataclass(frozen=True)
class Interval:
    """A suppressed cell by row and column, and the smallest and largest count it can have."""

    row: int
    column: int
    fewest: float
    most: float


def recoverable(
    cells: NDArray[np.float64],
    hidden: NDArray[np.bool_],
    *,
    row_totals: NDArray[np.float64] | None,
    column_totals: NDArray[np.float64] | None,
    smallest: int,
    least: float = 0.0,
) -> list[Interval]:
    """Return the suppressed cells whose bounds from the totals differ by less than `smallest`.

    `cells` has shape (rows, columns), `hidden` tells which are suppressed; the totals have one number per row
    or column, nan where unpublished. `least` is the smallest possible count of a suppressed cell: 1 where
    zeros are published. A cell of at least `smallest` people is not returned. With more than 60 suppressed
    cells each total is examined alone, with more than 5,000 none is.
    """
    places = np.argwhere(hidden)
    if len(places) > MOST_LEFT_OVER:
        return []
    equations, sums = _equations(cells, hidden, row_totals, column_totals)
    if not equations:
        return []
    if len(places) > MOST_HIDDEN:
        return _by_single_totals(places, equations, sums, smallest, least)
    possible = _Possible(np.array(equations), np.array(sums), least)
    found = []
    for number, (row, column) in enumerate(places):
        bounds = possible.bounds(number, enough=smallest)
        if bounds is not None and is_revealing(*bounds, smallest):
            found.append(Interval(int(row), int(column), *bounds))
    return found


def is_revealing(fewest: float, most: float, smallest: int) -> bool:
    """Tell whether bounds of a suppressed count are as good as the count itself."""
    return most - fewest < smallest and most > 0 and fewest < smallest


def _by_single_totals(
    places: NDArray[np.int64],
    equations: list[NDArray[np.float64]],
    sums: list[float],
    smallest: int,
    least: float,
) -> list[Interval]:
    """Return the suppressed cells that a single total bounds too closely."""
    found: dict[int, Interval] = {}
    for equation, left in zip(equations, sums, strict=True):
        unknown = np.flatnonzero(equation)
        lowest = left if len(unknown) == 1 else min(least, left / len(unknown))
        most = left - (len(unknown) - 1) * lowest if len(unknown) > 1 else left
        if is_revealing(lowest, most, smallest):
            for number in unknown.tolist():
                row, column = places[number]
                found.setdefault(number, Interval(int(row), int(column), lowest, most))
    return list(found.values())


def _equations(
    cells: NDArray[np.float64],
    hidden: NDArray[np.bool_],
    row_totals: NDArray[np.float64] | None,
    column_totals: NDArray[np.float64] | None,
) -> tuple[list[NDArray[np.float64]], list[float]]:
    """Return one equation per total with suppressed cells: its coefficients and its right-hand side."""
    number = np.full(cells.shape, -1)
    number[hidden] = np.arange(int(hidden.sum()))
    lines = []
    if row_totals is not None:
        lines += [(cells[row], number[row], total) for row, total in enumerate(row_totals)]
    if column_totals is not None:
        lines += [(cells[:, column], number[:, column], total) for column, total in enumerate(column_totals)]
    equations, sums = [], []
    for line, numbers, total in lines:
        left = numbers[numbers >= 0]
        rest = line[numbers < 0]
        if len(left) == 0 or not np.isfinite(total) or not np.isfinite(rest).all():
            continue
        equation = np.zeros(int(hidden.sum()))
        equation[left] = 1.0
        equations.append(equation)
        sums.append(float(total - rest.sum()))
    return equations, sums


class _Possible:
    """The values of the suppressed cells that satisfy the equations, each at least `least`."""

    def __init__(self, equations: NDArray[np.float64], sums: NDArray[np.float64], least: float) -> None:
        self._equations, self._sums, self._least = equations, sums, least
        # The smallest and largest value of each cell in any solution so far.
        self._range = np.full((2, equations.shape[1]), [[np.inf], [-np.inf]])

    def bounds(self, cell: int, *, enough: int) -> tuple[float, float] | None:
        """Return the smallest and largest value of a cell; None if it is unbounded or infeasible.

        None also if earlier solutions already show that it can vary by `enough`.
        """
        if not self._equations[:, cell].any() or self._range[1, cell] - self._range[0, cell] >= enough:
            return None
        ends = [self._end(cell, sign) for sign in (1.0, -1.0)]
        if None in ends and self._least > 0:
            # Another cell was suppressed and may be 0.
            return _Possible(self._equations, self._sums, 0.0).bounds(cell, enough=enough)
        low, high = ends
        if low is None or high is None:
            return None
        return float(np.ceil(low - 1e-6)), float(np.floor(high + 1e-6))

    def _end(self, cell: int, sign: float) -> float | None:
        from scipy.optimize import linprog  # noqa: PLC0415 - slow to import, and most tables hide nothing

        goal = np.zeros(self._equations.shape[1])
        goal[cell] = sign
        limits = (self._least, None)
        solved = linprog(goal, A_eq=self._equations, b_eq=self._sums, bounds=limits, method="highs")
        if not solved.success:
            return None
        self._range = np.stack([np.minimum(self._range[0], solved.x), np.maximum(self._range[1], solved.x)])
        return sign * float(solved.fun)
