"""Whether row order carries information: people can be shuffled; groups, times and bins cannot."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types.typed_columns import Column
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(4, "rows", "judgement: three values have no order to speak of")
    least_varied: float = threshold(
        1e-6,
        "probability",
        "judgement: below it a column has one value, and runs of equal neighbours mean nothing",
    )
    least_same_steps: float = threshold(
        0.8,
        "share of steps",
        "judgement: axes may lack a value here and there; sorted measurements have hardly two equal steps",
    )
    most_uneven: float = threshold(
        0.3,
        "variance of the counts, over their mean",
        "judgement: 1 is chance; marks of several series at common places use each place equally often",
    )
    most_cells: int = threshold(
        400,
        "cells",
        "cost: what a column of identifiers looks like shows in its first cells",
    )
    classified: float = threshold(
        0.8, "share of cells", "judgement: a table of bands or codes also has totals and missing groups"
    )
    least_levels: int = threshold(
        30,
        "values",
        "judgement: codes of groups, sites or drugs are fewer; as many codes of one length are "
        "identifiers of people",
    )


LIMITS = _Limits()

# Bands; ICD-10; ATC; areas of the British statistical offices; quarters, weeks and financial years.
_CLASSIFIED = re.compile(
    r"""[<>≤≥]?=?\s*\d{1,3}(\.\d+)?\s*((-|\u2013|to|,)\s*[<≤]?\s*\d{1,3}(\.\d+)?|\+|and\ (over|above|under))?
    |[\[(]\d[\d.,\ ]*[\])]
    |[A-Z]\d{2}(\.\d{1,2}|\d)?(-[A-Z]\d{2})?|[A-Z]\d{2}[A-Z]([A-Z](\d{2})?)?|[EWSNK]\d{8}
    |(19|20)\d\d[-/ ]?(Q[1-4]|W\d{1,2}|\d\d)|Q[1-4]\ (19|20)\d\d""",
    re.VERBOSE,
)
_NUMBERED = re.compile(r"([A-Za-z]+[-_ ]?)(\d+)")


def rank_correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return how far two columns of one length rise together by their ranks, from -1 to 1 (Spearman 1904).

    Equal values are ranked in their order of occurrence.
    """
    ranks = np.array([np.argsort(np.argsort(each)) for each in (first, second)], np.float64)
    return float(np.asarray(np.corrcoef(*ranks))[0, 1])


def autocorrelation(column: Column) -> float:
    """Return the correlation of the ranks of neighbouring cells, 0 where it is undefined."""
    numbers = column.numbers[np.isfinite(column.numbers)]
    if len(numbers) < LIMITS.least_rows:
        return 0.0
    ranks = np.argsort(np.argsort(numbers, kind="stable"), kind="stable").astype(np.float64)
    # Ties get their mean rank, or a sorted input would look ordered within them.
    _, codes = np.unique(numbers, return_inverse=True)
    ranks = (np.bincount(codes, ranks) / np.bincount(codes))[codes]
    first, second = ranks[:-1], ranks[1:]
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def runs(column: Column) -> float:
    """Return by how much more neighbours are equal than in a random order, from -1 to 1."""
    codes = column.codes
    if len(codes) < LIMITS.least_rows:
        return 0.0
    shares = np.unique(codes, return_counts=True)[1] / len(codes)
    expected = float(np.sum(shares**2))
    if expected >= 1 - LIMITS.least_varied:
        return 0.0
    return float((np.mean(codes[1:] == codes[:-1]) - expected) / (1 - expected))


def dispersion(column: Column) -> float:
    """Return how unevenly the values are used: 1 for chance, near 0 for a design, large for real margins."""
    counts = np.bincount(column.codes[column.filled])
    counts = counts[counts > 0]
    if len(counts) < 2 or counts.mean() < 1:  # noqa: PLR2004 - two levels
        return 1.0
    return float(np.sum((counts - counts.mean()) ** 2) / counts.mean() / (len(counts) - 1))


def regular(numbers: NDArray[np.float64]) -> bool:
    """Return whether numbers rise (or fall) in mostly equal steps."""
    if len(numbers) < LIMITS.least_rows or not np.isfinite(numbers).all():
        return False
    steps = np.diff(numbers)
    if not (np.all(steps > 0) or np.all(steps < 0)):
        return False
    middle = float(np.median(steps))
    return bool(np.mean(np.abs(steps - middle) <= abs(middle) * 0.25) >= LIMITS.least_same_steps)


