"""Counts that percentages and rates of known totals imply, in tables and in text.

A percentage to two decimals of 24 people can stand for one count only. Which column holds percentages of
which total therefore shows in the numbers: every product must be a whole number, which by chance few are.
A rate per 1,000 is the same on another scale.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.table_types import Column, TypedTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_bits: float = threshold(
        20.0,
        "bits",
        "judgement: one table in a million has so many whole products by chance",
    )
    most_chance: float = threshold(
        0.25, "probability", "judgement: a percentage that stands for some count so often is no evidence"
    )
    least_whole: float = threshold(
        0.95,
        "share of rows",
        "judgement: a total or an error may differ; other columns differ in most rows",
    )
    most_decimals: int = threshold(
        6, "decimals", "judgement: percentages are not published with more, and more decimals decide nothing"
    )
    rounding: float = threshold(
        1e-9,
        "absolute difference",
        "cost: decimal fractions are stored as binary ones; far below the last of `most_decimals`",
    )
    largest_base: int = threshold(
        100_000, "people", "standard: vital statistics are given per 1,000, 10,000 or 100,000 people"
    )
    least_classes: int = threshold(
        3, "classes", "judgement: two shares that add up to one are a single number, which fits many totals"
    )
    most_classes: int = threshold(200, "classes", "cost: each is tried with `most_people` totals")
    most_distributions: int = threshold(500, "rows or columns", "cost: each is tried with all totals")
    most_people: int = threshold(
        3_000, "people", "cost: to two decimals, shares of more people fit every total anyway"
    )
    largest_sum: float = threshold(2.0, "sum of shares", "derived: between the sums 1 and 100")
    most_fits_by_chance: float = threshold(
        1e-3,
        "totals that fit by chance",
        "judgement: a table has some ten distributions; one table in a hundred would be read wrongly",
    )
    most_pairs: int = threshold(400, "pairs of columns", "cost: wider tables are matrices")
    text_read: int = threshold(4_000_000, "characters of a text", "cost: bounds the search of one text")
    longest_line: int = threshold(
        2_000, "characters of a line", "judgement: a longer paragraph gives percentages of several totals"
    )
    near: int = threshold(
        200, "characters", "judgement: about the length of a sentence, which names what a number counts"
    )


LIMITS = _Limits()

_PERCENT = 100  # fixed: per cent of a whole
_SHARE_NAME = re.compile(
    r"%|percent|pct|perc\b|share|proportion|prop\b|prevalence|in brackets", re.IGNORECASE
)
_WHOLE_NAME = re.compile(r"^n$|total|denominator|population|^all$", re.IGNORECASE)
_STATED = re.compile(r"\b[nN]\s*=\s*(\d{1,3}(?:,\d{3})+|\d+)")
_DECIMALS = re.compile(r"\.(\d+)\s*%?\s*\)?$")

_SHARE_OF = re.compile(
    r"(?<![\w.])(?P<share>\d+(?:\.\d+)?)\s?(?:%|per ?cent)\s+(?:of|in|among)\s+(?:the\s+|all\s+|n\s?=\s?)*"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?![\w%]|[.,]\d|\s?%)"
)
_COUNT_AND_SHARE = re.compile(
    r"(?<![\w.,/-])(?P<count>\d{1,3})(?:\s?/\s?(?P<whole>\d+)|\s+(?:out\s+)?of\s+(?:the\s+)?(?P<of>\d+))?\s*"
    r"\(\s?(?P<share>\d+(?:\.\d+)?)\s?%\s?\)"
)
_SHARE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?%(?!\s*(?:CI|conf|cred|bootstrap))", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\b(?:patients?|participants?|people|persons?|wom[ae]n|m[ae]n|children|individuals?|subjects|deaths|died|"
    r"cases|controls|volunteers|respondents|admissions)\b",
    re.IGNORECASE,
)

Counts = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Implied:
    """The smallest and largest count each percentage can stand for, and its total; shape (percentages,)."""

    fewest: Counts
    most: Counts
    wholes: Counts
    bits: float

    def few(self, smallest: int) -> int:
        """Return how many percentages imply a count, or the rest of a total, from 1 to `smallest` - 1."""
        possible = self.fewest <= self.most
        few = (self.fewest >= 1) & (self.most < smallest)
        rest = (self.wholes - self.most >= 1) & (self.wholes - self.fewest < smallest)
        return int(np.count_nonzero(possible & (few | rest)))


def implied(shares: Counts, wholes: Counts, decimals: NDArray[np.int64]) -> Implied | None:
    """Return the counts that shares (of one) of totals stand for, all of shape (n,); None if they do not.

    `decimals` is to how many places each share is given. The bits are of evidence that they are shares.
    """
    half = 0.5 * 10.0**-decimals
    with np.errstate(invalid="ignore"):
        fewest = np.ceil((shares - half) * wholes - LIMITS.rounding)
        most = np.floor((shares + half) * wholes + LIMITS.rounding)
        known = np.isfinite(shares) & np.isfinite(wholes) & (wholes >= 1)
        telling = known & (shares > half) & (shares < 1 - half)
        # What is more than nothing and less than all is somebody, and not everybody.
        fewest = np.where(telling, np.maximum(fewest, 1), fewest)
        most = np.where(telling, np.minimum(most, wholes - 1), most)
    if not known.any() or np.mean(fewest[known] <= most[known]) < LIMITS.least_whole:
        return None
    chance = 2 * half * wholes
    telling &= chance <= LIMITS.most_chance
    if telling.any() and np.mean((fewest <= most)[telling]) < LIMITS.least_whole:
        return None
    _, first = np.unique(np.column_stack([shares, wholes])[telling], axis=0, return_index=True)
    bits = float(-np.log2(np.maximum(chance[telling][first], LIMITS.rounding)).sum())
    return Implied(np.maximum(fewest[known], 0), np.minimum(most, wholes)[known], wholes[known], bits)


def implied_in_table(typed: TypedTable, smallest: int) -> int:
    """Return how many percentages of a table imply fewer than `smallest` people."""
    of_columns = max((each.few(smallest) for each in _of_columns(typed)), default=0)
    return max(of_columns, _of_distributions(typed, smallest))


def _of_columns(typed: TypedTable) -> Iterator[Implied]:
    """Yield the counts behind each column of percentages, of the total that fits best."""
    wholes = [column for column in typed.numbers if column.whole and column.values.min() >= 0]
    shares = [column for column in typed.numbers if _may_be_shares(column)]
    if len(wholes) * len(shares) > LIMITS.most_pairs:
        return
    for column in shares:
        best: Implied | None = None
        places = _places(column)
        for base in _bases(column):
            of_one, decimals = column.numbers / base, places + round(math.log10(base))
            named = base <= _PERCENT and (column.percent or bool(_SHARE_NAME.search(column.name)))
            for whole, surely in _totals(column, wholes):
                found = implied(of_one, whole, decimals)
                if found is None or (found.bits < LIMITS.least_bits and not (named and surely)):
                    continue
                if best is None or found.bits > best.bits:
                    best = found
        if best is not None:
            yield best


def _of_distributions(typed: TypedTable, smallest: int) -> int:
    """Return how many shares of whole distributions, by row or by column, imply too few people."""
    shares = [column for column in typed.numbers if not column.whole and _may_be_shares(column)]
    columns = [(column.numbers, int(_places(column).max())) for column in shares]
    rows: list[tuple[Counts, int]] = []
    if len(columns) >= LIMITS.least_classes and typed.rows <= LIMITS.most_distributions:
        decimals = max(places for _, places in columns)
        rows = [(each, decimals) for each in np.column_stack([numbers for numbers, _ in columns])]
    few = 0
    for numbers, decimals in [*columns[: LIMITS.most_distributions], *rows]:
        counts = counts_of_distribution(numbers[np.isfinite(numbers)], decimals)
        few += int(np.count_nonzero((counts >= 1) & (counts < smallest)))
    return few


def counts_of_distribution(shares: Counts, decimals: int) -> Counts:
    """Return the counts behind shares of shape (classes,) that add up to one or to 100; none if unknown.

    The smallest total of which every share is a whole count is the total, unless so many totals could be by
    chance. Shares of thousands of people, or to few decimals, fit any total and reveal none.
    """
    nothing = np.zeros(0)
    total = float(shares.sum())
    base = 1 if total <= LIMITS.largest_sum else _PERCENT
    half = 0.5 * 10.0**-decimals / base
    known = (shares > 0).sum() >= LIMITS.least_classes and len(shares) <= LIMITS.most_classes
    if not known or abs(total / base - 1) > len(shares) * half + LIMITS.rounding:
        return nothing
    totals = np.arange(1, LIMITS.most_people + 1)
    products = np.outer(totals, shares / base)
    misses = np.abs(products - products.round())
    fitting = np.all(misses <= totals[:, None] * half + LIMITS.rounding, axis=1)
    if not fitting.any():
        return nothing
    first = int(np.argmax(fitting))
    # One share follows from the others; a share of 0 is whole whatever the total.
    free = len(np.unique(shares[shares > 0])) - 1
    chances = np.minimum(2 * half * totals[: first + 1], 1.0) ** max(free, 0)
    if float(chances.sum()) > LIMITS.most_fits_by_chance:
        return nothing
    counts: Counts = products[first].round()
    return counts


def _totals(column: Column, wholes: Sequence[Column]) -> Iterator[tuple[Counts, bool]]:
    """Yield what a column may be percentages of, and whether its name says that it is a total."""
    stated = _STATED.search(column.name)
    if stated is not None:
        yield np.full(len(column.numbers), float(stated[1].replace(",", ""))), True
    named = [each for each in wholes if _WHOLE_NAME.search(each.name)]
    for each in wholes:
        if each is not column:
            yield each.numbers, named == [each]


def _may_be_shares(column: Column) -> bool:
    if column.values.min() < 0 or column.values.max() > LIMITS.largest_base:
        return False
    return (
        not column.whole or column.percent or bool(_SHARE_NAME.search(column.name) and _written(column).any())
    )


def _bases(column: Column) -> Iterator[int]:
    """Yield how many people a column may be given per: one, a hundred, or a round number of the field's."""
    base = 1 if column.values.max() <= 1 and not (column.percent or column.whole) else _PERCENT
    while base <= (_PERCENT if column.percent else LIMITS.largest_base):
        if column.values.max() <= base:
            yield base
        base = max(10 * base, _PERCENT)


