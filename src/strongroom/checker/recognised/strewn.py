"""Whether dots of a picture are strewn as people's are, or lie as curves, lattices and variants do."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.recognised.order import evenly_used, successive

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]

_CURVE = 0.1  # von Neumann's ratio, halved: 1 for independent values, 0 on a curve
_SERIES = 8
_SAME_STEP = 0.15
_OPPOSITE, _MANY = 0.9, 0.5
_MOST = 3_000
_BASELINE, _UNIFORM, _CHROMOSOMES = 0.35, 0.25, 10


def strewn(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Tell whether dots, in pixels, may be one a person; `series` holds each dot's colour.

    They may not where each series is a curve, where they stand in lines, where as many stand at each of
    a few places as at the next (markers of several series), or where they are a Manhattan plot.
    """
    if len(x) < _SERIES or min(np.ptp(x), np.ptp(y)) < _SERIES:
        return False
    if _on_curves(x, y, series) or _in_lines(x, y):
        return False
    # Markers of several series.
    if evenly_used(np.rint(x)) or evenly_used(np.rint(y)):
        return False
    return not of_variants(x, y, series)


def of_variants(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Tell a Manhattan plot: dots all along x, most low down, of a colour that changes along x and not up.

    `y` counts pixels from the top, as pictures do.
    """
    height = (float(y.max()) - y) / float(np.ptp(y))
    if float(np.median(height)) > _BASELINE:
        return False
    tenths = np.histogram(x, 10)[0] / len(x)
    if float(np.abs(tenths - 0.1).sum()) > 2 * _UNIFORM:
        return False
    changes = np.diff(series[np.argsort(x, kind="stable")]) != 0
    return int(changes.sum()) >= 1 and float(changes.mean()) < 0.5 * _by_chance(series)


def _by_chance(series: Codes) -> float:
    """Return how often neighbours differ in colour when colours know nothing of places."""
    share = np.unique(series, return_counts=True)[1] / len(series)
    return 1 - float(share @ share)


def _on_curves(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Tell dots that follow each other, by von Neumann's ratio (1941) of each series."""
    _, of, many = np.unique(series, return_inverse=True, return_counts=True)
    long = np.flatnonzero(many >= _SERIES)
    if not len(long):
        return _ratio(x, y) < _CURVE
    ratios = [min(_ratio(x[of == one], y[of == one]), _ratio(y[of == one], x[of == one])) for one in long]
    return float(np.average(ratios, weights=many[long])) < _CURVE


def _ratio(x: Numbers, y: Numbers) -> float:
    """Return von Neumann's ratio of y in the order of x, halved; ties stand in an order of no meaning."""
    tie = np.random.default_rng(0).random(len(x))
    return successive(y[np.lexsort((tie, np.rint(x)))])


def _in_lines(x: Numbers, y: Numbers) -> bool:
    """Tell dotted and dashed lines, and lattices: neighbours are equally far, or on opposite sides."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to load, and few files are pictures with dots

    places = np.column_stack([x, y])
    asked = np.arange(0, len(x), max(1, len(x) // _MOST))
    far, near = cKDTree(places).query(places[asked], k=3)
    low, middle, high = np.percentile(far[:, 1], [25, 50, 75])
    one, other = (places[near[:, place]] - places[asked] for place in (1, 2))
    opposite = (one * other).sum(axis=1) < -_OPPOSITE * far[:, 1] * far[:, 2]
    return bool(high - low <= _SAME_STEP * max(middle, 1.0) or opposite.mean() >= _MANY)
