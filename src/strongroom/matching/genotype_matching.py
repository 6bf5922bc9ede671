"""Recognise the people in a matrix of genotype calls whose variants have no names.

1. Each file column's allele frequency is compared with each variant's, counted from either allele.
2. File columns are aligned with the cohort's variants in order, without gaps or with gaps (monotone
   alignment).
3. If no person is found, the nearest person of each row is guessed, and variants are assigned to columns one
   to one by how well they agree with these people.
4. Rows are scored over the assigned variants. An agreeing call counts log2(1 / its frequency), a differing
   one costs six bits, and linked variants count once. Bits beyond log2(people) are added up as in
   `records.pooled_evidence`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.records.pooled_evidence import pooling_penalty
from strongroom.matching.storage.genotypes import MISSING, CohortGenotypes
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold

Calls = NDArray[np.uint8]
Variant = tuple[int, bool]
"""A variant's number, and whether its other allele is counted."""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    spare_bits: float = threshold(
        24.0,
        "bits",
        "derived: 2^-24, fewer than one in ten million honest matrices",
    )
    differing_bits: float = threshold(
        6.0,
        "bits a call",
        "judgement: a call of the same person differs about once in 2^6, by genotyping error or another "
        "array",
    )
    least_lead: float = threshold(
        4.0,
        "bits",
        "judgement: the next best person must be 2^4 times less likely, or siblings would be confused",
    )
    error_rate: float = threshold(
        0.02,
        "share of calls",
        "judgement: calls assumed wrong when people are first guessed; 0 would exclude a person for "
        "one error",
    )
    most_columns: int = threshold(
        128,
        "file columns",
        "cost: the most variable ones; 128 common variants identify population",
    )
    most_rows: int = threshold(24, "rows tested", "cost: each row is scored against every person")
    most_candidates: int = threshold(
        6,
        "variants a column",
        "cost: a column's calls are scored under each; allele frequencies narrow the choice to about "
        "this many",
    )
    most_offsets: int = threshold(
        2,
        "offsets",
        "cost: contiguous stretches of the cohort's variants that are tried",
    )
    least_variants: int = threshold(
        8,
        "variants",
        "judgement: fewer variants do not identify a person, and tables of flags look like genotypes",
    )
    ridge: float = threshold(
        1e-3,
        "added to the diagonal",
        "judgement: without it, variants in complete linkage have a correlation matrix without a "
        "Cholesky factor",
    )
    linkage_sample: int = threshold(
        4_000,
        "people",
        "cost: a correlation over 4,000 people has a standard error of 0.016",
    )


LIMITS = _Limits()


_FLIPPED = np.array([2, 1, 0, MISSING], np.uint8)


@dataclass(frozen=True)
class GenotypeMatch:
    """Rows of a matrix that are participants': how many, whose (ordinals), and the evidence in bits."""

    tested: int
    matched: int
    people: NDArray[np.int64] = field(repr=False)
    variants: tuple[str, ...]
    bits: float


def match_genotypes(matrix: Calls, cohort: CohortGenotypes) -> GenotypeMatch | None:
    """Compare a matrix of calls, (people, variants), with a cohort's; None if no person is recognised."""
    columns = _most_variable(matrix)
    if len(columns) < LIMITS.least_variants or len(cohort.names) < LIMITS.least_variants:
        return None
    rows = np.unique(np.linspace(0, len(matrix) - 1, LIMITS.most_rows).astype(np.int64))
    fit = _fit(matrix, cohort)
    free = _free(fit[columns])
    calls = _Oriented(cohort)
    for start, cost in _starts(fit, columns):
        state = _State(matrix[np.ix_(rows, columns)], start, free, calls, cost)
        found = state.scored()
        if not found.matched:
            state.narrow(state.nearest())
            found = state.scored()
        if found.matched:
            return found
    return None


def _most_variable(matrix: Calls) -> NDArray[np.int64]:
    """Return the numbers of the columns that vary most."""
    shares = np.stack([np.mean(matrix == call, axis=0) for call in range(MISSING)])
    spread = 1 - np.max(shares, axis=0)
    ranked = np.argsort(-spread, kind="stable")[: LIMITS.most_columns]
    return np.sort(ranked[spread[ranked] > 0] if len(matrix) > 1 else ranked)


