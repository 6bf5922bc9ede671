"""Where a file's columns lie on the cohort's: every row and person vote for the offsets between them.

Under the right offsets each row equals its person in all columns at once, so all rows vote for one
combination of offsets. Other combinations get a vote now and then. No offset has to be guessed, however fine
the columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.chance import log10_tail
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.whole_steps import ABSENT, CohortSteps, FileSteps, Shape, Steps
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_candidates: int = threshold(
        24, "cohort columns a file column", "cost: each is combined with those of the other columns"
    )
    most_columns: int = threshold(8, "file columns", "cost: combinations grow with their number")
    most_listed: int = threshold(
        2_000, "combinations of each size", "cost: listed and sorted before the first is tried"
    )
    most_combined: int = threshold(
        4, "columns", "cost: more coarse columns than these are needed only where rows are worth little"
    )
    spare_bits: float = threshold(
        2.0, "bits", "judgement: with less beyond log2(people), chance casts as many votes as the rows"
    )
    spare_bits_few: float = threshold(
        0.25, "bits a row below 20", "judgement: five rows agree by chance where twenty do not"
    )
    rows: int = threshold(20, "rows", "cost: rows that vote; from here on more do not sharpen the peak")
    least_rows: int = threshold(12, "rows", "judgement: fewer rows do not stand out among 500,000 people")
    voters: int = threshold(6_000_000, "rows x people", "cost: votes of one combination of columns, 20 ms")
    votes: int = threshold(
        12_000_000, "votes", "cost: votes in all, 0.1 s, unless one combination needs more"
    )
    least_tried: int = threshold(24, "combinations", "judgement: the right columns are mostly among these")
    agreed: float = threshold(
        0.3, "share of voting rows", "judgement: a third of a file's rows being participants' is still found"
    )
    least_agreed: int = threshold(4, "rows", "judgement: fewer rows agree by chance somewhere")
    lead: float = threshold(
        1.5, "times the second", "judgement: by chance the first and second hardly differ"
    )
    plain: float = threshold(3.0, "bits", "judgement: often only the scale is changed, or only the offset")
    price_rounded: float = threshold(3.0, "bits a decimal", "judgement: decimals are seldom left out")
    price_falling: float = threshold(2.0, "bits", "judgement: values are seldom turned around")
    most_misfit: float = threshold(
        12.0, "bits", "judgement: an extract may be of the old or the ill; shape alone excludes nothing"
    )
    selected_spread: float = threshold(
        0.3, "log of a ratio", "judgement: how far an extract's spread is from the cohort's, beyond chance"
    )
    selected_middle: float = threshold(
        0.8, "standard deviations", "judgement: women are 0.7 SD shorter than all; the old differ as much"
    )
    farthest: float = threshold(3.0, "standard errors", "judgement: a spread farther off is another column's")
    effective_rows: int = threshold(
        150, "rows", "judgement: as in hypotheses; an extract is never a random sample"
    )


LIMITS = _Limits()
MOST_CANDIDATES = LIMITS.most_candidates
_CELLS = 12, 18  # cost: powers of two of the table of votes, at most 1 MB
_ROUNDING = 1e-9  # fixed: relative error of a few operations on doubles
_SHAPE = slice(4, 125, 4)  # cost: quantiles at which shapes are compared


@dataclass(frozen=True, repr=False)
class Placed:
    """A file column as a cohort column: `sign * steps + offset` are the cohort's steps."""

    file: FileSteps
    cohort: CohortSteps
    sign: int
    offset: int

    @property
    def mine(self) -> Steps:
        """The file's values in the cohort's steps, ABSENT for none, shape (rows,)."""
        shifted = self.sign * self.file.steps.astype(np.int64) + self.offset
        return np.where(self.file.present, np.clip(shifted, ABSENT + 1, -ABSENT - 1), ABSENT).astype(np.int32)


@dataclass(frozen=True)
class Candidate:
    """A cohort column a file column could be, with log2 of its probability and the offsets considered."""

    cohort: CohortSteps
    sign: int
    odds: float
    bounds: tuple[int, int]


Combination = tuple[tuple[FileSteps, Candidate], ...]


@dataclass(frozen=True, repr=False)
class Shapes:
    """The cohort's columns, their standardised quantiles (columns, 129), middles and spreads (columns,)."""

    columns: Sequence[CohortSteps]
    standard: Floats
    middles: Floats
    spreads: Floats

    @classmethod
    def of(cls, columns: Sequence[CohortSteps]) -> "Shapes":
        """Summarise columns in steps."""
        shapes = [each.shape for each in columns]
        return cls(
            columns,
            np.array([each.standard for each in shapes]).reshape(len(columns), -1),
            np.array([each.middle for each in shapes]),
            np.array([each.spread for each in shapes]),
        )