def _places(column: Column) -> NDArray[np.int64]:
    """Return to how many decimals each cell of a column is given."""
    return np.full(len(column.numbers), max(_decimals(column), int(_written(column).max(initial=0))))


def _written(column: Column) -> NDArray[np.int64]:
    """Return how many decimals the cells are written with, as far as they are texts."""
    found = (_DECIMALS.search(cell) for cell in column.texts)
    return np.array([0 if each is None else len(each[1]) for each in found], np.int64)


def _decimals(column: Column) -> int:
    """Return to how many decimals a column's numbers are given, at most `most_decimals`."""
    places = range(LIMITS.most_decimals)
    return next(
        (
            each
            for each in places
            if np.allclose(column.values, column.values.round(each), rtol=0, atol=LIMITS.rounding)
        ),
        LIMITS.most_decimals,
    )


def counts_in_text(text: str, smallest: int) -> tuple[int, int]:
    """Return how many counts of fewer than `smallest` people a text shows, and how many it implies.

    A share is one of people where the numbers prove it or the words near it do.
    """
    text = text[: LIMITS.text_read]
    if "%" not in text and "per" not in text:
        return 0, 0
    shown = 0
    for match in _COUNT_AND_SHARE.finditer(text):
        count = int(match["count"])
        shown += 1 <= count < smallest and _of_people(text, match)
    proved = _implied_by([*_pairs(text)], smallest, proof=True)
    named = _implied_by([each for each in _pairs(text) if _of_people(text, each[2])], smallest, proof=False)
    return shown, max(proved, named)


