"""Bounds of counts that are not published but add up to published ones: the attacker's linear programme.

The audit of Fischetti and Salazar (2001), as in tau-ARGUS and sdcTable: the smallest and the largest value of
a sum of unknown counts of at least 0, given the sums that are known. Bounds are rounded to whole numbers. In
tables of more than two dimensions whole-number bounds may be closer than these, never wider.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rounding_error: float = threshold(
        1e-6, "people", "derived: far above the solver's tolerance of 1e-7, far below one person"
    )
    most_solved: int = threshold(
        400,
        "linear programmes",
        "cost: about 5 ms each, so an audit takes seconds; a system that needs more is reviewed by hand",
    )


LIMITS = _Limits()
_UNBOUNDED = 1e9  # fixed: more people than any cohort has


class TooLargeError(Exception):
    """The system needs more time or memory than an audit may take."""


@dataclass
class CountSystem:
    """Unknown counts x of at least 0 with `lower` <= `sums` @ x <= `upper`; shapes (sums, unknowns), (sums,).

    Keeps the smallest and largest value of every group asked about in any solution so far.
    """

    sums: Numbers
    lower: Numbers
    upper: Numbers
    solved: int = field(default=0, init=False)

    def people_apart(self) -> int:
        """Return the smallest number of people by which the sums contradict each other, 0 if they do not."""
        count, unknowns = self.sums.shape
        more, fewer = np.eye(count), -np.eye(count)
        goal = np.concatenate([np.zeros(unknowns), np.ones(2 * count)])
        matrix = np.hstack([self.sums, more, fewer])
        return int(np.ceil(goal @ self._solve(goal, matrix) - LIMITS.rounding_error))

    def within(self, groups: Mask, least: int, most: int) -> NDArray[np.int64]:
        """Return which groups of unknowns (shape (groups, unknowns)) certainly sum to `least` to `most`.

        The sums must not contradict each other.
        """
        weights = groups.astype(np.float64)
        low, high = np.full(len(weights), np.inf), np.full(len(weights), -np.inf)

        def open_groups() -> Mask:
            """Tell which groups every solution so far puts within the bounds; people are whole numbers."""
            fewest, largest = np.ceil(low - LIMITS.rounding_error), np.floor(high + LIMITS.rounding_error)
            return (fewest >= least) & (largest <= most)

        def look(goal: Numbers) -> None:
            solution = self._solve(goal, self.sums)
            values = np.round(weights @ solution, 6)
            np.minimum(low, values, out=low)
            np.maximum(high, values, out=high)

        look(np.zeros(self.sums.shape[1]))
        for sign in (1.0, -1.0):
            if open_groups().any():
                look(sign * weights[open_groups()].sum(axis=0))
        for group in range(len(weights)):
            for sign in (1.0, -1.0):
                if open_groups()[group]:
                    look(sign * weights[group])
        return np.flatnonzero(open_groups())

    def bounds(self, group: Mask) -> tuple[float, float]:
        """Return the smallest and largest sum of a group (shape (unknowns,)), inf if it is unbounded."""
        goal = group.astype(np.float64)
        low, high = goal @ self._solve(goal, self.sums), goal @ self._solve(-goal, self.sums)
        most = float(np.floor(high + LIMITS.rounding_error))
        return float(np.ceil(low - LIMITS.rounding_error)), np.inf if most >= _UNBOUNDED else most

    def _solve(self, goal: Numbers, matrix: Numbers) -> Numbers:
        from scipy.optimize import linprog  # noqa: PLC0415 - slow to import, and few tables are linked

        self.solved += 1
        if self.solved > LIMITS.most_solved:
            raise TooLargeError
        exact = self.lower == self.upper
        found = linprog(
            goal,
            A_eq=matrix[exact],
            b_eq=self.upper[exact],
            A_ub=np.vstack([matrix[~exact], -matrix[~exact]]),
            b_ub=np.concatenate([self.upper[~exact], -self.lower[~exact]]),
            bounds=(0, _UNBOUNDED),
            method="highs",
        )
        if not found.success:
            raise TooLargeError
        return np.asarray(found.x, np.float64)
