"""Finding matrices of genotypes in a table, however the calls are written."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.matching.values.cells import NUMBER, Cells
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold

Calls = NDArray[np.uint8]
MISSING = 3  # fixed: the code after 0, 1 and 2 copies, as in PLINK


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_side: int = threshold(
        10,
        "rows and columns",
        "judgement: ten calls hold about ten bits; smaller matrices are answers or counts",
    )
    rows_read: int = threshold(20_000, "rows of a table", "cost: bounds the matrix to 40 million calls")
    columns_read: int = threshold(2_000, "columns of a table", "cost: bounds the matrix to 40 million calls")
    # A dosage is a mean of calls: most lie close to one.
    near_call: float = threshold(
        0.1, "alleles", "judgement: imputed dosages lie within 0.1 of a call for well-imputed variants"
    )
    mostly_near: float = threshold(
        0.6,
        "share of cells",
        "judgement: dosages of poorly imputed variants are further away; uniform numbers have a share of 0.2",
    )
    least_tested: int = threshold(
        3, "variants", "judgement: fewer variants do not show whether calls are in balance"
    )
    least_expected: float = threshold(
        5.0, "heterozygotes", "standard: Cochran 1954, an expected count of 5 for a test of proportions"
    )
    least_known: float = threshold(
        0.5,
        "share of cells",
        "judgement: a column of calls is mostly filled; quality control removes variants with more missing",
    )
    least_with_three: float = threshold(
        0.3,
        "share of columns or rows",
        "judgement: common variants show all three calls; indicators show two values",
    )
    least_people: int = threshold(
        30, "people", "judgement: fewer people scatter too widely about Hardy-Weinberg proportions"
    )
    most_imbalance: float = threshold(
        0.35,
        "relative deviation of heterozygotes",
        "judgement: genotyped variants stay near Hardy-Weinberg proportions; ordinal answers do not",
    )
    mostly: float = threshold(
        0.9, "share of words", "judgement: a column of calls may have a few words for missing"
    )
    least_packed: int = threshold(
        1 << 16,
        "whole number",
        "judgement: smaller numbers hold at most eight calls, and are counts, codes or identifiers",
    )
    most_missing_packed: float = threshold(
        0.06,
        "share of two-bit fields",
        "judgement: numbers that are not calls have 0.25; a tenth of `mostly_near` allows for missing calls",
    )


LIMITS = _Limits()
FEWEST = LIMITS.least_side


# Numbers that stand for a missing call: PLINK's -9 (and 9), and -1 of most Python libraries.
_MISSING_CODES = (-9.0, -1.0, 9.0)
_ALLELES = re.compile(r"^([ACGTID01.])[/| ]?([ACGTID01.])$")
_SHORT = r"^(?:.[/| ]?.|[0129]{10,}|)$"
_DIGITS = re.compile(r"^[0129]{10,}$")
_PACKED_BITS = 2  # fixed: bits of a call in PLINK's .bed
_TEN_DIGITS = 10**9  # fixed: the smallest number of ten digits


def genotype_matrix(table: pa.Table | ComparableTable) -> Calls | None:
    """Return the part of a table that looks like calls, (rows, columns), 3 for none; None if too little.

    Calls are copies of an allele (0, 1, 2; missing -9, -1 or 9), dosages, pairs of alleles (A/G, AG, 0|1),
    texts of digits, or whole numbers that hold two bits a call.
    """
    some = ComparableTable.of(table).part(0, LIMITS.rows_read)
    columns = min(some.table.num_columns, LIMITS.columns_read) if some.table.num_rows else 0
    found = [calls for place in range(columns) for calls in _calls(some, place)]
    if not found:
        return None
    matrix = np.column_stack(found)
    # A number of people that stands in every row, unpacked, is no variant: variants vary.
    matrix = matrix[:, np.any(matrix != matrix[:1], axis=0)]
    return matrix if _is_genotypes(matrix) else None


def _is_genotypes(matrix: Calls) -> bool:
    """Tell calls from answers and indicators: many of the columns, or rows, have all three."""
    if min(matrix.shape) < FEWEST:
        return False
    shares = [np.mean([_has_three(line) for line in lines]) for lines in (matrix.T, matrix)]
    if max(shares) < LIMITS.least_with_three:
        return False
    balanced = [share for lines in (matrix.T, matrix) for share in [_in_balance(lines)] if share is not None]
    return not balanced or max(balanced) >= LIMITS.mostly_near


def _in_balance(lines: Calls) -> float | None:
    """Return the share of variants whose calls are distributed as two draws of an allele each would be.

    Hardy-Weinberg proportions (1908), within a wide margin; None where lines are too short to tell.
    """
    known = np.count_nonzero(lines != MISSING, axis=1)
    once, twice = (np.count_nonzero(lines == call, axis=1) for call in (1, 2))
    rate = (once + 2 * twice) / np.maximum(2 * known, 1)
    expected = 2 * rate * (1 - rate) * known
    # Of a flag that is rarely set nothing is seen: it has no second allele twice.
    zero = known - once - twice
    tested = (
        (known >= LIMITS.least_people)
        & (expected >= LIMITS.least_expected)
        & (zero > 0)
        & (once > 0)
        & (twice > 0)
    )
    if np.count_nonzero(tested) < LIMITS.least_tested:
        return None
    return float(np.mean(np.abs(once[tested] / expected[tested] - 1) <= LIMITS.most_imbalance))


def _has_three(line: Calls) -> bool:
    return bool(np.all(np.bincount(line, minlength=MISSING)[:MISSING] > 0))


def _calls(table: ComparableTable, place: int) -> list[Calls]:
    """Return the columns of calls that a column is: none, one, or several where a cell holds many."""
    column = table.column(place)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        if _could_be_calls(column):
            words = [None if word is None else word.strip() for word in column.to_pylist()]
            found = _of_digits(words) or _of_alleles(words)
            if found:
                return found
    elif pa.types.is_integer(column.type) and (pc.max(column).as_py() or 0) >= _TEN_DIGITS:
        # A text of digits is read as a number where it is short enough, without its leading zeros.
        digits = [None if number is None else str(number) for number in column.to_pylist()]
        width = max((len(word) for word in digits if word), default=0)
        found = _of_digits([word and word.zfill(width) for word in digits])
        if found:
            return found
    cells = table.cells(place)
    known = cells.kind == NUMBER
    if np.count_nonzero(known) < LIMITS.least_known * len(known):
        return []
    return _of_numbers(cells, known) or _of_packed(cells, known)


def _could_be_calls(column: pa.Array) -> bool:
    """Tell whether most cells of a text column are short, as pairs of alleles are, or nothing but digits."""
    fit = pc.sum(pc.match_substring_regex(pc.utf8_trim_whitespace(column), _SHORT)).as_py() or 0
    return bool(fit >= LIMITS.mostly * (len(column) - column.null_count))


def _of_numbers(cells: Cells, known: NDArray[np.bool_]) -> list[Calls]:
    known = known & ~np.isin(cells.value, _MISSING_CODES)
    values = cells.value[known]
    nearest = np.round(values)
    if len(values) == 0 or values.min() < 0 or values.max() > 2:  # noqa: PLR2004 - two copies of a chromosome
        return []
    if np.mean(np.abs(values - nearest) <= LIMITS.near_call) < LIMITS.mostly_near:
        return []
    calls = np.full(len(known), MISSING, np.uint8)
    calls[known] = nearest.astype(np.uint8)
    return [calls]


def _of_alleles(words: list[str | None]) -> list[Calls]:
    pairs = [None if word is None else _ALLELES.match(word) for word in words]
    read = sum(pair is not None for pair in pairs)
    if read == 0 or read < LIMITS.mostly * sum(word is not None for word in words):
        return []
    alleles = sorted({allele for pair in pairs if pair for allele in pair.groups()} - {"."})
    if not 1 <= len(alleles) <= 2:  # noqa: PLR2004 - a variant of two alleles
        return []
    calls = np.full(len(words), MISSING, np.uint8)
    for place, pair in enumerate(pairs):
        if pair and "." not in pair.groups():
            calls[place] = pair.groups().count(alleles[-1])
    return [calls]


def _of_digits(words: list[str | None]) -> list[Calls]:
    texts = [word for word in words if word]
    if not texts or any(not _DIGITS.match(word) or len(word) != len(texts[0]) for word in texts):
        return []
    digits = np.full((len(words), len(texts[0])), MISSING, np.uint8)
    for place, word in enumerate(words):
        if word:
            digits[place] = np.frombuffer(word.encode(), np.uint8) - ord("0")
    digits[digits > 2] = MISSING  # noqa: PLR2004 - two copies
    return list(digits.T)


def _of_packed(cells: Cells, known: NDArray[np.bool_]) -> list[Calls]:
    """Unpack two bits a call; chance would make every fourth of them a 3, which no call is."""
    values = cells.value[known]
    if np.any(values < 0) or np.any(values != np.round(values)) or values.max() < LIMITS.least_packed:
        return []
    numbers = np.where(known, cells.value, 0.0).astype(np.uint64)
    fields = int(values.max()).bit_length() // _PACKED_BITS
    shifts = _PACKED_BITS * np.arange(fields, dtype=np.uint64)
    calls = (numbers[:, None] >> shifts & np.uint64((1 << _PACKED_BITS) - 1)).astype(np.uint8)
    if np.mean(calls == MISSING) > LIMITS.most_missing_packed:
        return []
    return list(calls.T)
