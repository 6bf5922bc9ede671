"""How certain is it that a row is a person's? In bits, with information that columns share counted once.

Candidates come from exact joins on some recognised columns together; each is scored over all of them:

- an agreeing cell counts log2(N / people with that value), a differing one costs six bits;
- the columns' total correlation (Watanabe 1960, for a Gaussian) is subtracted once, for each column at most
  its entropy: height, weight and BMI do not count as three;
- a row is a person's if its bits exceed log2(people) + log2(rows tried) + 10, so that chance matches are
  expected in fewer than one of a thousand files, and if the next best person is clearly behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.recognised import RecognisedColumn
from strongroom.matching.storage.index import collision_bits
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    spare_bits: float = threshold(
        10.0,
        "bits",
        "derived: 2^-10, chance matches in a whole file are expected less than once in a thousand files",
    )
    differing_bits: float = threshold(
        6.0,
        "bits a cell",
        "judgement: a cell of the same person differs about once in 2^6: corrections, typing errors, noise",
    )
    least_lead: float = threshold(
        4.0,
        "bits",
        "judgement: the next best person must be 2^4 times less likely, or two people alike would be "
        "confused",
    )
    join_spare_bits: float = threshold(
        3.0,
        "bits",
        "judgement: columns of a join identify a person with these bits to spare; fewer give many "
        "candidates a row",
    )
    joins: int = threshold(
        3,
        "joins",
        "judgement: with disjoint columns, one altered or missing cell spoils one join of three",
    )
    most_candidates: int = threshold(
        32,
        "people a row and join",
        "cost: more people than that are not scored",
    )
    correlation_sample: int = threshold(
        20_000,
        "people",
        "cost: a correlation over 20,000 people has a standard error of 0.007",
    )
    ridge: float = threshold(
        1e-6,
        "added to the diagonal",
        "judgement: without it, the matrix of columns that determine each other has no Cholesky factor",
    )
    block_rows: int = threshold(50_000, "rows", "cost: rows scored at once, with up to 96 candidates each")


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Scores:
    """For each row the stored row of its person, -1 for none, and the bits of the best candidate."""

    people: NDArray[np.int64]
    bits: Floats


class Scorer:
    """Scores rows over recognised columns; made once, used for the sample, its null and whole files."""

    def __init__(
        self, columns: Sequence[RecognisedColumn], decimals: Sequence[int], cohort: CohortColumns
    ) -> None:
        self._held = [
            cohort.values(column.cohort_column, decimals=places)
            for column, places in zip(columns, decimals, strict=True)
        ]
        self._people = cohort.people
        self._entropy = np.array(
            [collision_bits(held[:: max(1, len(held) // 65_536)]) for held in self._held]
        )
        self._cell_bits = [_cell_bits(held) for held in self._held]
        self._redundancy = _redundancy(self._held, self._entropy)
        self._joins = [_Join(self._held, join) for join in self._plan_joins()]

    def score(self, keys: Sequence[Floats], *, rows_tried: int) -> Scores:
        """Score rows, given as one array of comparable values a recognised column; each of shape (rows,)."""
        bar = np.log2(self._people) + np.log2(max(rows_tried, 2)) + LIMITS.spare_bits
        total = len(keys[0]) if keys else 0
        people, bits = np.full(total, -1, dtype=np.int64), np.full(total, -np.inf)
        for start in range(0, total, LIMITS.block_rows):
            block = slice(start, start + LIMITS.block_rows)
            people[block], bits[block] = self._score_block([each[block] for each in keys], bar)
        return Scores(people, bits)

    def unrelated_rows(self, rows: int, draw: np.random.Generator) -> list[Floats]:
        """Return rows of cohort values, each column's from other people."""
        return [held[draw.integers(0, self._people, rows)] for held in self._held]

    def _score_block(self, keys: Sequence[Floats], bar: float) -> tuple[NDArray[np.int64], Floats]:
        rows, persons = self._candidates(keys)
        bits = self._bits(keys, rows, persons)
        total = len(keys[0])
        people, best = np.full(total, -1, dtype=np.int64), np.full(total, -np.inf)
        if len(rows) == 0:
            return people, best
        order = np.lexsort((-bits, rows))
        first = np.flatnonzero(np.diff(rows[order], prepend=-1))
        top = order[first]
        second = np.full(len(first), -np.inf)
        follows = first + 1
        has_second = np.zeros(len(first), dtype=bool)
        inside = follows < len(order)
        has_second[inside] = rows[order[follows[inside]]] == rows[top[inside]]
        second[has_second] = bits[order[follows[has_second]]]
        best[rows[top]] = bits[top]
        sure = (bits[top] >= bar) & (bits[top] - second >= LIMITS.least_lead)
        people[rows[top[sure]]] = persons[top[sure]]
        return people, best

    def _plan_joins(self) -> list[list[int]]:
        """Choose sets of columns that together identify a person, disjoint as far as possible."""
        wanted = np.log2(self._people) + LIMITS.join_spare_bits
        ranked = [int(each) for each in np.argsort(-self._entropy) if self._entropy[each] > 0]
        joins: list[list[int]] = []
        for shift in range(min(LIMITS.joins, len(ranked))):
            join: list[int] = []
            # Disjoint while columns last: one altered or missing cell then spoils one join only.
            used = {column for other in joins for column in other}
            for column in sorted(ranked, key=lambda each: each in used):
                if sum(self._entropy[each] for each in join) >= wanted:
                    break
                join.append(column)
            if shift == 0 or set(join) - used:
                joins.append(join)
        return joins

    def _candidates(self, keys: Sequence[Floats]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        found = [join.find(keys, self._people) for join in self._joins]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        pairs = np.unique(np.concatenate(found))
        return pairs // self._people, pairs % self._people

    def _bits(self, keys: Sequence[Floats], rows: NDArray[np.int64], persons: NDArray[np.int64]) -> Floats:
        bits = np.full(len(rows), -self._redundancy)
        for mine, held, worth in zip(keys, self._held, self._cell_bits, strict=True):
            ours, theirs = mine[rows], held[persons]
            equal = ours == theirs
            differs = ~equal & ~(np.isnan(ours) & np.isnan(theirs))
            bits += np.where(equal, worth[persons], 0.0) - np.where(differs, LIMITS.differing_bits, 0.0)
        return bits


class _Join:
    """An exact join of rows and people on several columns, by a 64-bit hash of their values."""

    def __init__(self, held: Sequence[Floats], columns: Sequence[int]) -> None:
        self._columns = columns
        complete, hashed = _hash_rows([held[column] for column in columns])
        present = np.flatnonzero(complete)
        order = np.argsort(hashed[present])
        self._people = present[order]
        self._hashed = hashed[self._people]

    def find(self, keys: Sequence[Floats], people: int) -> NDArray[np.int64]:
        """Return (row * people + person) for every pair that agrees on all the join's columns."""
        complete, hashed = _hash_rows([keys[column] for column in self._columns])
        low = np.searchsorted(self._hashed, hashed, "left")
        shared = np.where(complete, np.searchsorted(self._hashed, hashed, "right") - low, 0)
        rows = np.flatnonzero((shared > 0) & (shared <= LIMITS.most_candidates))
        counts = shared[rows]
        places = np.repeat(low[rows] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        found: NDArray[np.int64] = np.repeat(rows, counts) * people + self._people[places]
        return found


def _hash_rows(columns: Sequence[Floats]) -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
    """Return which rows have every value, and a hash of them (splitmix64's finaliser, Steele 2014)."""
    complete = np.ones(len(columns[0]), dtype=bool)
    hashed_rows = np.zeros(len(columns[0]), dtype=np.uint64)
    for keys in columns:
        complete &= ~np.isnan(keys)
        # Adding zero turns -0.0 into 0.0, which equals it but has other bits.
        hashed_rows = (hashed_rows ^ (keys + 0.0).view(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
        hashed_rows ^= hashed_rows >> np.uint64(31)
        hashed_rows = (hashed_rows + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0x94D049BB133111EB)
        hashed_rows ^= hashed_rows >> np.uint64(29)
    return complete, hashed_rows


def _cell_bits(held: Floats) -> Floats:
    """Return, for each person, log2(N / people who share their value); 0 where they have none."""
    _, inverse, counts = np.unique(held, return_inverse=True, return_counts=True, equal_nan=True)
    return np.where(np.isnan(held), 0.0, np.log2(len(held) / counts[inverse]))


def _redundancy(held: Sequence[Floats], entropy: Floats) -> float:
    """Return the bits that columns repeat of each other, for each at most its own entropy.

    With L the Cholesky factor of their correlation matrix, -log2 L_jj is what the columns before j say about
    j; the sum is the total correlation.
    """
    order = [int(column) for column in np.argsort(-entropy) if np.nanstd(held[column]) > 0]
    if len(order) < 2:  # noqa: PLR2004 - one column cannot repeat another
        return 0.0
    step = max(1, len(held[0]) // LIMITS.correlation_sample)
    sample = np.column_stack([held[column][::step] for column in order])
    filled = np.where(np.isnan(sample), np.nanmean(sample, axis=0), sample)
    spread = filled.std(axis=0)
    kept = spread > 0
    matrix = np.atleast_2d(np.corrcoef(filled[:, kept], rowvar=False))
    explained = -np.log2(np.diag(np.linalg.cholesky(matrix + LIMITS.ridge * np.eye(len(matrix)))))
    return float(np.sum(np.clip(explained, 0.0, entropy[order][kept])))