_Pair = tuple[str, str, re.Match[str]]


def _pairs(text: str) -> Iterator[_Pair]:
    """Yield percentages with their totals: "1.59% of 63", or percentages in a line with one "n = 63"."""
    for match in _SHARE_OF.finditer(text):
        yield match["share"], match["whole"], match
    end = -1
    for match in _STATED.finditer(text):
        if match.start() < end:
            continue  # the line was read
        start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
        end = end if end >= 0 else len(text)
        if len(set(_STATED.findall(text, start, end))) == 1 and end - start <= LIMITS.longest_line:
            yield from ((share[1], match[1], share) for share in _SHARE.finditer(text, start, end))


def _implied_by(pairs: Sequence[_Pair], smallest: int, *, proof: bool) -> int:
    if not pairs:
        return 0
    shares = np.array([float(share) / _PERCENT for share, _, _ in pairs])
    wholes = np.array([float(whole.replace(",", "")) for _, whole, _ in pairs])
    decimals = np.array([len(share.partition(".")[2]) + 2 for share, _, _ in pairs], np.int64)
    found = implied(shares, wholes, decimals)
    if found is None or (proof and found.bits < LIMITS.least_bits):
        return 0
    return found.few(smallest)


def _of_people(text: str, match: re.Match[str]) -> bool:
    """Tell whether the words around a number, in its line, name people."""
    start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - LIMITS.near)
    end = text.find("\n", match.end())
    return bool(_PEOPLE.search(text, start, min(end if end >= 0 else len(text), match.end() + LIMITS.near)))
