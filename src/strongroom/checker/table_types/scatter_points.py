"""Whether dots of a picture are strewn as people's are, or lie as curves, lattices and variants do."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import evenly_used, successive

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]

# Von Neumann's ratio, halved: 1 for independent values, 0 on a curve. Values at even steps, as of days, may
# be noisy; fifty dots of a curve at other steps give a hundredth.
_CURVE, _UNEVEN_CURVE, _MANY_DOTS = 0.1, 0.04, 50
_SERIES = 8
_SAME_STEP = 0.15
_OPPOSITE, _MANY = 0.9, 0.5
_MOST = 3_000
_LINES, _TWICE = 15, 1.5
_FEWEST, _TAU, _FEW_ON_CURVE = 5, 0.9, 0.2
_APART, _PLACES = 0.01, 2  # of an extent: nearer is the same place; steps that show a rhythm
_GREY, _MOST_MARKS = 3, 0.8
_LINE, _TURNS, _KNOTTED = 1 / 400, 2, 0.06
_RHYTHM, _DOTTED = 0.6, 0.9
_BASELINE, _UNIFORM, _MOST_TENTHS = 0.35, 0.25, 9


def strewn(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Tell whether dots, in pixels, may be one a person; `series` holds each dot's colour.

    They may not where each series is a curve, where they stand in lines, where as many stand at each of
    a few places as at the next (markers of several series), or where they are a Manhattan plot.
    """
    if len(x) < _SERIES or min(np.ptp(x), np.ptp(y)) < _SERIES:
        return False
    if on_one_line(x, y):
        return not _dotted(x)
    if _on_curves(x, y, series) or _in_lines(x, y):
        return False
    # Markers of several series.
    if evenly_used(np.rint(x)) or evenly_used(np.rint(y)):
        return False
    return not of_variants(x, y, series)


def any_few_strewn(x: Numbers, y: Numbers, colour: Codes) -> bool:
    """Tell whether a few marks, or those of one colour (12 bits), may be one a person.

    Dashes and dots of a calibration are each in order, and together in none.
    """
    _, of, many = np.unique(_hue(colour), return_inverse=True, return_counts=True)
    large = np.flatnonzero(many >= _FEWEST)
    if int(many[large].sum()) >= _MOST_MARKS * len(x):
        return any(few_strewn(x[of == one], y[of == one]) for one in large)
    return few_strewn(x, y)


def _hue(colour: Codes) -> Codes:
    """Return the sixth of the colour circle, or grey: JPEG blurs what is finer."""
    channels = np.column_stack([colour >> 8, colour >> 4 & 15, colour & 15])
    hue = 3 * channels.argmax(axis=1) + channels.argmin(axis=1)
    return np.where(np.ptp(channels, axis=1) <= _GREY, -1, hue)


def few_strewn(x: Numbers, y: Numbers) -> bool:
    """Tell whether a few marks that a plot consists of may be one a person; any unit will do.

    They may not where they stand at even steps along an axis, as groups, times and doses do, nor where they
    follow a curve, as bins of a calibration do. Marks on one straight line in uneven steps may: they show
    one value a person.
    """
    if _in_one_row(x, y) or _in_one_row(y, x):
        return True
    if len(x) < _FEWEST or not np.ptp(x) or not np.ptp(y):
        return False
    if on_one_line(x, y):
        return not _dotted(x)
    if stepped(x) or stepped(y) or _repeated(x, y) or _ordered(x, y):
        return False
    if len(x) >= _LINES and _in_lines(x, y):
        return False
    return len(x) < _SERIES or min(_ratio(x, y), _ratio(y, x)) >= _FEW_ON_CURVE


def _in_one_row(along: Numbers, across: Numbers) -> bool:
    """Tell many marks in one line, but for a few far out, at uneven steps along it: one value a person."""
    if len(_steps(across)) >= _PLACES or len(_steps(along)) < _SERIES:
        return False
    return not (stepped(along) or _dotted(along))


def stepped(along: Numbers) -> bool:
    """Tell whether places are few different ones, one as far from the next as the next is, a few left out."""
    steps = _steps(along)
    if len(steps) < _PLACES:
        return True
    times = steps / np.median(steps)
    whole = np.abs(times - np.maximum(np.rint(times), 1)) <= _SAME_STEP
    return bool(whole.all() and np.mean(times < _TWICE) >= _RHYTHM)


def one_a_step(along: Numbers) -> bool:
    """Tell whether places, hardly two the same, mostly follow each other at even steps, as months do."""
    places = np.unique(along)
    steps = np.diff(places)
    if len(places) < _DOTTED * len(along) or not len(steps):
        return False
    return bool(np.mean(np.abs(steps - np.median(steps)) <= _SAME_STEP * np.median(steps)) >= _RHYTHM)