def is_share(column: Column) -> bool:
    """Return whether a column's numbers are parts of one, as probabilities are, and not all whole."""
    return bool(column.values.min() >= 0 and column.values.max() <= 1 and not column.whole)


def rises(numbers: NDArray[np.float64], *, strictly: bool = False) -> bool:
    """Return whether finite numbers never fall."""
    steps = np.diff(numbers[np.isfinite(numbers)])
    return len(steps) > 0 and bool(np.all(steps > 0) if strictly else np.all(steps >= 0))


def rises_or_falls(numbers: NDArray[np.float64]) -> bool:
    """Return whether numbers are in order, from either end."""
    return rises(numbers) or rises(-numbers)


def von_neumann_ratio(values: NDArray[np.float64]) -> float:
    """Return von Neumann's ratio (1941) of values in their order, halved: about 1 for independent ones."""
    steps = np.diff(values)
    spread = 2 * (len(values) - 1) * float(values.var())
    return float(steps @ steps) / spread if spread else 0.0


def evenly_used(along: NDArray[np.float64]) -> bool:
    """Return whether few values are used more evenly often than they are by chance."""
    many = np.unique(along, return_counts=True)[1]
    return 2 * len(many) <= len(along) and float(many.var()) < LIMITS.most_uneven * float(many.mean())


def counter(column: Column) -> bool:
    """Return whether a column merely numbers the rows: 0, 1, 2 ... or 1, 2, 3 ..., in blocks too."""
    numbers = column.values
    if not column.whole or len(numbers) < LIMITS.least_rows or len(numbers) < len(column.numbers):
        return False
    return bool(np.mean(np.diff(numbers) == 1) > 0.98) and column.distinct == len(numbers)  # noqa: PLR2004 - blocks


def handed_out(column: Column) -> bool:
    """Return whether the different values of a column that repeats them look like identifiers of people."""
    if column.number:
        return False  # repeated numbers are keys of some kind; the grid test limits how many there may be
    levels = sorted(set(column.texts) - {""})
    if len(levels) < LIMITS.least_levels:
        return False
    lengths = np.array([len(each) for each in levels])
    digits = np.mean([" " not in each and any(map(str.isdigit, each)) for each in levels])
    return bool(digits > 0.9 and lengths.std() < 2)  # noqa: PLR2004 - as handed out


def classifies(column: Column) -> bool:
    """Return whether cells are bands, codes of a public classification, or a few numbered groups."""
    if column.number:
        return False
    cells = [cell.strip() for cell in column.texts if cell.strip()][: LIMITS.most_cells]
    if _are_numbered(cells):
        return len(cells) < LIMITS.least_levels
    coded = sum(_CLASSIFIED.fullmatch(cell) is not None for cell in cells)
    return coded > 0 and coded >= LIMITS.classified * len(cells)


def _are_numbered(cells: Sequence[str]) -> bool:
    """Tell whether labels are one word with consecutive numbers: S01, S02, ..."""
    found = [_NUMBERED.fullmatch(cell) for cell in cells]
    known = [each for each in found if each is not None]
    numbers = [int(each[2]) for each in known]
    return (
        1 < len(known) == len(cells)
        and len({each[1] for each in known}) == 1
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )


def identifier_like(column: Column) -> bool:
    """Return whether cells look like assigned ids: all different, equally long, with digits, not numbered."""
    filled = column.filled
    if filled.sum() < LIMITS.least_rows or column.distinct < 0.98 * filled.sum() or counter(column):
        return False
    if classifies(column):
        return False
    if column.number:
        spread = column.values.max() - column.values.min()
        return column.whole and column.values.min() > 0 and spread > 1.5 * len(column.values)
    cells = [cell.strip() for cell in column.texts if cell.strip()][: LIMITS.most_cells]
    lengths = np.array([len(cell) for cell in cells])
    digits = np.mean([" " not in cell and any(map(str.isdigit, cell)) for cell in cells])
    return bool(digits > 0.9 and lengths.std() < 2)  # noqa: PLR2004 - as handed out
