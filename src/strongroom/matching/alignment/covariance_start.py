"""An alternative start for tables whose values were smoothed until no row and no distribution is unchanged.

A linear smoothing of all columns together (regression, principal components, a filter) keeps the table's
means and covariances, and often the column names. Of all linear maps that turn the cohort's covariance into
the file's, one moves values least (Dowson and Landau 1982; Olkin and Pukelsheim 1982). Attackers who want
useful data move them little, so this map is near the one used: near enough to match rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.recognised import Floats, OthersPart, RecognisedColumn, Transform
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_columns: int = threshold(
        24, "columns", "cost: each holds a value for everybody; more say little about who somebody is"
    )
    least_columns: int = threshold(
        3, "columns", "judgement: fewer columns cannot have been smoothed together"
    )
    most_people: int = threshold(20_000, "people", "cost: covariances are known to 1 % from 20,000")
    blur: float = threshold(
        0.15,
        "SDs of the file's column",
        "judgement: the least-moving map is near the one used, and off by about so much",
    )
    negligible: float = threshold(
        1e-6, "share of the largest eigenvalue", "judgement: rounding errors; such directions carry no data"
    )


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals


def same_named_columns(values: Mapping[str, Values], index: Index) -> dict[str, Hypothesis]:
    """Return the cohort's numeric columns that have the same names as the table's."""
    held = {each.name.casefold(): each for each in index.columns.values() if each.kind is ValueKind.NUMBER}
    return {
        name: Hypothesis(held[name.casefold()].name, "scaled", 0.0)
        for name, each in values.items()
        if each.kind is ValueKind.NUMBER and name.casefold() in held
    }


def jointly_smoothed(
    columns: Mapping[str, Hypothesis], values: Mapping[str, Values], held: CohortColumns
) -> tuple[RecognisedColumn, ...]:
    """Return columns as if smoothed together by the map that moves values least; empty if too few."""
    names = [name for name in columns if values[name].kind is ValueKind.NUMBER][: LIMITS.most_columns]

    def read(column: str) -> Floats:
        return held.values(column, decimals=_DECIMALS)

    theirs = {name: read(columns[name].column) for name in names}
    names = [name for name in names if _varies(values[name].keys) and _varies(theirs[name])]
    if len(names) < LIMITS.least_columns:
        return ()
    some = slice(None, None, max(1, held.people // LIMITS.most_people))
    middle, before = _moments(np.column_stack([theirs[name][some] for name in names]))
    centre, after = _moments(np.column_stack([values[name].keys[: LIMITS.most_people] for name in names]))
    spread = np.sqrt(np.diag(before))
    moved = _least_moving(before / np.outer(spread, spread), after / np.outer(spread, spread))
    some_columns = {name: columns[name] for name in names}
    smoothing = Smoothing(moved, middle, centre, spread, LIMITS.blur)
    return linear_columns(some_columns, values, held, smoothing)


@dataclass(frozen=True, repr=False)
class Smoothing:
    """A linear map of columns: values less `middle`, in units of `spread`, are multiplied by `moved`.

    `centre` is what `middle` becomes, and `blur` the noise to assume, in SDs of the file's column. `moved`
    has shape (columns, columns), the others (columns,).
    """

    moved: Floats
    middle: Floats
    centre: Floats
    spread: Floats
    blur: float


def linear_columns(
    columns: Mapping[str, Hypothesis], values: Mapping[str, Values], held: CohortColumns, smoothing: Smoothing
) -> tuple[RecognisedColumn, ...]:
    """Return columns whose values are a linear map of all of the cohort's."""

    def read(column: str) -> Floats:
        return held.values(column, decimals=_DECIMALS)

    middle, spread, names = smoothing.middle, smoothing.spread, list(columns)
    found = []
    for at, name in enumerate(names):
        moved = smoothing.moved[at]
        parts = tuple(
            (columns[other].column, _standard(float(middle[place]), float(spread[place]), float(weight)))
            for place, (other, weight) in enumerate(zip(names, spread[at] * moved, strict=True))
            if place != at
        )
        own = _line(float(smoothing.centre[at]), float(moved[at]), float(middle[at]))
        noise = smoothing.blur * float(np.nanstd(values[name].keys))
        half = 0.5 * 10.0 ** -values[name].decimals
        others = OthersPart.of(parts, read, people=held.people)
        found.append(RecognisedColumn(name, columns[name].column, own, noise, half, others_part=others))
    return tuple(found)


def _standard(middle: float, spread: float, weight: float) -> Callable[[Floats], Floats]:
    return lambda values: np.nan_to_num((values - middle) / spread) * weight


def _line(centre: float, slope: float, middle: float) -> Transform:
    return Transform("blended", lambda values: centre + slope * (values - middle))


def _varies(values: Floats) -> bool:
    present = values[np.isfinite(values)]
    return len(present) > 1 and bool(np.ptp(present) > 0)


def _moments(values: Floats) -> tuple[Floats, Floats]:
    """Return means and covariances (columns, columns), each from the rows that have both values."""
    mean = np.nanmean(values, axis=0)
    away, known = np.nan_to_num(values - mean), np.isfinite(values).astype(np.float64)
    pairs = (away.T @ away) / np.maximum(known.T @ known, 1.0)
    size, axes = np.linalg.eigh(pairs)
    return mean, np.asarray((axes * np.maximum(size, 0.0)) @ axes.T, np.float64)


def _least_moving(before: Floats, after: Floats) -> Floats:
    """Return the symmetric map that turns one covariance into another; shape (columns, columns)."""
    root, back = _power(before, 0.5), _power(before, -0.5)
    return back @ _power(root @ after @ root, 0.5) @ back


def _power(matrix: Floats, power: float) -> Floats:
    size, axes = np.linalg.eigh(matrix)
    some = size > LIMITS.negligible * size[-1]
    raised = np.where(some, np.where(some, size, 1.0) ** power, 0.0)
    return np.asarray((axes * raised) @ axes.T, np.float64)
