"""An alternative start for tables rebuilt from fewer numbers than they have columns: principal components.

Such a table shows how it was made: its rows lie in a plane, onto which participants' values were projected,
usually at right angles after standardising. All of its columns have to be known: by their names or, since an
attacker who renames columns seldom reorders them, by their means in the order of the cohort's columns.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from strongroom.matching.alignment.covariance_start import Smoothing, linear_columns, same_named_columns
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.recognised import Floats, RecognisedColumn
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(4, "columns", "judgement: sums and ratios make planes of three columns")
    rows_per_column: int = threshold(
        3, "rows", "derived: fewer rows than columns lie in a plane of themselves; three times as many do not"
    )
    most_rows: int = threshold(4_000, "rows", "cost: a plane is known from far fewer")
    flat: float = threshold(
        4.0, "times the variance of rounding", "judgement: what the eigenvalues of rounded values vary by"
    )
    negligible: float = threshold(
        1e-9, "share of the largest eigenvalue", "judgement: rounding errors of doubles"
    )
    most_dimensions: float = threshold(
        0.7, "share of the columns", "judgement: tables with totals and ratios of their columns have more"
    )
    selected: float = threshold(
        0.1, "SDs", "judgement: the means of a leaked part differ from the cohort's by about so much"
    )
    farthest: float = threshold(3.0, "selected", "judgement: a column farther off is another one")
    blur: float = threshold(
        0.03,
        "SDs of the file's column",
        "derived: SDs of a thousand rows are known to 2 %, and marks are 1 or 2 % of one",
    )


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals


def dimensions_of(values: Mapping[str, Values], halves: Mapping[str, float]) -> tuple[int, int]:
    """Return in how many dimensions a table's complete numeric columns lie, and how many columns these are.

    `halves` are half the steps of their grids. Zero columns if there are too few of them, or of rows.
    """
    names, table = _complete(values)
    if not names:
        return 0, 0
    sizes = table.std(axis=0)
    return len(_axes(table / sizes, np.array([halves[name] for name in names]) / sizes)), len(names)


def projected(
    values: Mapping[str, Values], halves: Mapping[str, float], held: CohortColumns, index: Index
) -> tuple[dict[str, Hypothesis], tuple[RecognisedColumn, ...]]:
    """Return hypotheses and columns for a table in fewer dimensions than columns; none for others."""
    dimensions, count = dimensions_of(values, halves)
    if not 1 < dimensions <= LIMITS.most_dimensions * count:
        return {}, ()
    names, table = _complete(values)
    columns = same_named_columns({name: values[name] for name in names}, index)
    if len(columns) < len(names):
        columns = _in_order(names, table, index)
    if len(columns) < len(names):
        return {}, ()
    own = (held.values(columns[name].column, decimals=_DECIMALS) for name in names)
    spread = np.maximum([float(np.nanstd(each)) for each in own], LIMITS.negligible)
    axes = _axes(table / spread, np.array([halves[name] for name in names]) / spread)
    centre = table.mean(axis=0)
    smoothing = Smoothing(axes.T @ axes, centre, centre, spread, LIMITS.blur)
    return columns, linear_columns(columns, values, held, smoothing)


def _complete(values: Mapping[str, Values]) -> tuple[list[str], Floats]:
    """Return the numeric columns without missing values, and a sample of their rows (rows, columns)."""
    names = [
        name
        for name, each in values.items()
        if each.kind is ValueKind.NUMBER and not np.isnan(each.keys).any() and np.ptp(each.keys) > 0
    ]
    rows = len(values[names[0]].keys) if names else 0
    if len(names) < LIMITS.least_columns or rows < LIMITS.rows_per_column * len(names):
        return [], np.empty((0, 0))
    some = slice(None, None, max(1, rows // LIMITS.most_rows))
    return names, np.column_stack([values[name].keys[some] for name in names])


def _axes(table: Floats, halves: Floats) -> Floats:
    """Return orthonormal axes of the plane that rows lie in, shape (dimensions, columns)."""
    away = table - table.mean(axis=0)
    size, axes = np.linalg.eigh(away.T @ away / len(away))
    floor = LIMITS.flat * float(np.mean(halves**2)) / 3 + LIMITS.negligible * size[-1]
    return np.asarray(axes[:, size > floor].T, np.float64)


def _in_order(names: Sequence[str], table: Floats, index: Index) -> dict[str, Hypothesis]:
    """Return the cohort's columns with the nearest means in the same order; none if some are too far off."""
    numeric = [name for name, each in index.columns.items() if each.kind is ValueKind.NUMBER]
    if len(names) > len(numeric):
        return {}
    quantiles = [index.columns[name].quantiles for name in numeric]
    moments = np.array([(np.mean(each), np.std(each)) for each in quantiles])
    off = np.abs(table.mean(axis=0)[:, None] - moments[:, 0]) / np.maximum(moments[:, 1], 1e-12)
    cost = (off / LIMITS.selected) ** 2
    # The least cost of the first columns of both, and whether the last two are taken for each other.
    best = np.zeros(len(numeric) + 1)
    taken = np.zeros(cost.shape, bool)
    for place, row in enumerate(cost):
        after = np.full(len(numeric) + 1, np.inf)
        for at, each in enumerate(row):
            after[at + 1] = min(after[at], best[at] + each)
            taken[place, at] = best[at] + each < after[at]
        best = after
    found: dict[str, Hypothesis] = {}
    at = len(numeric) - 1
    for place in range(len(names) - 1, -1, -1):
        while at >= 0 and not taken[place, at]:
            at -= 1
        if at < 0 or off[place, at] > LIMITS.farthest * LIMITS.selected:
            return {}
        found[names[place]] = Hypothesis(numeric[at], "scaled", 0.0)
        at -= 1
    return {name: found[name] for name in names}