def _fit(matrix: Calls, cohort: CohortGenotypes) -> Floats:
    """Return log-likelihoods of allele frequencies, as they are and flipped; (columns, variants, 2)."""
    known = np.maximum(np.count_nonzero(matrix != MISSING, axis=0), 1)
    file_frequency = np.where(matrix == MISSING, 0, matrix).sum(axis=0) / (2 * known)
    counts = cohort.counts[:, :MISSING]
    theirs = (counts[:, 1] + 2 * counts[:, 2]) / np.maximum(2 * counts.sum(axis=1), 1)
    theirs = np.stack([theirs, 1 - theirs], axis=1)
    error = np.maximum(theirs * (1 - theirs), 0.01)[None] / (2 * known[:, None, None])
    fit: Floats = -0.5 * (file_frequency[:, None, None] - theirs[None]) ** 2 / error
    return fit


def _free(fit: Floats) -> list[list[Variant]]:
    flat = fit.reshape(len(fit), -1)
    ranked = np.argsort(-flat, axis=1, kind="stable")[:, : LIMITS.most_candidates]
    return [[(int(each) // 2, bool(each % 2)) for each in row] for row in ranked]


def _starts(fit: Floats, columns: NDArray[np.int64]) -> Iterator[tuple[list[list[Variant]], float]]:
    """Yield initial alignments: each column's variant, and the bits that choosing the alignment costs."""
    total, variants, _ = fit.shape
    if total > variants:
        return
    offsets = variants - total + 1
    sums = np.stack([fit[np.arange(total), start + np.arange(total)].sum(axis=0) for start in range(offsets)])
    for place in np.argsort(-sums, axis=None, kind="stable")[: LIMITS.most_offsets]:
        start, flipped = divmod(int(place), 2)
        yield [[(start + int(each), bool(flipped))] for each in columns], float(np.log2(2 * offsets))
    chosen = _in_order(fit.max(axis=2))
    every = float(len(columns) * np.log2(max(2 * variants / total, 2)))
    yield [[(int(chosen[each]), bool(np.argmax(fit[each, chosen[each]])))] for each in columns], every


def _in_order(fit: Floats) -> NDArray[np.int64]:
    """Return, for each column, its variant in the best alignment that keeps the order of both."""
    total, variants = fit.shape
    best = np.full((total + 1, variants + 1), -np.inf)
    best[0] = 0.0
    for column in range(total):
        best[column + 1, 1:] = np.maximum.accumulate(best[column, :-1] + fit[column])
    chosen, last = np.empty(total, np.int64), variants
    for column in range(total - 1, -1, -1):
        last = int(np.argmax(best[column, :last] + fit[column, :last]))
        chosen[column] = last
    return chosen


class _Oriented:
    """Calls of variants counted from either allele; each is decrypted once."""

    def __init__(self, cohort: CohortGenotypes) -> None:
        self.cohort = cohort
        self._held: dict[Variant, Calls] = {}

    def of(self, each: Variant) -> Calls:
        """Return all people's calls; shape (samples,)."""
        held = self._held.get(each)
        if held is None:
            variant, flipped = each
            held = self.cohort.calls(variant)
            held = _FLIPPED[held] if flipped else held
            self._held[each] = held
        return held


class _State:
    """The variants that each column may still be, and the rows' scores under them."""

    def __init__(
        self,
        matrix: Calls,
        start: list[list[Variant]],
        free: list[list[Variant]],
        calls: _Oriented,
        cost: float,
    ) -> None:
        self._matrix, self._calls, self._cohort = matrix, calls, calls.cohort
        self._now, self._cost = start, cost
        self._all = [
            [*first, *(each for each in rest if each not in first)]
            for first, rest in zip(start, free, strict=True)
        ]

    def nearest(self) -> NDArray[np.int64]:
        """Return, for each row, the most similar sample, averaged over the variants each column may be."""
        score = np.zeros((len(self._matrix), len(self._cohort.ordinals)), np.float32)
        for column, possible in enumerate(self._now):
            worth = self._call_bits(possible)
            for row, call in enumerate(self._matrix[:, column]):
                if call != MISSING:
                    score[row] += worth[call]
        best: NDArray[np.int64] = np.argmax(score, axis=1)
        return best

    def narrow(self, people: NDArray[np.int64]) -> None:
        """Assign to each column the variant that agrees best with these people, one to one."""
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - it takes long to load

        pairs = sorted({each for possible in self._all for each in possible})
        variants = sorted({variant for variant, _ in pairs})
        table = np.full((len(self._all), len(variants)), -1e9)
        chosen: dict[tuple[int, int], Variant] = {}
        for column, possible in enumerate(self._all):
            calls = self._matrix[:, column]
            for each in possible:
                worth = self._call_bits([each])
                bits = float(np.sum(np.where(calls != MISSING, worth[np.minimum(calls, 2), people], 0.0)))
                place = variants.index(each[0])
                if bits > table[column, place]:
                    table[column, place], chosen[column, place] = bits, each
        rows, places = linear_sum_assignment(table, maximize=True)
        assigned = {
            int(row): chosen.get((int(row), int(place))) for row, place in zip(rows, places, strict=True)
        }
        self._cost = max(self._cost, sum(float(np.log2(len(possible))) for possible in self._all))
        self._now = [
            possible if assigned.get(column) is None else [assigned[column]]  # type: ignore[list-item]
            for column, possible in enumerate(self._all)
        ]

    def scored(self) -> GenotypeMatch:
        """Score the rows over the columns for which a single variant remains."""
        used = [(column, possible[0]) for column, possible in enumerate(self._now) if len(possible) == 1]
        rows, samples = len(self._matrix), len(self._cohort.ordinals)
        score = np.zeros((rows, samples), np.float32)
        for column, each in used:
            theirs = self._calls.of(each)
            rate = self._rates(each)
            for row, call in enumerate(self._matrix[:, column]):
                if call != MISSING:
                    agrees = theirs == call
                    score[row] += np.where(agrees, -np.log2(rate[call]), -LIMITS.differing_bits) * (
                        theirs != MISSING
                    )
        beyond = np.log2(samples) + self._cost / rows + self._repeated_bits([each for _, each in used])
        best = np.argmax(score, axis=1)
        top = score[np.arange(rows), best].astype(np.float64)
        score[np.arange(rows), best] = -np.inf
        sure = (top > beyond) & (top - score.max(axis=1) >= LIMITS.least_lead)
        total = float(np.sum(top[sure] - beyond))
        bits = total - pooling_penalty(total, rows) - LIMITS.spare_bits
        if bits < 0:
            sure[:] = False
        names = tuple(self._cohort.names[variant] for _, (variant, _) in used)
        people = np.unique(self._cohort.ordinals[best[sure]].astype(np.int64))
        return GenotypeMatch(rows, int(np.count_nonzero(sure)), people, names, max(bits, 0.0))

    def _rates(self, each: Variant) -> Floats:
        counts = self._cohort.counts[each[0], :MISSING].astype(np.float64) + 0.5
        rates = counts / counts.sum()
        oriented: Floats = rates[::-1] if each[1] else rates
        return oriented

    def _call_bits(self, possible: list[Variant]) -> NDArray[np.float32]:
        """Return log2 of each call's likelihood for each person against the population's; (3, samples)."""
        chance = np.zeros((len(self._cohort.ordinals), MISSING), np.float32)
        population = np.zeros(MISSING)
        for each in possible:
            rate = self._rates(each)
            table = LIMITS.error_rate * rate + (1 - LIMITS.error_rate) * np.eye(MISSING + 1, MISSING)
            table[MISSING] = rate
            chance += table.astype(np.float32)[self._calls.of(each)]
            population += rate
        worth: NDArray[np.float32] = np.log2(chance / population.astype(np.float32)).T
        return worth

    def _repeated_bits(self, used: list[Variant]) -> float:
        """Return the bits that variants in linkage disequilibrium repeat of each other."""
        if len(used) < 2:  # noqa: PLR2004 - a pair
            return 0.0
        step = max(1, len(self._cohort.ordinals) // LIMITS.linkage_sample)
        sample = np.column_stack([self._calls.of(each)[::step] for each in used]).astype(np.float64)
        varies = sample.std(axis=0) > 0
        sample = sample[:, varies]
        matrix: Floats = np.atleast_2d(np.asarray(np.corrcoef(sample, rowvar=False), np.float64))
        explained = -np.log2(np.diag(np.linalg.cholesky(matrix + LIMITS.ridge * np.eye(len(matrix)))))
        rates = [self._rates(each) for each in used]
        entropy = np.array([-np.sum(rate * np.log2(rate)) for rate in rates])[varies]
        return float(np.sum(np.minimum(explained, entropy)))
