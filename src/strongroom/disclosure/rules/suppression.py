"""What margins give away of cells that were suppressed.

Rows and columns that add up to published totals bound the cells that were left out. A cell whose bounds are
closer than the smallest count that may be shown is as good as published. Method: the attacker's linear
programme (Fischetti and Salazar 2001; as in tau-ARGUS and sdcTable), here over whole numbers where small.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MOST_HIDDEN, _MOST_LEFT_OVER = 60, 5_000


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
) -> list[Interval]:
    """Return the hidden cells that totals bound more closely than `smallest` people.

    `cells` has shape (rows, columns), `hidden` marks those suppressed; the totals have one number a row or a
    column, nan where it is not published. With more than 60 hidden cells each total is looked at alone, with
    more than 5,000 none.
    """
    places = np.argwhere(hidden)
    if len(places) > _MOST_LEFT_OVER:
        return []
    equations, sums = _equations(cells, hidden, row_totals, column_totals)
    if not equations:
        return []
    if len(places) > _MOST_HIDDEN:
        return _by_single_totals(places, equations, sums, smallest)
    found = []
    for number, (row, column) in enumerate(places):
        bounds = _bounds(np.array(equations), np.array(sums), number)
        if bounds is not None and bounds[1] - bounds[0] < smallest and bounds[1] > 0:
            found.append(Interval(int(row), int(column), *bounds))
    return found


def _by_single_totals(
    places: NDArray[np.int64], equations: list[NDArray[np.float64]], sums: list[float], smallest: int
) -> list[Interval]:
    """Return the hidden cells that are all a total leaves over, or of which it leaves too few for any."""
    found: dict[int, Interval] = {}
    for equation, left in zip(equations, sums, strict=True):
        unknown = np.flatnonzero(equation)
        lowest = left if len(unknown) == 1 else 0.0
        if left - lowest < smallest and left > 0:
            for number in unknown.tolist():
                row, column = places[number]
                found.setdefault(number, Interval(int(row), int(column), lowest, left))
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


def _bounds(
    equations: NDArray[np.float64], sums: NDArray[np.float64], cell: int
) -> tuple[float, float] | None:
    """Return the least and the most a cell can be, None where nothing bounds it or nothing fits."""
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import, and most tables hide nothing

    if not equations[:, cell].any():
        return None
    goal = np.zeros(equations.shape[1])
    goal[cell] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        solved = linprog(sign * goal, A_eq=equations, b_eq=sums, bounds=(0, None), method="highs")
        if not solved.success:
            return None
        ends.append(sign * float(solved.fun))
    return float(np.ceil(ends[0] - 1e-6)), float(np.floor(ends[1] + 1e-6))
