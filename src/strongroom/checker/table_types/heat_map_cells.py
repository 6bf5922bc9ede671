"""Whether the cells of a heat map follow an order, as in summaries, or none, as in person-level data."""

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_lines: int = threshold(3, "rows and columns", "judgement: two lines have no order")
    least_lines_left: int = threshold(
        2,
        "rows and columns",
        "judgement: what is left when flat and repeated lines are dropped; a single line has no order",
    )
    least_ratio: float = threshold(
        0.5,
        "von Neumann's ratio, halved",
        "judgement: set by trial on the exfiltration benchmark's cases; 1 for independent lines, 0 on a"
        " curve; summaries by age and year are below",
    )
    most_additive: float = threshold(
        0.6,
        "share of variance",
        "judgement: set by trial on the exfiltration benchmark's cases; rates by region and disease are"
        " mostly an effect of each; of rows of people the two explain less",
    )
    least_mirrored: float = threshold(
        0.9,
        "correlation",
        "judgement: a correlation matrix equals its mirror image but for what JPEG changed",
    )
    same_shade: float = threshold(0.03, "share of all shades", "judgement: what JPEG adds to a flat cell")
    least_on_diagonal: float = threshold(
        0.7,
        "share of rows",
        "judgement: in a confusion matrix most rows have their extreme on the diagonal; by chance one "
        "in as many as there are columns",
    )


LIMITS = _Limits()


def unordered_cells(levels: Numbers) -> bool:
    """Return whether neither rows nor columns nor both explain the cells; `levels` has shape (rows, columns).

    Rates by age and year change little from one line to the next; rates by region and disease are mostly an
    effect of each added up; a correlation or confusion matrix has its diagonal or is its own mirror image.
    Lines of one shade and lines that repeat the previous one carry no information and are left out first.
    """
    if min(levels.shape) < LIMITS.least_lines or _is_symmetric_or_diagonal(levels):
        return False
    levels = _informative_rows(_informative_rows(levels.T).T)
    if min(levels.shape) < LIMITS.least_lines_left:
        return False
    return (
        min(_ratio(levels), _ratio(levels.T)) >= LIMITS.least_ratio
        and _additive_share(levels) <= LIMITS.most_additive
    )


def _informative_rows(levels: Numbers) -> Numbers:
    """Return the rows with information: neither of one shade nor repeating the previous row."""
    if not levels.size:
        return levels
    near = LIMITS.same_shade * float(np.ptp(levels))
    informative = np.ptp(levels, axis=1) > near
    informative[1:] &= np.abs(np.diff(levels, axis=0)).max(axis=1) > near
    return np.asarray(levels[informative])


def _ratio(levels: Numbers) -> float:
    """Return von Neumann's ratio (1941) down the columns, over those that vary."""
    apart = levels - levels.mean(axis=0)
    spread = 2 * (apart**2).sum(axis=0)
    varied = spread > 0
    steps = (np.diff(levels, axis=0) ** 2).sum(axis=0)
    return float(np.median(steps[varied] / spread[varied])) if varied.any() else 0.0


def _additive_share(levels: Numbers) -> float:
    """Return the share of the variance that an effect of each row and one of each column explain."""
    centred = levels - levels.mean()
    rest = centred - centred.mean(axis=0) - centred.mean(axis=1, keepdims=True)
    total = float((centred**2).sum())
    # As many effects explain this much by chance; only the excess counts.
    rows, columns = levels.shape
    chance = (rows + columns - 2) / max(rows * columns - 1, 1)
    return (1 - float((rest**2).sum()) / total - chance) / (1 - chance) if total > 0 and chance < 1 else 1.0


def _is_symmetric_or_diagonal(levels: Numbers) -> bool:
    """Return whether rows and columns are the same things, as in a correlation or confusion matrix."""
    if levels.shape[0] != levels.shape[1]:
        return False
    for turned in (levels, levels[::-1]):
        off = ~np.eye(len(turned), dtype=bool)
        mirrored = np.corrcoef(turned[off], turned.T[off])[0, 1] if np.ptp(turned[off]) > 0 else 1.0
        own = [turned.argmax(axis=1), turned.argmin(axis=1)]
        if (
            mirrored >= LIMITS.least_mirrored
            or max(np.mean(each == np.arange(len(turned))) for each in own) >= LIMITS.least_on_diagonal
        ):
            return True
    return False
