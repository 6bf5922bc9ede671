"""Whether the points of a figure are scattered, as of individuals, or form curves, lattices or peaks."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.row_order import evenly_used, von_neumann_ratio
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_curve_ratio: float = threshold(
        0.1,
        "von Neumann's ratio, halved",
        "judgement: 1 for independent values, 0 on a curve; values at even steps, as of days, may be noisy",
    )
    most_uneven_curve_ratio: float = threshold(
        0.04,
        "von Neumann's ratio, halved",
        "judgement: fifty points of a curve at uneven steps give a hundredth; people sorted by a "
        "correlated value give more",
    )
    many_points: int = threshold(
        50,
        "points",
        "judgement: of fewer the ratio of a curve at uneven steps is not that small",
    )
    least_points: int = threshold(
        8,
        "points, and pixels of extent",
        "judgement: fewer points of a series have no shape: von Neumann's ratio varies by half",
    )
    same_step: float = threshold(
        0.15,
        "share of the median step",
        "judgement: points are read off to a pixel, and steps of ten pixels vary by that",
    )
    least_opposite: float = threshold(
        0.9,
        "cosine, negated",
        "judgement: the two nearest neighbours on a line lie on opposite sides, within 26 degrees",
    )
    least_in_lines: float = threshold(
        0.5,
        "share of points",
        "judgement: of random points about one in seven has its two nearest neighbours on opposite sides",
    )
    most_points: int = threshold(
        3_000,
        "points",
        "cost: neighbours are searched for an even sample of so many points",
    )
    least_points_in_lines: int = threshold(
        15,
        "points",
        "judgement: fewer points have neighbours on opposite sides by chance",
    )
    single_step: float = threshold(
        1.5,
        "median steps",
        "judgement: larger steps leave out a place of the axis",
    )
    least_few_points: int = threshold(
        5,
        "points",
        "judgement: four points or fewer are groups of a summary, and have no shape",
    )
    least_tau: float = threshold(
        0.9,
        "Kendall's tau",
        "judgement: a calibration or dose curve rises throughout; values of people seldom do",
    )
    most_few_curve_ratio: float = threshold(
        0.2,
        "von Neumann's ratio, halved",
        "judgement: of few points at uneven steps a curve gives more than `most_curve_ratio`",
    )
    same_place: float = threshold(
        0.01,
        "share of the extent",
        "judgement: nearer points are at the same place, read off a pixel apart",
    )
    least_steps: int = threshold(2, "steps", "judgement: one step shows no rhythm")
    most_grey: int = threshold(3, "steps of 16 a channel", "judgement: JPEG tints grey by as much")
    most_of_large_colours: float = threshold(
        0.8,
        "share of points",
        "judgement: if most points have a common colour, series are judged by colour; otherwise colours"
        " are a scale",
    )
    most_off_line: float = threshold(
        1 / 400,
        "share of the extent",
        "judgement: a coordinate drawn over itself is off by rounding to pixels of a plot of 400",
    )
    least_turns: int = threshold(2, "turns", "judgement: a line drawn once turns nowhere, a closed one once")
    least_crossings: float = threshold(
        0.06,
        "share of pairs of pieces",
        "judgement: of pieces joined at random a quarter cross, of outlines hardly any",
    )
    least_even_steps: float = threshold(
        0.6,
        "share of steps",
        "judgement: an axis of groups, times or doses may lack places; measurements have hardly two "
        "equal steps",
    )
    least_dotted: float = threshold(
        0.9,
        "share of steps, or of points",
        "judgement: dotted lines have equal steps but where they are covered",
    )
    most_median_height: float = threshold(
        0.35,
        "share of the height",
        "judgement: most variants are not significant and lie low in a Manhattan plot",
    )
    most_uneven_tenths: float = threshold(
        0.25,
        "share of points in the wrong tenth",
        "judgement: variants lie all along the genome; measurements gather in the middle",
    )
    least_tenths: int = threshold(
        9,
        "tenths of the width",
        "judgement: the band of a Manhattan plot has gaps at centromeres only",
    )


LIMITS = _Limits()


def are_scattered(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Return whether points, in pixels, may be one per person; `series` gives each point's colour.

    They may not if each series is a curve, if they form lines, if equally many are at each of a few places
    (markers of several series), or if they are a Manhattan plot.
    """
    if len(x) < LIMITS.least_points or min(np.ptp(x), np.ptp(y)) < LIMITS.least_points:
        return False
    if on_one_line(x, y):
        return not _is_dotted_line(x)
    if _on_curves(x, y, series) or _in_lines(x, y):
        return False
    # Markers of several series.
    if evenly_used(np.rint(x)) or evenly_used(np.rint(y)):
        return False
    return not is_manhattan_plot(x, y, series)


