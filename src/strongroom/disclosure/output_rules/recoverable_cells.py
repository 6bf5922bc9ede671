"""What margins give away of cells that were suppressed.

Rows and columns that add up to published totals bound the cells that were left out. A cell whose bounds are
closer than the smallest count that may be shown is as good as published. Method: the attacker's linear
programme (Fischetti and Salazar 2001; as in tau-ARGUS and sdcTable), here over whole numbers where small.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_HIDDEN, MOST_LEFT_OVER = 60, 5_000


@dataclass(frozen=True)
class Interval:
    """A suppressed cell by row and column, and the fewest and most people it can hold."""

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
    """Return the hidden cells that totals bound more closely than `smallest` people.

    `cells` has shape (rows, columns), `hidden` marks those suppressed; the totals have one number a row or a
    column, nan where it is not published. `least` is what a hidden cell is known to hold at least: 1 where
    nobody is shown as 0. A cell that must be of `smallest` people or more is none. With more than 60 hidden
    cells each total is looked at alone, with more than 5,000 none.
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
        if bounds is not None and _gives_away(*bounds, smallest):
            found.append(Interval(int(row), int(column), *bounds))
    return found


def _gives_away(fewest: float, most: float, smallest: int) -> bool:
    return most - fewest < smallest and most > 0 and fewest < smallest


def _by_single_totals(
    places: NDArray[np.int64],
    equations: list[NDArray[np.float64]],
    sums: list[float],
    smallest: int,
    least: float,
) -> list[Interval]:
    """Return the hidden cells that are all a total leaves over, or of which it leaves too few for any."""
    found: dict[int, Interval] = {}
    for equation, left in zip(equations, sums, strict=True):
        unknown = np.flatnonzero(equation)
        lowest = left if len(unknown) == 1 else min(least, left / len(unknown))
        most = left - (len(unknown) - 1) * lowest if len(unknown) > 1 else left
        if _gives_away(lowest, most, smallest):
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
    """Return one equation a margin with hidden cells: which of them it sums, and to how much."""
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
    """The hidden cells' possible values: those that the equations allow, of `least` people or more each."""

    def __init__(self, equations: NDArray[np.float64], sums: NDArray[np.float64], least: float) -> None:
        self._equations, self._sums, self._least = equations, sums, least
        # The least and the most that each cell was in any solution found so far.
        self._seen = np.full((2, equations.shape[1]), [[np.inf], [-np.inf]])

    def bounds(self, cell: int, *, enough: int) -> tuple[float, float] | None:
        """Return the least and the most a cell can be; None where nothing bounds it, or nothing fits.

        None as well where other cells' solutions show already that it can differ by `enough`.
        """
        if not self._equations[:, cell].any() or self._seen[1, cell] - self._seen[0, cell] >= enough:
            return None
        ends = [self._end(cell, sign) for sign in (1.0, -1.0)]
        if None in ends and self._least > 0:
            # Something else was hidden, and may be of nobody.
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
        self._seen = np.stack([np.minimum(self._seen[0], solved.x), np.maximum(self._seen[1], solved.x)])
        return sign * float(solved.fun)
