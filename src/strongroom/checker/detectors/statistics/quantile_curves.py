"""How many people a curve of quantiles rests on, from how rough it is.

The steps between neighbouring quantiles of n people vary by chance: with k people between two of them, a step
divided by its local mean has variance 1 / k (order statistics; David and Nagaraja 2003, section 10). Of a
hundred people, the hundred percentiles are everybody's values.
"""

import re

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types import Column, TypedTable
from strongroom.checker.table_types.row_order import regular, rises
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_quantiles: int = threshold(
        19, "quantiles", "judgement: fewer steps than these estimate their variance too poorly; twentieths"
    )
    neighbours: int = threshold(
        4, "steps to each side", "judgement: a smooth curve is straight over nine steps of a hundred"
    )
    least_resolved: float = threshold(
        3.0,
        "units of the last digit",
        "judgement: steps of fewer units are rough from rounding, which says nothing of people",
    )
    margin: float = threshold(
        2.0,
        "standard errors",
        "judgement: a curve goes to review when it surely rests on too few, not when it may",
    )


LIMITS = _Limits()

_NAMED = re.compile(r"cent(?:ile|il)|quantile|^(?:pct|perc|q|p|prob|tau|level|rank)$", re.IGNORECASE)

Numbers = NDArray[np.float64]


def people_between_quantiles(typed: TypedTable) -> float | None:
    """Return at most how many people lie between two quantiles of a table's roughest curve, None for none."""
    axis = next((column for column in typed.numbers if _is_axis(column)), None)
    if axis is None:
        return None
    curves = [column.numbers for column in typed.numbers if column is not axis]
    people = [each for each in map(_people_a_step, curves) if each is not None]
    return min(people, default=None)


def _is_axis(column: Column) -> bool:
    """Tell whether a column so named holds evenly spaced levels from 0 to 1 or to 100."""
    numbers = column.numbers
    if not np.isfinite(numbers).all() or len(numbers) < LIMITS.least_quantiles or not regular(numbers):
        return False
    low, high = float(numbers.min()), float(numbers.max())
    return low >= 0 and high <= 100 and bool(_NAMED.search(column.name.strip()))  # noqa: PLR2004 - per cent


def _people_a_step(curve: Numbers) -> float | None:
    """Return an upper bound of the people between two quantiles, None where the curve does not tell."""
    if not np.isfinite(curve).all() or not (rises(curve) or rises(-curve)):
        return None
    steps = np.abs(np.diff(curve))
    # The tails bend within a few steps, and a mean of neighbours is no longer the step's expectation.
    width = 2 * LIMITS.neighbours + 1
    windows = np.lib.stride_tricks.sliding_window_view(steps, width)
    around = (windows.sum(axis=1) - windows[:, LIMITS.neighbours]) / (width - 1)
    within = steps[LIMITS.neighbours : -LIMITS.neighbours]
    unit = _unit(curve)
    told = around >= LIMITS.least_resolved * unit
    if np.count_nonzero(told) < LIMITS.least_quantiles // 2:
        return None
    relative = within[told] / around[told]
    # The mean of neighbours varies as well, and rounding adds a sixth of a squared unit to a step.
    noise = np.mean((unit / around[told]) ** 2) / 6
    varied = (float(np.mean((relative - 1) ** 2)) - noise) / (1 + 1 / (width - 1))
    certain = varied * (1 - LIMITS.margin * np.sqrt(2 / len(relative)))
    return 1 / certain if certain > 0 else None


def _unit(curve: Numbers) -> float:
    """Return the unit of a curve's last digit."""
    fitting = (each for each in range(-3, 9) if np.allclose(curve, curve.round(each), rtol=1e-13, atol=1e-12))
    return float(10.0 ** -next(fitting, 9))