def candidates(file: FileSteps, known: Shapes) -> list[Candidate]:
    """Return the cohort columns whose spread in steps and whose shape fit, likeliest first."""
    quantiles = np.quantile(file.steps[file.present], np.linspace(0, 1, known.standard.shape[1]))
    rows = int(np.count_nonzero(file.present))
    effective = min(rows, LIMITS.effective_rows)
    own = Shape.of(quantiles)
    apart = np.abs(np.log(own.spread / known.spreads)) / (1 / np.sqrt(effective) + LIMITS.selected_spread)
    reach = LIMITS.selected_middle + 3 / np.sqrt(rows)
    found = []
    for sign in (1, -1):
        gap = np.mean(np.abs(known.standard - (sign * own.standard)[::sign])[:, _SHAPE], axis=1)
        misfit = np.minimum(2 * apart**2 + 2 * effective * gap**2, LIMITS.most_misfit)
        price = LIMITS.price_falling if sign < 0 else 0.0
        for place in np.flatnonzero(apart < LIMITS.farthest).tolist():
            cohort = known.columns[place]
            middle, around = known.middles[place] - sign * own.middle, reach * known.spreads[place] + 1
            bounds = int(np.floor(middle - around)), int(np.ceil(middle + around))
            odds = -float(misfit[place]) - price - LIMITS.price_rounded * cohort.rounded
            if abs(_unshifted(file, cohort, sign) - middle) <= around:
                odds += LIMITS.plain
            if abs(file.grid.step / cohort.grid.step - 1) < _ROUNDING:
                odds += LIMITS.plain
            found.append(Candidate(cohort, sign, odds, bounds))
    found.sort(key=lambda each: -each.odds)
    # As log2 of probabilities: columns with one clear candidate are combined first.
    total = float(np.logaddexp2.reduce([each.odds for each in found])) if found else 0.0
    return [replace(each, odds=each.odds - total) for each in found[: LIMITS.most_candidates]]


def _unshifted(file: FileSteps, cohort: CohortSteps, sign: int) -> float:
    """Return the offset in steps at which a file's zero is the cohort's."""
    return sign * file.grid.start / file.grid.step - cohort.grid.start / cohort.grid.step


def starting_combinations(
    columns: Mapping[FileSteps, Sequence[Candidate]], *, rows: int, people: int
) -> Iterator[Combination]:
    """Yield combinations of columns that tell people apart and need all of them, likeliest first."""
    finest = sorted(columns, key=lambda each: -max(c.cohort.bits for c in columns[each]))[
        : LIMITS.most_columns
    ]
    few = max(LIMITS.rows - rows, 0)
    needed = float(np.log2(people)) + LIMITS.spare_bits + LIMITS.spare_bits_few * few
    found: list[tuple[float, Combination]] = []
    for several in range(1, min(LIMITS.most_combined, len(finest)) + 1):
        chosen_files = list(combinations(finest, several))
        each_has = int((LIMITS.most_listed / len(chosen_files)) ** (1 / several))
        for files in chosen_files:
            for chosen in product(*(columns[each][: max(each_has, 2)] for each in files)):
                bits = [each.cohort.bits for each in chosen]
                if sum(bits) >= needed > sum(bits) - min(bits) and _differ(chosen):
                    odds = sum(each.odds for each in chosen)
                    found.append((odds, tuple(zip(files, chosen, strict=True))))
    found.sort(key=lambda each: -each[0])
    yield from (each for _, each in found)


def _differ(chosen: Sequence[Candidate]) -> bool:
    return len({each.cohort.profile.name for each in chosen}) == len(chosen)


@dataclass(frozen=True)
class Peak:
    """The offsets with most rows' votes, and the chance of so many if the second most are chance."""

    placed: tuple[Placed, ...]
    log10: float


def peaks(combined: Iterator[Combination], rows: NDArray[np.int64], cohort: CohortColumns) -> Iterator[Peak]:
    """Yield the offsets on which the `rows` agree, for each combination of columns in which they do."""
    spent = 0
    for tried, combination in enumerate(combined):
        if spent > LIMITS.votes and tried >= LIMITS.least_tried:
            return
        voting = rows[np.all([file.present[rows] for file, _ in combination], axis=0)]
        voting = voting[: max(LIMITS.least_rows, min(LIMITS.rows, LIMITS.voters // cohort.people))]
        spent += len(voting) * cohort.people
        peak = _peak(combination, voting, cohort)
        if peak is not None:
            yield peak


def _peak(combination: Combination, voting: NDArray[np.int64], cohort: CohortColumns) -> Peak | None:
    from strongroom.matching.disguised.kernels import count_votes, offsets_in  # noqa: PLC0415 - a compiler, which few tables need

    rows = len(voting)
    least = max(LIMITS.least_agreed, LIMITS.agreed * rows)
    if rows < least:
        return None
    mine = np.stack([each.sign * file.steps[voting] for file, each in combination])
    theirs = np.stack([each.cohort.of_people(cohort) for _, each in combination])
    cells = 1 << int(np.clip(np.log2(rows * cohort.people) - 1, *_CELLS))
    bounds = np.array([each.bounds for _, each in combination])
    most, cell, second = count_votes(mine, theirs, bounds, cells)
    if most < least or most < LIMITS.lead * second:
        return None
    offsets, counts = np.unique(offsets_in(mine, theirs, bounds, cells, cell), axis=0, return_counts=True)
    best = offsets[np.argmax(counts)].tolist()
    placed = tuple(
        Placed(file, each.cohort, each.sign, offset)
        for (file, each), offset in zip(combination, best, strict=True)
    )
    return Peak(placed, log10_tail(int(most), rows, (second + 1) / (rows + 2)))