def any_few_are_scattered(x: Numbers, y: Numbers, colour: Codes) -> bool:
    """Return whether a few points, or those of one colour (12 bits), may be one per person.

    Dashes and points of a calibration plot are ordered each, and unordered together.
    """
    _, of, many = np.unique(_hue(colour), return_inverse=True, return_counts=True)
    large = np.flatnonzero(many >= LIMITS.least_few_points)
    if int(many[large].sum()) >= LIMITS.most_of_large_colours * len(x):
        return any(few_are_scattered(x[of == one], y[of == one]) for one in large)
    return few_are_scattered(x, y)


def _hue(colour: Codes) -> Codes:
    """Return the sixth of the colour circle, or grey: JPEG blurs what is finer."""
    channels = np.column_stack([colour >> 8, colour >> 4 & 15, colour & 15])
    hue = 3 * channels.argmax(axis=1) + channels.argmin(axis=1)
    return np.where(np.ptp(channels, axis=1) <= LIMITS.most_grey, -1, hue)


def few_are_scattered(x: Numbers, y: Numbers) -> bool:
    """Return whether the few points of a plot may be one per person; in any unit.

    They may not if they are evenly spaced along an axis, as groups, times and doses are, or follow a curve,
    as calibration bins do. Points on a straight line in uneven steps may: they show one value per person.
    """
    if _in_one_row(x, y) or _in_one_row(y, x):
        return True
    if len(x) < LIMITS.least_few_points or not np.ptp(x) or not np.ptp(y):
        return False
    if on_one_line(x, y):
        return not _is_dotted_line(x)
    if has_even_steps(x) or has_even_steps(y) or _repeated(x, y) or _ordered(x, y):
        return False
    if len(x) >= LIMITS.least_points_in_lines and _in_lines(x, y):
        return False
    return (
        len(x) < LIMITS.least_points
        or min(_curve_ratio(x, y), _curve_ratio(y, x)) >= LIMITS.most_few_curve_ratio
    )


def _in_one_row(along: Numbers, across: Numbers) -> bool:
    """Return whether most points are on one line at uneven steps along it, one value per person."""
    if len(_steps(across)) >= LIMITS.least_steps or len(_steps(along)) < LIMITS.least_points:
        return False
    return not (has_even_steps(along) or _is_dotted_line(along))


def has_even_steps(along: Numbers) -> bool:
    """Return whether the different positions are evenly spaced, with a few left out."""
    steps = _steps(along)
    if len(steps) < LIMITS.least_steps:
        return True
    times = steps / np.median(steps)
    multiples = np.abs(times - np.maximum(np.rint(times), 1)) <= LIMITS.same_step
    return bool(multiples.all() and np.mean(times < LIMITS.single_step) >= LIMITS.least_even_steps)


def evenly_spaced(along: Numbers) -> bool:
    """Return whether positions are nearly all different and mostly evenly spaced, as months are."""
    places = np.unique(along)
    steps = np.diff(places)
    if len(places) < LIMITS.least_dotted * len(along) or not len(steps):
        return False
    return bool(
        np.mean(np.abs(steps - np.median(steps)) <= LIMITS.same_step * np.median(steps))
        >= LIMITS.least_even_steps
    )


def _is_dotted_line(along: Numbers) -> bool:
    """Return whether nearly all steps are alike, as in a dotted line."""
    steps = _steps(along)
    return bool(
        np.mean(np.abs(steps - np.median(steps)) <= LIMITS.same_step * np.median(steps))
        >= LIMITS.least_dotted
    )


def _steps(along: Numbers) -> Numbers:
    """Return the distance from each position to the next; positions almost equal count as one."""
    ordered = np.sort(along)
    steps = np.diff(ordered)
    return np.asarray(steps[steps > LIMITS.same_place * (ordered[-1] - ordered[0])])


def _repeated(x: Numbers, y: Numbers) -> bool:
    """Return whether points are on a lattice: along both axes they repeat few positions."""
    return max(len(_steps(each)) for each in (x, y)) < len(x) / 2


def on_one_line(x: Numbers, y: Numbers) -> bool:
    """Return whether points are on a straight line to a part in 400, as a coordinate drawn over itself."""
    x, y = (x - x.mean()) / float(np.ptp(x)), (y - y.mean()) / float(np.ptp(y))
    slope = 1.0 if float(x @ y) > 0 else -1.0
    return float(np.abs(y - slope * x).max()) <= LIMITS.most_off_line


