"""Estimates with errors, intervals and p values, found by their arithmetic and not by their names.

A p value is that of the estimate and its error (two-sided, normal), an interval encloses its estimate about
evenly on the plain or the logarithmic scale. Columns that only have the names do not pass.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.row_order import is_share, rank_correlation
from strongroom.checker.table_types.typed_columns import Column
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sampled_rows: int = threshold(
        300,
        "rows",
        "cost: rows on which two columns are compared; agreement of 85 % is plain on 300",
    )
    most_tried: int = threshold(
        10,
        "columns",
        "cost: all pairs and triples are tried in tables of so few columns, in wider ones only those "
        "named like errors and bounds",
    )
    least_rows_tried: int = threshold(
        6,
        "values",
        "judgement: of fewer rows some column lies evenly between two others by chance, so names are needed",
    )
    least_agreement: float = threshold(
        0.85,
        "share of rows",
        "judgement: estimates agree with their errors but for rounding and t distributions; borrowed "
        "names agree in few rows",
    )
    least_width: int = threshold(
        8,
        "steps of rounding",
        "judgement: narrower intervals look uneven because all three numbers are rounded",
    )
    most_closed: float = threshold(
        0.5,
        "share of rows",
        "judgement: rounding closes some narrow intervals; a column that merely repeats the estimate "
        "closes all",
    )
    most_apart: int = threshold(
        4,
        "columns",
        "cost: bounds are printed beside each other, and pairs farther apart need not be tried",
    )
    least_filled_together: float = threshold(
        0.5,
        "share of rows",
        "judgement: the two ends of intervals are missing in the same rows",
    )
    least_rows_ranked: int = threshold(10, "rows", "judgement: ranks of fewer values agree by chance")
    most_rank_correlation: float = threshold(
        -0.5,
        "Spearman correlation",
        "judgement: p values fall as effects grow, blurred by unequal errors; 7 % of pairs of ten "
        "independent values reach it, so names are asked for too",
    )
    tiny: float = threshold(
        1e-300,
        "probability",
        "judgement: stands for p values printed as 0, so that their logarithm exists",
    )


LIMITS = _Limits()


_P = re.compile(r"(^|[^a-z])p([^a-z]|$)|pval|p[._ ]?value|p>|pr\(|prob", re.IGNORECASE)
_LOG_P = re.compile(r"log10|log_?p|mlog", re.IGNORECASE)
_ERROR = re.compile(r"(^|[^a-z])se([^a-z]|$)|std|stderr|standard.?error|s\.e", re.IGNORECASE)
_LOWER = re.compile(r"low|lci|lcl|_ll|\.ll|(^|[^a-z])lc([^a-z]|$)|2\.5|0\.025|min95|conf.*1", re.IGNORECASE)
_UPPER = re.compile(
    r"upp|high|uci|ucl|_ul|\.ul|(^|[^a-z])uc([^a-z]|$)|97\.5|0\.975|max95|conf.*2", re.IGNORECASE
)


def find_estimates(every: Sequence[Column]) -> dict[int, Role]:
    """Return the places of columns that hold estimates, errors, bounds and p values which agree."""
    columns = {
        place: column
        for place, column in enumerate(every)
        if column.number and len(column.values) > max(2, 0.3 * len(column.numbers))
    }
    roles: dict[int, Role] = {}
    for finder in (_intervals, _p_values, _statistics, _weights):
        for found in finder({place: each for place, each in columns.items() if place not in roles}, columns):
            for place, role in found.items():
                roles.setdefault(place, role)
    return roles


def _intervals(free: dict[int, Column], every: dict[int, Column]) -> Iterator[dict[int, Role]]:
    """Yield (estimate, lower, upper) where the interval is symmetric about the estimate."""
    used: set[int] = set()
    for lower, upper in _bounds(free):
        if {lower, upper} & used:
            continue
        for place in sorted(every, key=lambda each: abs(each - lower))[: 2 * LIMITS.most_apart]:
            if place not in {lower, upper} and _encloses(*_cells(every, place, lower, upper)):
                used |= {lower, upper, place}
                yield {place: Role.EFFECT, lower: Role.LOWER, upper: Role.UPPER}
                break


def _bounds(columns: dict[int, Column]) -> Iterator[tuple[int, int]]:
    named = [
        (low, high)
        for low in columns
        for high in columns
        if 0 < abs(low - high) <= LIMITS.most_apart
        and _LOWER.search(columns[low].name)
        and _UPPER.search(columns[high].name)
    ]
    yield from sorted(named, key=lambda pair: abs(pair[0] - pair[1]))
    # By chance a column is midway between two others in a few rows.
    if len(columns) <= LIMITS.most_tried and all(
        len(column.values) >= LIMITS.least_rows_tried for column in columns.values()
    ):
        pairs = (pair for pair in permutations(columns, 2) if pair not in named)
        yield from ((low, high) for low, high in pairs if _filled_together(columns[low], columns[high]))


def _filled_together(first: Column, second: Column) -> bool:
    """Return whether two columns mostly have their values in the same rows, as the ends of intervals do."""
    return bool(
        np.sum(first.filled & second.filled)
        > LIMITS.least_filled_together * np.sum(first.filled | second.filled)
    )


def _encloses(estimate: Numbers, lower: Numbers, upper: Numbers) -> bool:
    # Rounding closes narrow intervals, of small effects in large units, on their estimates.
    closed = (lower == upper) & (estimate == lower)
    if len(estimate) < 2 or not np.all(lower <= upper) or closed.mean() > LIMITS.most_closed:  # noqa: PLR2004
        return False
    if np.mean((lower < upper) | closed) < LIMITS.least_agreement:
        return False
    inside = (lower <= estimate) & (estimate <= upper)
    if np.mean(inside) < LIMITS.least_agreement:
        return False
    step = max(_resolution(each) for each in (estimate, lower, upper))
    wide = upper - lower >= LIMITS.least_width * step
    if step == 1 or wide.sum() < max(3, 0.2 * len(wide)):
        return False
    shuffled = np.roll(estimate[wide], len(estimate[wide]) // 2)
    chance = float(np.mean(_lies_evenly(shuffled, lower[wide], upper[wide], step)))
    held = float(np.mean(_lies_evenly(estimate[wide], lower[wide], upper[wide], step)))
    return held >= max(LIMITS.least_agreement, 0.2 + chance)


def _lies_evenly(estimate: Numbers, lower: Numbers, upper: Numbers, step: float) -> NDArray[np.bool_]:
    """Return which estimates are in the middle of their interval, on the plain or the logarithmic scale."""
    inside: NDArray[np.bool_] = (lower <= estimate) & (estimate <= upper)
    even = _even(estimate, lower, upper, step)
    positive = (lower > 0) & (estimate > 0)
    if positive.any():
        logs = np.log(np.where(positive[:, None], np.column_stack([estimate, lower, upper]), 1.0))
        even |= positive & _even(logs[:, 0], logs[:, 1], logs[:, 2], step / np.where(positive, lower, 1.0))
    return inside & even


def _even(estimate: Numbers, lower: Numbers, upper: Numbers, step: Numbers | float) -> NDArray[np.bool_]:
    # Each of the three is rounded, so a narrow interval may look uneven.
    slack = 0.12 * (upper - lower) + 1.5 * step
    off: NDArray[np.bool_] = np.abs((upper - estimate) - (estimate - lower)) <= slack
    return off


def _resolution(numbers: Numbers) -> float:
    """Return the step to which numbers are rounded: 1, 0.1, 0.01 ..."""
    for places in range(7):
        if np.allclose(numbers, np.round(numbers, places), rtol=0, atol=10.0 ** -(places + 3)):
            return float(10.0**-places)
    return 0.0


def _p_values(free: dict[int, Column], every: dict[int, Column]) -> Iterator[dict[int, Role]]:
    """Yield (effect, error, p) where p follows from the other two."""
    for place in list(free):
        log = bool(_LOG_P.search(every[place].name))
        if not (log or is_share(every[place])):
            continue
        if not log and not _P.search(every[place].name) and len(every) > LIMITS.most_tried:
            continue
        for effect, error in _effects(every, place):
            cells = _cells(every, effect, error, place)
            if _follows(*cells, log=log):
                yield {effect: Role.EFFECT, error: Role.ERROR, place: Role.LOG_P if log else Role.P}
                break


def _effects(columns: dict[int, Column], p: int) -> Iterator[tuple[int, int]]:
    errors = [place for place in columns if place != p and np.all(columns[place].values >= 0)]
    named = [place for place in errors if _ERROR.search(columns[place].name)]
    for error in named or (errors if len(columns) <= LIMITS.most_tried else []):
        yield from ((effect, error) for effect in columns if effect not in {error, p})


def _follows(effect: Numbers, error: Numbers, p: Numbers, *, log: bool) -> bool:
    held = error > 0
    if held.sum() < 3:  # noqa: PLR2004 - one agreement is chance
        return False
    from scipy.special import ndtr  # noqa: PLC0415 - it takes long to load

    for scaled in (effect, np.log(np.maximum(effect, LIMITS.tiny))):
        expected = 2 * ndtr(-np.abs(scaled[held] / error[held]))
        if agree(expected, 10.0 ** -p[held] if log else p[held]):
            return True
    return False


def _statistics(free: dict[int, Column], every: dict[int, Column]) -> Iterator[dict[int, Role]]:
    """Yield (statistic, p), or (effect, p) where larger effects are less probable by chance."""
    for place in list(free):
        if not (_P.search(every[place].name) and is_share(every[place])):
            continue
        for other in every:
            if other == place:
                continue
            statistic, p = _cells(every, other, place)
            if len(p) < 3:  # noqa: PLR2004 - one agreement is chance
                continue
            from scipy.special import chdtrc, ndtr  # noqa: PLC0415 - it takes long to load

            squared = chdtrc(1, np.maximum(statistic, 0))
            if agree(2 * ndtr(-np.abs(statistic)), p) or agree(squared, p):
                yield {other: Role.STATISTIC, place: Role.P}
                break
            if (
                len(p) >= LIMITS.least_rows_ranked
                and rank_correlation(np.abs(statistic), p) < LIMITS.most_rank_correlation
            ):
                yield {other: Role.EFFECT, place: Role.P}
                break


def _weights(free: dict[int, Column], every: dict[int, Column]) -> Iterator[dict[int, Role]]:
    """Yield (error, weight) where a study weighs as the inverse of its variance."""
    for error in [place for place in free if _ERROR.search(every[place].name)]:
        for other in free:
            if other == error:
                continue
            spread, weight = _cells(every, error, other)
            product = weight * spread**2
            if len(product) > 3 and product.min() > 0 and product.std() < 0.05 * product.mean():  # noqa: PLR2004
                yield {error: Role.ERROR, other: Role.SIZE}
                break


def agree(expected: Numbers, p: Numbers) -> bool:
    """Return whether p values are those expected, to within rounding and a t rather than a normal."""
    if len(p) < 3 or np.ptp(p) == 0:  # noqa: PLR2004 - one agreement is chance
        return False
    near = np.abs(expected - p) <= 0.01 + 0.2 * expected
    logs = np.log10(np.maximum(expected, LIMITS.tiny)), np.log10(np.maximum(p, LIMITS.tiny))
    near |= (expected < 0.05) & (np.abs(logs[0] - logs[1]) <= 0.3 + 0.2 * np.abs(logs[0]))  # noqa: PLR2004
    return bool(np.mean(near) >= LIMITS.least_agreement)


def _cells(columns: dict[int, Column], *places: int) -> list[Numbers]:
    """Return the rows in which all of some columns are numbers, evenly thinned."""
    cells = np.column_stack([columns[place].numbers for place in places])
    cells = cells[np.isfinite(cells).all(axis=1)]
    step = max(1, len(cells) // LIMITS.sampled_rows)
    return list(cells[::step].T)
