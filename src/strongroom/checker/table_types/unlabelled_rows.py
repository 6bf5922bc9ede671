"""Tables of unlabelled, unordered rows, as in person-level data.

Results say what each row is about: a group, a term, a time, a variant. Rows without a label, an axis or an
order are units of something, and a few of them suffice to recognise this.
"""

import math
import re

import numpy as np

from strongroom.checker.table_types.group_statistics import counts_people
from strongroom.checker.table_types.missing_values import has_scattered_gaps
from strongroom.checker.table_types.row_keys import are_years
from strongroom.checker.table_types.row_order import (
    autocorrelation,
    counter,
    identifier_like,
    regular,
    rises,
    rises_or_falls,
    runs,
    sorted_by_chance,
)
from strongroom.checker.table_types.typed_table import (
    Column,
    ColumnKind,
    TypedTable,
    is_unnamed,
    typed_from_texts,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_columns: int = threshold(
        3,
        "columns",
        "judgement: two columns of numbers are what any plot or list of results has",
    )
    least_ordered_rows: int = threshold(
        6,
        "rows",
        "judgement: of fewer values the rank correlation of neighbours is chance",
    )
    most_luck: float = threshold(
        0.05,
        "probability",
        "judgement: a column sorted with a larger probability is taken for sorted by chance",
    )
    least_cells: int = threshold(
        12,
        "cells",
        "judgement: three columns of three rows are a small table of results",
    )
    most_moving: float = threshold(
        0.8,
        "share of columns",
        "judgement: if more rise or fall throughout, they follow an axis",
    )
    pair: int = threshold(2, "rows", "judgement: two values always rise or fall")
    most_alike: float = threshold(
        0.55,
        "rank correlation of neighbours, mean over columns",
        "judgement: set by trial on the exfiltration benchmark's cases; series and curves are above, "
        "shuffled people below, of six rows too",
    )
    most_alike_of_any: float = threshold(
        0.9,
        "rank correlation of neighbours, or share of cells",
        "judgement: a column this ordered is an axis that rows follow",
    )
    least_labels: float = threshold(
        0.5,
        "share of cells, or of columns",
        "judgement: a column of which half the cells are different words names the rows",
    )
    least_unnamed: float = threshold(
        0.8,
        "share of columns",
        "judgement: readers name columns without headings by number; results on their side have named ones",
    )
    least_rows_turned: int = threshold(
        4,
        "rows",
        "judgement: three variables or fewer of unlabelled columns are coordinates",
    )
    most_relative_error: float = threshold(
        10.0,
        "standard errors to effects, medians",
        "judgement: errors far larger than their effects are other measurements",
    )
    least_digits: float = threshold(
        0.75,
        "share of cells",
        "judgement: a column of numbers in a spelling of their own has few words; names of items have more",
    )
    most_grid: float = threshold(
        1.5,
        "cells of the grid a row",
        "judgement: keys that name rows together leave a third of their grid empty at most",
    )
    least_blocks: float = threshold(
        0.6,
        "excess of runs",
        "judgement: groups written one below another stand in blocks; categories of people do not",
    )
    most_distinct: float = threshold(
        0.8,
        "share of rows",
        "judgement: each side of a grid repeats; a column that hardly does contains labels",
    )
    oldest: int = threshold(
        120,
        "years of age",
        "judgement: no person is older; larger numbers are other quantities",
    )


LIMITS = _Limits()


_OF_EACH = re.compile(
    r"(^|[^a-z])(resid\w*|fitted\w*|y_?hat|leverage|cooks?(_?d\w*)?|propensity\w*|ps|cluster(_?id)?|predicted\w*|"
    r"predictions?|y_?pred|y_?score|risk_?score|prs|embedding\w*)([^a-z]|$)",
    re.IGNORECASE,
)
_AGE = re.compile(r"(^|[^a-z])age([^a-z]|$)", re.IGNORECASE)
_PUBLIC = re.compile(r"rs\d{2,}|ENS[GT]\d{11}(?:\.\d+)?|cg\d{8}|(?:GO|HP|MONDO):\d{7}")
_QUARTER = re.compile(r"(?:19|20)\d\d[ /-]?(?:Q[1-4]|H[12]|W[0-5]\d)")
_CODE = re.compile(r"-?[0-9A-Za-z.]{1,10}")
_DIGITS = re.compile(r"[\s\d.,:/+\-]*\d[\s\d.,:/+\-]*")


def are_unlabelled(typed: TypedTable, *, alike_at_most: float = LIMITS.most_alike) -> bool:
    """Return whether rows are neither labelled nor ordered, with three varying columns of numbers or more.

    `alike_at_most` bounds the mean rank correlation of neighbouring rows; so few rows reach some by chance.
    """
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    numbers = [column for column in columns if column.number]
    values = len(numbers) + sum(_holds_digits(column) for column in columns if not column.number)
    if values < LIMITS.least_columns or values < LIMITS.least_labels * len(columns):
        return False
    texts = [column for column in columns if not column.number]
    if _labelled(texts) or any(map(_in_calendar, typed.columns)):
        return False
    long = [column for column in numbers if len(column.values) >= LIMITS.least_ordered_rows]
    if has_scattered_gaps(numbers):  # people sorted by one of their values
        long = [
            column
            for column in long
            if regular(column.values) or autocorrelation(column) < LIMITS.most_alike_of_any
        ]
    alike = [max(autocorrelation(column), 0.0) for column in long]
    if (
        not alike
        or any(_in_order(column, among=len(long)) for column in long)
        or _with_errors(numbers)
        or _ticks(numbers)
    ):
        return False
    return max(alike) < LIMITS.most_alike_of_any and sum(alike) < alike_at_most * len(alike)


def labelled_by_others(typed: TypedTable, ranks: list[Column]) -> bool:
    """Return whether words or a calendar label the rows of a table, besides columns of their ranks."""
    texts = [column for column in typed.columns if column.distinct > 1 and not column.number]
    return _labelled(texts) or any(_in_calendar(column) for column in typed.columns if column not in ranks)


def _labelled(texts: list[Column]) -> bool:
    return any(map(_labels_rows, texts)) or _label_rows_together(texts)


def few_are_unlabelled(typed: TypedTable) -> bool:
    """Return whether rows too few to show an order consist of numbers only, some of them measured.

    More columns that rise or fall throughout than chance gives are an axis and what depends on it. Whole
    numbers without a gap may be counts, as in a matrix of results.
    """
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    if not all(column.number or _holds_digits(column) for column in columns):
        return False
    numbers = [column for column in columns if column.number]
    if len(columns) < LIMITS.least_columns or len(columns) * typed.rows < LIMITS.least_cells:
        return False
    if any(counts_people(column) or _in_brackets(column) for column in numbers):
        return False
    if all(column.whole and column.filled.all() for column in numbers) or _with_errors(numbers):
        return False
    different = {column.numbers.tobytes(): column for column in numbers}.values()
    return sum(map(_moves, different)) <= LIMITS.most_moving * len(different)


def _in_brackets(column: Column) -> bool:
    """Return whether cells are in brackets: percentages or standard deviations of the number before."""
    cells = [cell.strip() for cell in column.texts if cell.strip()]
    return bool(cells) and all(cell[0] == "(" and cell[-1] == ")" for cell in cells)


def _moves(column: Column) -> bool:
    return len(column.values) > LIMITS.pair and (rises_or_falls(column.numbers))


def hold_only_codes(typed: TypedTable) -> bool:
    """Return whether three columns or more are unordered codes, and no column labels the rows.

    Numbers in an unusual base look like this; a code list has descriptions, or is sorted by code.
    """
    texts = [column for column in typed.columns if column.distinct > 1 and not column.number]
    codes = list(filter(_holds_codes, texts))
    if len(codes) < LIMITS.least_columns or any(
        2 * column.distinct > typed.rows for column in texts if column not in codes
    ):
        return False
    return not any(
        runs(column) > LIMITS.least_blocks or list(column.texts) == sorted(column.texts) for column in texts
    )


def _holds_codes(column: Column) -> bool:
    """Return whether texts are short mixtures of letters and digits that repeat, and so label nothing."""
    cells = [cell.strip() for cell in column.texts if cell.strip()]
    mixed = sum(any(map(str.isdigit, cell)) for cell in cells)
    short = sum(bool(_CODE.fullmatch(cell)) for cell in cells)
    return (
        mixed > LIMITS.least_labels * len(cells)
        and short > LIMITS.most_alike_of_any * len(cells)
        and not identifier_like(column)
    )


def are_model_outputs(typed: TypedTable) -> bool:
    """Return whether a table contains only model outputs per row, by the columns' names, in no order.

    Names count as evidence here because they speak against the researcher who chose them.
    """
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    per_row = [column for column in columns if column.number and _OF_EACH.search(column.name)]
    others = [column for column in columns if column not in per_row and not identifier_like(column)]
    return bool(per_row) and not others and not any(_in_order(column) for column in per_row)


def transposed_if_unlabelled(typed: TypedTable, *, least: int) -> TypedTable | None:
    """Return the transposed table where its columns have no names."""
    numbers = [column for column in typed.columns if column.number]
    unlabelled = sum(is_unnamed(column.name) for column in numbers)
    if (
        len(numbers) < least
        or unlabelled < LIMITS.least_unnamed * len(numbers)
        or typed.rows < LIMITS.least_rows_turned
    ):
        return None
    cells = [
        ["" if value != value else f"{value:.12g}" for value in (column.numbers[row] for column in numbers)]  # noqa: PLR0124 - nan
        for row in range(typed.rows)
    ]
    return typed_from_texts([f"row {place + 1}" for place in range(typed.rows)], cells, typed.origin)


def _with_errors(numbers: list[Column]) -> bool:
    """Return whether columns are effects alternating with their standard errors, without names."""
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(numbers) % 2 or any(
        first.values.min() >= 0 or second.values.min() <= 0 for first, second in pairs
    ):
        return False
    return all(
        np.median(second.values) < np.median(abs(first.values)) * LIMITS.most_relative_error
        for first, second in pairs
    )


def _labels_rows(column: Column) -> bool:
    """Return whether a column of texts or dates labels each row."""
    if column.kind is ColumnKind.DATE:
        return rises_or_falls(column.numbers)
    if identifier_like(column):
        return _are_of_variants(column)
    return column.distinct > LIMITS.least_labels * len(column.texts) and column.wordy > LIMITS.least_labels


def _are_of_variants(column: Column) -> bool:
    """Return whether texts are public names of variants, genes or methylation sites."""
    return not column.number and all(_PUBLIC.fullmatch(cell.strip()) for cell in column.texts if cell.strip())


def _holds_digits(column: Column) -> bool:
    """Return whether most texts are numbers in an unusual notation: digits and signs without letters."""
    cells = [cell for cell in column.texts if cell.strip()]
    return sum(bool(_DIGITS.fullmatch(cell)) for cell in cells) > LIMITS.least_digits * len(cells)


def _label_rows_together(columns: list[Column]) -> bool:
    """Return whether text columns together label each row uniquely, in blocks or as a grid."""
    keys = [column for column in columns if column.kind is ColumnKind.TEXT and not _holds_digits(column)]
    words = [column for column in keys if column.wordy > LIMITS.least_labels]
    # A grid has two sides, at least one of them in words, and the labels of each side repeat.
    repeated = all(column.distinct <= LIMITS.most_distinct * len(column.texts) for column in keys)
    if len(keys) < 2 or not words or not repeated:  # noqa: PLR2004 - two sides
        return False
    rows = len(keys[0].texts)
    named = len(np.unique(np.column_stack([column.codes for column in keys]), axis=0))
    in_blocks = any(runs(column) > LIMITS.least_blocks for column in words)
    filled = (
        len(words) == len(keys) and math.prod(column.distinct for column in keys) <= LIMITS.most_grid * rows
    )
    return named == rows and (in_blocks or filled)


def _ticks(numbers: list[Column]) -> bool:
    """Return whether every column falls down to its last row: tick labels of stacked panels."""
    above = [column.numbers[:-1][column.filled[:-1]] for column in numbers]
    return all(rises(-column) for column in above if len(column) > 1 and np.ptp(column) > 0)


def _in_calendar(column: Column) -> bool:
    """Return whether a column labels rows by consecutive years, quarters, weeks or ages."""
    if column.kind is ColumnKind.TEXT:
        cells = [cell.strip() for cell in column.texts]
        return all(map(_QUARTER.fullmatch, cells)) and cells == sorted(set(cells))
    if not column.number or not column.whole or not column.filled.all() or not regular(column.values):
        return False
    ages = (
        bool(_AGE.search(column.name)) and column.values.min() >= 0 and column.values.max() <= LIMITS.oldest
    )
    return ages or are_years(column)


def _in_order(column: Column, *, among: int = 1) -> bool:
    """Return whether a column is sorted, and would not be by chance among so many columns."""
    if regular(column.values):
        return True
    lucky = sorted_by_chance(column) * among > LIMITS.most_luck
    return not lucky and (rises_or_falls(column.numbers))
