"""A first guess at whose rows these are, before it is known which column is which.

For every pair of a file column and a cohort column it could be, the participants with exactly the row's value
vote, with log2(N / number of them) bits. Wrong pairs scatter their votes; right ones agree on one person.
Common values vote too, weakly, so that a file of whole numbers is recognised; their votes take longer to
count, so fewer rows are voted on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.storage.index import ColumnProfile, collision_bits
from strongroom.matching.values.comparable import Floats, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_columns: int = threshold(
        10,
        "file columns",
        "cost: voting is the slowest step; the other columns are recognised once people are guessed",
    )
    most_candidates: int = threshold(
        6,
        "cohort columns a file column",
        "cost: each is looked up in all people",
    )
    least_bits: float = threshold(
        2.0,
        "bits",
        "cost: a value that over a quarter of people share casts many votes and carries little information",
    )
    least_contained: float = threshold(
        0.5,
        "share of distinct values",
        "judgement: a file column most of whose values a cohort column lacks is not that column",
    )
    most_votes: int = threshold(
        30_000_000,
        "votes a table",
        "cost: bounds the counting; coarse values have very many holders, and fewer rows are then voted on",
    )
    least_rows: int = threshold(
        24,
        "rows",
        "judgement: guesses about fewer rows do not distinguish similar columns",
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Guess:
    """Rows of the sample and, for each, the stored row of the participant with most votes; same shape."""

    rows: NDArray[np.int64]
    people: NDArray[np.int64]


def guess_people(
    file_columns: Mapping[str, Values],
    candidates: Mapping[str, Sequence[ColumnProfile]],
    cohort: CohortColumns,
) -> Guess:
    """Return a guess for each sampled row on which columns agree more than chance would."""
    # A column may have values elsewhere in the file and none in these rows.
    filled = [name for name in candidates if not np.all(np.isnan(file_columns[name].keys))]
    telling = sorted(filled, key=lambda name: -collision_bits(file_columns[name].keys))[: LIMITS.most_columns]
    holders_by_column = []
    for name in telling:
        pairs = [
            _Holders.of(file_columns[name], profile, cohort)
            for profile in candidates[name][: LIMITS.most_candidates]
            if profile.bits >= LIMITS.least_bits
        ]
        possible = [pair for pair in pairs if pair.contained >= LIMITS.least_contained]
        if possible:
            holders_by_column.append(possible)
    count = _VoteCount(cohort.people)
    rows, people = [], []
    for row in _affordable_rows(holders_by_column):
        winner = count.winner(holders_by_column, row)
        if winner >= 0:
            rows.append(row)
            people.append(winner)
    return Guess(np.array(rows, np.int64), np.array(people, np.int64))


@dataclass(frozen=True, repr=False)
class _Holders:
    """Who holds each of a file column's sampled values, in one cohort column.

    `code` has shape (rows,): the number of the row's value, -1 for none. The holders of value k are
    `people[start[k] : start[k + 1]]`, stored rows.
    """

    code: NDArray[np.int64]
    start: NDArray[np.int64]
    people: NDArray[np.int64]
    bits: Floats

    @classmethod
    def of(cls, values: Values, profile: ColumnProfile, cohort: CohortColumns) -> "_Holders":
        held = cohort.values(profile.name, decimals=values.decimals)
        missing = np.isnan(values.keys)
        wanted = np.unique(values.keys[~missing])
        # Sorting the sampled values and searching all people's is three times faster than sorting the latter.
        place = np.minimum(np.searchsorted(wanted, held), len(wanted) - 1)
        people = np.flatnonzero(wanted[place] == held)
        codes = place[people].astype(np.int16)
        counts = np.bincount(codes, minlength=len(wanted))
        bits = np.log2(len(held) / np.maximum(counts, 1))
        return cls(
            code=np.where(missing, -1, np.searchsorted(wanted, np.where(missing, wanted[0], values.keys))),
            start=np.concatenate([[0], np.cumsum(counts)]),
            people=people[np.argsort(codes, kind="stable")],
            bits=np.where(bits >= LIMITS.least_bits, bits, 0.0),
        )

    @property
    def contained(self) -> float:
        """Return the share of the file column's distinct values that occur in the cohort column."""
        return float(np.mean(np.diff(self.start) > 0))

    def votes(self, row: int) -> tuple[float, NDArray[np.int64]]:
        """Return the bits of the row's value and who holds it; an empty list if too many do."""
        code = self.code[row]
        if code < 0 or self.bits[code] == 0:
            return 0.0, self.people[:0]
        return float(self.bits[code]), self.people[self.start[code] : self.start[code + 1]]


class _VoteCount:
    """Adds up the votes for one row after another, touching only people who get any."""

    def __init__(self, people: int) -> None:
        self._total = np.zeros(people)
        self._of_column = np.zeros(people)
        self._bar = np.log2(people)

    def winner(self, holders_by_column: Sequence[Sequence[_Holders]], row: int) -> int:
        """Return the person with most votes for a row, -1 if any person would get as many by chance."""
        touched = []
        for column in holders_by_column:
            cast = sorted((pair.votes(row) for pair in column), key=lambda vote: vote[0])
            # A person may have the value in two cohort columns: the file column casts only the stronger vote.
            for bits, people in cast:
                self._of_column[people] = bits
            voted = np.concatenate([people for _, people in cast])
            # numpy reads before it writes, so a person listed twice is counted once.
            self._total[voted] += self._of_column[voted]
            touched.append(voted)
        all_voted = np.concatenate(touched)
        if len(all_voted) == 0:
            return -1
        best = int(all_voted[np.argmax(self._total[all_voted])])
        enough = self._total[best] > self._bar
        self._total[all_voted] = 0.0
        return best if enough else -1


def _affordable_rows(holders_by_column: Sequence[Sequence[_Holders]]) -> Iterator[int]:
    """Yield rows spread over the sample until counting their votes reaches the cost limit."""
    if not holders_by_column:
        return
    total = len(holders_by_column[0][0].code)
    spent = 0
    for tried, row in enumerate(np.random.default_rng(0).permutation(total)):
        if spent > LIMITS.most_votes and tried >= LIMITS.least_rows:
            return
        spent += sum(len(pair.votes(row)[1]) for column in holders_by_column for pair in column)
        yield int(row)