def _dotted(along: Numbers) -> bool:
    """Tell whether nearly all steps are alike, as in a dotted line."""
    steps = _steps(along)
    return bool(np.mean(np.abs(steps - np.median(steps)) <= _SAME_STEP * np.median(steps)) >= _DOTTED)


def _steps(along: Numbers) -> Numbers:
    """Return how far each place is from the next; what is nearly at the same place counts as one."""
    ordered = np.sort(along)
    steps = np.diff(ordered)
    return np.asarray(steps[steps > _APART * (ordered[-1] - ordered[0])])


def _repeated(x: Numbers, y: Numbers) -> bool:
    """Tell marks at the crossings of a lattice: along both axes they take few places, many of them again."""
    return max(len(_steps(each)) for each in (x, y)) < len(x) / 2


def on_one_line(x: Numbers, y: Numbers) -> bool:
    """Tell whether dots lie on a straight line, as a coordinate drawn over itself does, to a part in 400."""
    x, y = (x - x.mean()) / float(np.ptp(x)), (y - y.mean()) / float(np.ptp(y))
    slope = 1.0 if float(x @ y) > 0 else -1.0
    return float(np.abs(y - slope * x).max()) <= _LINE


def knotted(x: Numbers, y: Numbers) -> bool:
    """Tell whether a line of few vertices, in their order, joins places to and fro, as no curve does.

    Of pieces strewn at random a quarter of the pairs cross; those of outlines cross hardly ever. Or the line
    turns back, twice, on one that is straight.
    """
    if len(x) < _FEWEST or not np.ptp(x) or not np.ptp(y):
        return False
    if on_one_line(x, y):
        return int((np.diff(np.sign(np.diff(x))) != 0).sum()) >= _TURNS
    pairs = (len(x) - 2) * (len(x) - 3) / 2
    return _crossings(x, y) >= max(1, _KNOTTED * pairs)


def _crossings(x: Numbers, y: Numbers) -> int:
    """Count pairs of a line's pieces that cross, by the sides on which each one's ends lie of the other."""
    places = np.column_stack([x, y])
    start, end = places[:-1], places[1:]
    side = np.sign(_cross(end - start, start, start)), np.sign(_cross(end - start, start, end))
    parted = side[0] * side[1] < 0  # the piece of the row parts the ends of the column's
    return int(np.triu(parted & parted.T, 2).sum())


def _cross(way: Numbers, start: Numbers, places: Numbers) -> Numbers:
    """Return on which side of each piece, and how far, each place lies: shape (pieces, places)."""
    to = places[None] - start[:, None]
    return np.asarray(way[:, None, 0] * to[..., 1] - way[:, None, 1] * to[..., 0])


def _ordered(x: Numbers, y: Numbers) -> bool:
    """Tell whether nearly all pairs of dots rise, or nearly all fall (Kendall's tau, 1938)."""
    from scipy.stats import kendalltau  # noqa: PLC0415 - slow to load, and few files are pictures with dots

    return abs(float(kendalltau(x, y).statistic)) >= _TAU


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


def over_a_band(x: Numbers, y: Numbers, told: int) -> bool:
    """Tell dots over a band low down and all along x into which others ran together, as variants do.

    The first `told` are dots, the others samples of the band; `y` counts pixels from the top.
    """
    if told == len(x):
        return False
    height = (float(y.max()) - y) / max(float(np.ptp(y)), 1.0)
    tenths = np.histogram(x[told:], 10, (float(x.min()), float(x.max())))[0]
    return int((tenths > 0).sum()) >= _MOST_TENTHS and float(np.median(height)) <= _BASELINE


def _by_chance(series: Codes) -> float:
    """Return how often neighbours differ in colour when colours know nothing of places."""
    share = np.unique(series, return_counts=True)[1] / len(series)
    return 1 - float(share @ share)


def _on_curves(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Tell dots that follow each other, by von Neumann's ratio (1941) of each series."""
    _, of, many = np.unique(series, return_inverse=True, return_counts=True)
    long = np.flatnonzero(many >= _SERIES)
    uneven = len(x) >= _MANY_DOTS and not (stepped(x) or stepped(y))
    curve = _UNEVEN_CURVE if uneven else _CURVE
    if not len(long):
        return _ratio(x, y) < curve
    ratios = [min(_ratio(x[of == one], y[of == one]), _ratio(y[of == one], x[of == one])) for one in long]
    return float(np.average(ratios, weights=many[long])) < curve


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
