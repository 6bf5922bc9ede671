"""Which columns of a table count people: by name, by structure, or by agreement with the cohort's groups."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.table_types import (
    Column,
    ColumnKind,
    Recognised,
    RecognisedType,
    Role,
    TypedTable,
)
from strongroom.checker.table_types.count_tables import COUNT_NAME, recognise_counts
from strongroom.checker.table_types.row_order import counter, rank_correlation, rises
from strongroom.checker.table_types.typed_table import is_unnamed
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import canonical_values
from strongroom.thresholds import Thresholds, threshold

# Words in names of whole numbers that do not count people.
_NO_PEOPLE = re.compile(
    r"k|df|dof|freedom|rank|code|year|month|week|day|order|level|version|iter|iteration|row|column|item|instance|"
    r"array|stab|parameter|coef|coefficient|model|knot|study|trial|snp|variant|gene|probe|file|line|byte|seed|"
    r"fold|dose|wave|max|min|mean|median|iqr|id|index|per|rate|age|time|lag|term|quarter|"
    r"second|minute|hour|duration|step"
)
# Words that mean people and nothing else: the labels beside them need not be understood.
_PEOPLE = re.compile(r"person|people|patient|participant|subject|case|death|individual|admission")
# Names that say that something is counted, and nothing else.
_COUNTED = re.compile(
    r"n|nobs|obs|freq|frequenc(?:y|ies)|counts?|sizes?|totals?|anzahl|effectif", re.IGNORECASE
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_JUDGED = {
    RecognisedType.COUNTS,
    RecognisedType.ESTIMATES,
    RecognisedType.NAMED_VALUES,
    RecognisedType.PANEL,
    RecognisedType.SURVIVAL,
    RecognisedType.BINS,
}
_NEVER = {RecognisedType.VARIANTS, RecognisedType.MODEL, RecognisedType.CODE_LIST}
# What a cross table may be recognised as when its column names are arbitrary and its labels are words.
_MISTAKEN = {RecognisedType.CODE_LIST, RecognisedType.NAMED_VALUES, RecognisedType.UNKNOWN}
_PERCENT = 100  # fixed: per cent of a whole


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sure: float = threshold(
        0.75,
        "confidence of the type",
        "judgement: below it a table of whole numbers is as often something else, and only columns named "
        "like counts are judged",
    )
    cross: float = threshold(
        0.6,
        "confidence of the type",
        "judgement: set by trial on the exfiltration benchmark's cases; enough for cross tables, whose "
        "columns are counts together",
    )
    most_association: float = threshold(
        4.0,
        "chi squared per degree of freedom",
        "judgement: diagnoses by sex or centre have 1 to 3; settings and scores of that size have more",
    )
    least_expected: float = threshold(
        0.5, "people", "standard: Haldane's correction; keeps empty classes from deciding"
    )
    least_crossed: int = threshold(2, "columns", "derived: a cross table has two classes or more")
    least_groups: int = threshold(
        8, "groups", "judgement: fewer numbers agree with the cohort's groups by chance"
    )
    least_known: float = threshold(
        0.8, "share of labels", "judgement: a table of groups also has totals and groups of its own"
    )
    least_errors: float = threshold(
        2.5,
        "standard errors of a rank correlation",
        "judgement: groups of a part of the cohort are as large as the cohort's, apart from chance; ranks, "
        "scores and years are not, and few of the cohort's columns have such labels",
    )


LIMITS = _Limits()


def count_columns(typed: TypedTable, known: Recognised, index: Index) -> list[Column]:
    """Return the columns that count people, by their names, the table's type or the cohort's groups."""
    found = _by_type(typed, known)
    found += [column for column in _by_name(typed, known) if column not in found]
    found = found or _by_structure(typed) or _by_cohort(typed, index)
    return [column for column in found if column.values.min() >= 0 and not _numbers_rows(column)]


def _numbers_rows(column: Column) -> bool:
    """Tell whether a column numbers rows, from 0 or 1; groups that grow by one person begin elsewhere."""
    return counter(column) and column.values.min() <= 1


def counted_by_heading(typed: TypedTable, heading: str) -> list[Column]:
    """Return the only numbers of a table without names whose heading says that people are counted."""
    whole = [column for column in typed.numbers if column.whole and column.values.min() >= 0]
    unnamed = all(is_unnamed(column.name) for column in typed.columns)
    only = len(typed.numbers) == len(whole) == 1 and len(typed.columns) > 1
    return whole if only and unnamed and _counts_people(heading) else []


def is_count_name(name: str) -> bool:
    """Tell whether a column of this name counts people."""
    return bool(COUNT_NAME.search(name)) and not _of_no_people(name)


def _by_type(typed: TypedTable, known: Recognised) -> list[Column]:
    """Return columns named like counts in aggregates, and all columns of a clear frequency table."""
    if known.type in _MISTAKEN:
        known = _cross_table(typed) or known
    if known.type not in _JUDGED:
        return []
    named = [column for column in typed.numbers if column.whole and is_count_name(column.name)]
    columns = [typed.columns[place] for place in known.places(Role.COUNT)]
    crossed = len(columns) > 1 and (known.confidence >= LIMITS.cross or _nearly_independent(columns))
    if known.type is RecognisedType.COUNTS and (known.confidence >= LIMITS.sure or crossed):
        named += [column for column in columns if column not in named and not _of_no_people(column.name)]
    return named + [column for column in _before_percentages(typed) if column not in named]


def _by_name(typed: TypedTable, known: Recognised) -> Iterator[Column]:
    """Yield columns whose names leave no doubt, whatever the rest of the table is."""
    if known.type in _NEVER:
        return
    for column in typed.numbers:
        if not column.whole or (column is typed.columns[0] and rises(column.numbers, strictly=True)):
            continue
        if _COUNTED.fullmatch(column.name.strip()) or _counts_people(column.name):
            yield column


def _by_structure(typed: TypedTable) -> list[Column]:
    """Return the cells of a cross table: different labels, then only nearly independent whole numbers."""
    if typed.rows < LIMITS.least_groups or len(typed.columns) < LIMITS.least_crossed + 1:
        return []
    labels, *cells = typed.columns
    if labels.distinct < typed.rows or counter(labels) or not all(map(_may_be_counts, cells)):
        return []
    return cells if _nearly_independent(cells) else []


def _may_be_counts(column: Column) -> bool:
    return column.number and column.whole and column.values.min() >= 0 and not _of_no_people(column.name)


def _by_cohort(typed: TypedTable, index: Index) -> list[Column]:
    """Return whole numbers that are, group by group, no more than the cohort has, and rise with them."""
    labels = typed.columns[0] if typed.columns else None
    numbers = [column for column in typed.columns[1:] if _may_be_counts(column)]
    if labels is None or not numbers or typed.rows < LIMITS.least_groups:
        return []
    if labels.kind is ColumnKind.EMPTY or labels.distinct < labels.filled.sum() or counter(labels):
        return []  # a group has one row, and row numbers are no groups
    shown = np.nansum([column.numbers for column in numbers], axis=0)
    for held in _sizes_in_cohort(labels, index):
        known = np.isfinite(held)
        fits = known.mean() >= LIMITS.least_known and bool(np.all(shown[known] <= held[known]))
        if not fits or known.sum() < LIMITS.least_groups or len(np.unique(shown[known])) == 1:
            continue
        # Under independence a rank correlation of n groups has standard error 1 / sqrt(n - 1).
        errors = rank_correlation(held[known], shown[known]) * np.sqrt(np.count_nonzero(known) - 1)
        if errors >= LIMITS.least_errors:
            return numbers
    return []


def _sizes_in_cohort(labels: Column, index: Index) -> Iterator[NDArray[np.float64]]:
    """Yield, for each column of the cohort, how many people have each label as their value; nan for none."""
    cells = labels.numbers if labels.number else [cell.strip() or None for cell in labels.texts]
    values = canonical_values(pa.array(cells, from_pandas=True))
    if values is None:
        return
    keys = values.keys[np.isfinite(values.keys)]
    for name, profile in index.columns.items():
        low, high = profile.quantiles[[0, -1]]
        if (
            profile.kind is not values.kind
            or not np.mean((keys >= low) & (keys <= high)) >= LIMITS.least_known
        ):
            continue
        held = index.coded(name)
        at = np.minimum(np.searchsorted(held.distinct, values.keys), len(held.distinct) - 1)
        yield np.where(held.distinct[at] == values.keys, held.counts[at].astype(np.float64), np.nan)


def _nearly_independent(columns: list[Column]) -> bool:
    """Tell whether cells are near the products of their row's and column's totals, as in cross tables.

    The measure is Pearson's chi squared per degree of freedom: about 1 for counts of independent classes, a
    few for associated ones, and in the hundreds for other numbers of that size.
    """
    cells = np.nan_to_num([column.numbers for column in columns])
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / max(cells.sum(), 1.0)
    misses = (cells - expected) ** 2 / np.maximum(expected, LIMITS.least_expected)
    freedom = (cells.shape[0] - 1) * (cells.shape[1] - 1)
    return bool(freedom > 0 and float(misses.sum()) <= LIMITS.most_association * freedom)


def _cross_table(typed: TypedTable) -> Recognised | None:
    """Return a table's type as counts of groups where it has two columns of them or more."""
    known = recognise_counts(typed)
    return known if len(known.places(Role.COUNT)) > 1 else None


def _of_no_people(name: str) -> bool:
    return any(map(_NO_PEOPLE.fullmatch, _words(name)))


def _counts_people(name: str) -> bool:
    return any(map(_PEOPLE.fullmatch, _words(name))) and not _of_no_people(name)


def _words(name: str) -> set[str]:
    """Return the words of a column's name in lower case, also in the singular and without an n for number."""
    words = {each.lower() for each in _WORDS.findall(name)}
    words |= {each.removeprefix("n") for each in words}
    words |= {each.removesuffix("s") for each in words}
    return words | {f"{each.removesuffix('ie')}y" for each in words if each.endswith("ie")}


def _before_percentages(typed: TypedTable) -> Iterator[Column]:
    """Yield whole numbers followed by a percentage in brackets, as in tables of characteristics."""
    for column, after in zip(typed.columns, typed.columns[1:], strict=False):
        share = after.name == f"{column.name} in brackets" and after.number
        if share and column.number and column.whole and after.percent and after.values.max() <= _PERCENT:
            yield column