def crosses_itself(x: Numbers, y: Numbers) -> bool:
    """Return whether a line of few vertices crosses itself or turns back on itself, as no curve does.

    Of segments placed at random a quarter of the pairs cross; those of outlines hardly ever do.
    """
    if len(x) < LIMITS.least_few_points or not np.ptp(x) or not np.ptp(y):
        return False
    if on_one_line(x, y):
        return int((np.diff(np.sign(np.diff(x))) != 0).sum()) >= LIMITS.least_turns
    pairs = (len(x) - 2) * (len(x) - 3) / 2
    return _crossings(x, y) >= max(1, LIMITS.least_crossings * pairs)


def _crossings(x: Numbers, y: Numbers) -> int:
    """Count pairs of a line's segments that cross: the ends of each are on different sides of the other."""
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
    """Return whether nearly all pairs of dots rise, or nearly all fall (Kendall's tau, 1938)."""
    from scipy.stats import kendalltau  # noqa: PLC0415 - slow to load, and few files are pictures with dots

    return abs(float(kendalltau(x, y).statistic)) >= LIMITS.least_tau


def is_manhattan_plot(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Return whether points are a Manhattan plot: all along x, most low, their colour changing with x only.

    `y` counts pixels from the top, as pictures do.
    """
    height = (float(y.max()) - y) / float(np.ptp(y))
    if float(np.median(height)) > LIMITS.most_median_height:
        return False
    tenths = np.histogram(x, 10)[0] / len(x)
    if float(np.abs(tenths - 0.1).sum()) > 2 * LIMITS.most_uneven_tenths:
        return False
    changes = np.diff(series[np.argsort(x, kind="stable")]) != 0
    return int(changes.sum()) >= 1 and float(changes.mean()) < 0.5 * _expected_changes(series)


def is_manhattan_plot_with_band(x: Numbers, y: Numbers, points: int) -> bool:
    """Return whether points are above a low band along x of merged points, as in a Manhattan plot.

    The first `points` are points, the others samples of the band; `y` counts pixels from the top.
    """
    if points == len(x):
        return False
    height = (float(y.max()) - y) / max(float(np.ptp(y)), 1.0)
    tenths = np.histogram(x[points:], 10, (float(x.min()), float(x.max())))[0]
    return (
        int((tenths > 0).sum()) >= LIMITS.least_tenths
        and float(np.median(height)) <= LIMITS.most_median_height
    )


def _expected_changes(series: Codes) -> float:
    """Return how often neighbours differ in colour if colour is independent of position."""
    share = np.unique(series, return_counts=True)[1] / len(series)
    return 1 - float(share @ share)


def _on_curves(x: Numbers, y: Numbers, series: Codes) -> bool:
    """Return whether each series is a curve, by von Neumann's ratio (1941)."""
    _, of, many = np.unique(series, return_inverse=True, return_counts=True)
    long = np.flatnonzero(many >= LIMITS.least_points)
    uneven = len(x) >= LIMITS.many_points and not (has_even_steps(x) or has_even_steps(y))
    curve = LIMITS.most_uneven_curve_ratio if uneven else LIMITS.most_curve_ratio
    if not len(long):
        return _curve_ratio(x, y) < curve
    ratios = [
        min(_curve_ratio(x[of == one], y[of == one]), _curve_ratio(y[of == one], x[of == one]))
        for one in long
    ]
    return float(np.average(ratios, weights=many[long])) < curve


def _curve_ratio(x: Numbers, y: Numbers) -> float:
    """Return von Neumann's ratio of y in the order of x, halved; ties are in an arbitrary order."""
    tie = np.random.default_rng(0).random(len(x))
    return von_neumann_ratio(y[np.lexsort((tie, np.rint(x)))])


def _in_lines(x: Numbers, y: Numbers) -> bool:
    """Return whether points form dotted lines or lattices: neighbours equally far, or on opposite sides."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to load, and few files are pictures with dots

    places = np.column_stack([x, y])
    asked = np.arange(0, len(x), max(1, len(x) // LIMITS.most_points))
    far, near = cKDTree(places).query(places[asked], k=3)
    low, middle, high = np.percentile(far[:, 1], [25, 50, 75])
    one, other = (places[near[:, place]] - places[asked] for place in (1, 2))
    opposite = (one * other).sum(axis=1) < -LIMITS.least_opposite * far[:, 1] * far[:, 2]
    return bool(high - low <= LIMITS.same_step * max(middle, 1.0) or opposite.mean() >= LIMITS.least_in_lines)
