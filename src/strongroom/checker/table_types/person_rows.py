"""Whether the rows that repeated shapes of a drawing encode may be people, or are bins, groups or ticks."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.drawing_kind import Layout, RepeatedShapes
from strongroom.checker.table_types.row_order import evenly_used, von_neumann_ratio
from strongroom.checker.table_types.scatter_points import evenly_spaced, has_even_steps
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_ticks: int = threshold(
        12, "ticks", "judgement: axes with uneven ticks, as of dates, have fewer; rugs of people more"
    )
    least_rows: int = threshold(
        20, "shapes", "judgement: figures of results have as many unlabelled groups, seldom more"
    )
    many_rows: int = threshold(
        100, "bars", "judgement: eigenvalues and importances are shown for the first dozens"
    )
    least_sorted: float = threshold(
        0.95, "share of steps", "judgement: heights drawn in order fall or rise throughout, but for ties"
    )
    least_tail: float = threshold(
        1.3,
        "mean step of a tail over that of the middle half",
        "judgement: order statistics of a measurement are farther apart at both ends; cumulative curves, "
        "eigenvalues and decays are at one end or none",
    )
    tail: float = threshold(0.1, "share of the rows", "judgement: the outer tenths show the tails")
    least_ratio: float = threshold(
        0.6, "von Neumann ratio", "judgement: independent neighbours give 1; time series and bins far less"
    )
    most_parallel: float = threshold(
        0.9, "rank correlation", "judgement: lines of a grid or a hatching never cross, people's do"
    )
    most_rounded: float = threshold(
        0.5, "share of a step", "derived: a dozen places at random stray by a step and more"
    )
    most_turns: float = threshold(
        0.35,
        "share of steps",
        "derived: of random steps two in three are larger, or smaller, than both "
        "neighbours; a logarithmic axis has two such steps a decade",
    )
    recurring_steps: float = threshold(
        0.5, "share of steps", "judgement: ticks of a few panels repeat their step, measurements seldom do"
    )
    least_mean: float = threshold(
        0.4,
        "mean height over the largest",
        "judgement: eigenvalues and importances fall steeply at first, measurements of people do not",
    )
    most_places: int = threshold(
        30, "places", "judgement: a strip plot has a few groups; a dense cloud repeats rounded heights"
    )
    least_crowded: float = threshold(
        0.8, "share of points", "judgement: a strip plot has all at few places; low points of a cloud do not"
    )
    each_place: int = threshold(
        12, "points", "judgement: series of results have fewer points at one place, groups of people more"
    )
    least_normal: float = threshold(
        0.999, "correlation", "judgement: places computed as normal quantiles agree to rounding"
    )
    least_dots: int = threshold(30, "points", "judgement: fewer sorted points may be bins of a calibration")
    decimals: int = threshold(1, "decimals of a coordinate", "judgement: tenths of a point cannot be seen")


LIMITS = _Limits()


def rows_may_be_people(shapes: RepeatedShapes, values: Numbers, places: Numbers | None, least: int) -> bool:
    """Return whether repeated shapes may be one per person; `values` has shape (rows, columns).

    `places` are given where they are uneven. Fewer than `least` rows are never people.
    """
    if len(values) < max(least, LIMITS.least_ticks):
        return False
    if shapes.layout is Layout.TICKS:
        return _are_loose_ticks(np.round(values[:, 0], LIMITS.decimals))
    if len(values) < LIMITS.least_rows or shapes.labelled:
        return False
    if shapes.layout is Layout.LINES:
        return _cross(values)
    if shapes.layout is Layout.BARS and values.shape[1] == 1 and _is_sorted(values[:, 0]):
        return _is_waterfall(values[:, 0]) if not shapes.touching else is_sorted_sample(values[:, 0])
    return not shapes.touching and places is None and _is_unordered(values)


def _is_waterfall(heights: Numbers) -> bool:
    """Return whether sorted heights are on both sides of their line, or mostly far from it."""
    tall = np.abs(heights)
    if len(heights) >= LIMITS.many_rows or float(heights.min()) < 0 < float(heights.max()):
        return True
    return float(tall.mean()) >= LIMITS.least_mean * float(tall.max())


def _is_sorted(values: Numbers) -> bool:
    steps = np.diff(values)
    return bool(np.ptp(values) and max(np.mean(steps >= 0), np.mean(steps <= 0)) >= LIMITS.least_sorted)


def is_sorted_sample(values: Numbers) -> bool:
    """Return whether values are sorted and farther apart at both ends, as a sample's order statistics are."""
    steps = np.diff(values)
    if len(steps) < LIMITS.least_rows - 1 or not _is_sorted(values):
        return False
    if values.min() < 0 < values.max():
        return True
    steps, tail = np.abs(steps), max(2, round(LIMITS.tail * len(steps)))
    middle = float(steps[len(steps) // 4 : -(len(steps) // 4)].mean())
    return min(float(steps[:tail].mean()), float(steps[-tail:].mean())) >= LIMITS.least_tail * middle


def dots_may_be_sorted_people(x: Numbers, y: Numbers) -> bool:
    """Return whether points are values in order: against normal quantiles, or against their ranks."""
    if len(x) < LIMITS.least_dots or not (np.ptp(x) and np.ptp(y)):
        return False
    for upwards, along, across in ((False, x, y), (True, y, x)):
        order = np.argsort(along, kind="stable")
        along, across = along[order], across[order]  # noqa: PLW2901 - the same points, in order
        if not _is_sorted(across):
            continue
        # Times are drawn from left to right: even steps upwards are ranks.
        ranked = evenly_spaced(along) and (upwards or is_sorted_sample(across))
        if _are_normal_quantiles(along) or ranked:
            return True
    return False


def dots_may_be_strips(x: Numbers, y: Numbers, least: int) -> bool:
    """Return whether many points share each of a few places, at uneven heights, as a strip plot's do."""
    for along, across in ((x, y), (y, x)):
        places, many = np.unique(np.round(along, LIMITS.decimals), return_counts=True)
        crowded = np.isin(np.round(along, LIMITS.decimals), places[many >= LIMITS.each_place])
        if len(places) > LIMITS.most_places or crowded.sum() < max(least, LIMITS.least_crowded * len(along)):
            continue
        if not _is_scale(along[crowded], across[crowded]):
            return True
    return False


def _is_scale(along: Numbers, across: Numbers) -> bool:
    """Return whether points at each place are at even steps, as ticks of several panels are."""
    order = np.lexsort((across, np.round(along, LIMITS.decimals)))
    steps = np.round(np.diff(across[order]), LIMITS.decimals)
    same = np.abs(np.diff(steps)) <= 2 * 0.1**LIMITS.decimals
    return float(np.mean(same & (steps[1:] != 0))) >= LIMITS.recurring_steps


def _are_normal_quantiles(values: Numbers) -> bool:
    from scipy.special import ndtri  # noqa: PLC0415 - slow to load, and few drawings have sorted points

    expected = ndtri((np.arange(len(values)) + 0.5) / len(values))
    return abs(float(np.corrcoef(values, expected)[0, 1])) >= LIMITS.least_normal


def _are_loose_ticks(places: Numbers) -> bool:
    """Return whether ticks along a line are at irregular places: neither even nor of another scale."""
    unique = np.unique(places)
    if len(unique) < LIMITS.least_ticks:
        return False
    if has_even_steps(unique) or _are_rounded_steps(unique):
        return len(places) >= 2 * len(unique) and not evenly_used(places)
    return not _are_of_a_scale(unique)


def _are_rounded_steps(unique: Numbers) -> bool:
    """Return whether places are at even steps but for rounding, never far from their own place."""
    even, step = np.linspace(unique[0], unique[-1], len(unique), retstep=True)
    return bool(np.abs(unique - even).max() <= LIMITS.most_rounded * step)


def _are_of_a_scale(unique: Numbers) -> bool:
    """Return whether steps grow or shrink over long runs, as on a logarithmic axis."""
    changes = np.sign(np.diff(np.round(np.diff(unique), LIMITS.decimals)))
    changes = changes[changes != 0]
    return float(np.count_nonzero(np.diff(changes))) <= LIMITS.most_turns * (len(unique) - 3)


def _cross(values: Numbers) -> bool:
    """Return whether lines, a row each of their heights, cross one another, as a grid's do not."""
    ranks = np.argsort(np.argsort(values, axis=0), axis=0).astype(np.float64)
    varied = np.ptp(values, axis=0) > 0
    ranks = ranks[:, varied]
    if ranks.shape[1] < 2:  # noqa: PLR2004 - one end alone crosses nothing
        return False
    agreement = np.abs(np.corrcoef(ranks.T))[np.triu_indices(ranks.shape[1], 1)]
    return float(agreement.min()) <= LIMITS.most_parallel


def _is_unordered(values: Numbers) -> bool:
    """Return whether neighbours along the axis differ as much as any two rows, in most columns."""
    ratios = [von_neumann_ratio(column) for column in values.T if np.ptp(column)]
    return bool(ratios) and float(np.median(ratios)) >= LIMITS.least_ratio
