"""Whose record is a sequence of values, without knowing which value belongs to which column?

A value gives log2(N / people who have it in any column) bits to each of those people; counting people over
all columns is a union bound. A person's bits are summed over the distinct values of a sequence. With k values
looked up, the sum exceeds B by chance with probability 2^(k - B) at most for one person, whatever the values
(Markov's inequality on 2^sum: each value contributes a factor of 2 at most). A sequence is therefore a
person's if

    sum - k - what the columns repeat of each other > log2(people) + log2(sequences) + log2(searches) + 10

and the next best person is clearly behind. Rows that are too short individually may still be recognised
together (`pooled_evidence`). Only sequences that could reach the bound are examined further: for an honest
file, two binary searches a value are nearly the whole cost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.redundancy import repeated_bits
from strongroom.matching.records.value_lookup import Holders, holders_of, look_up
from strongroom.matching.storage.index import Index
from strongroom.matching.values.cells import Cells
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_values: int = threshold(
        5,
        "values",
        "judgement: shorter sequences, such as an estimate with its interval, "
        "occur in every legitimate table",
    )
    spare_bits: float = threshold(
        10.0,
        "bits",
        "derived: 2^-10, a chance match in less than one of a thousand files",
    )
    least_bits: float = threshold(
        3.0,
        "bits",
        "cost: a value that over an eighth of people share carries little information "
        "and has a long list of holders",
    )
    least_lead: float = threshold(
        6.0,
        "bits",
        "judgement: the next best person must be 2^6 times less likely, or relatives with shared values "
        "would be confused",
    )
    searches: int = threshold(
        2,
        "searches of each sequence",
        "derived: values are looked up twice, exactly and as rounded",
    )
    most_holders: int = threshold(
        10_000_000,
        "holders a table or text",
        "cost: beyond this, the sequences with the least possible evidence are skipped",
    )
    most_holders_per_person: int = threshold(
        40,
        "holders a participant",
        "cost: raises most_holders for cohorts above 250,000 people",
    )
    most_records: int = threshold(
        50,
        "records",
        "cost: one is enough to block a file; more only refine the count in the message",
    )


LIMITS = _Limits()
FEWEST_VALUES = LIMITS.least_values


@dataclass(frozen=True)
class FoundRecord:
    """A sequence that is a participant's record: stored row, bits beyond chance, the columns that agree."""

    sequence: int
    person: int
    bits: float
    columns: tuple[str, ...]


class RecordSearch:
    """Searches sequences of cells for people; `sequence` gives the number of each cell's sequence from 0."""

    def __init__(
        self,
        cells: Cells,
        sequence: NDArray[np.int64],
        columns: CohortColumns,
        index: Index,
        *,
        rounded: bool,
    ) -> None:
        self._columns, self._index = columns, index
        filled = np.flatnonzero(cells.kind >= 0)
        self._looked_up_values, token = look_up(cells.at(filled), index, rounded=rounded)
        informative = (self._looked_up_values.bits >= LIMITS.least_bits)[token]
        values = max(len(self._looked_up_values.kind), 1)
        pairs = np.unique(sequence[filled][informative] * values + token[informative])
        self._sequence, self._token = np.divmod(pairs, values)
        self._entries = filled[informative], sequence[filled][informative], token[informative]
        self._tried = max(len(np.unique(sequence)), 1)

    def records(self) -> list[FoundRecord]:
        """Return the sequences that are participants' records, strongest evidence first, at most 50."""
        bar = (
            np.log2(self._index.people) + np.log2(self._tried) + np.log2(LIMITS.searches) + LIMITS.spare_bits
        )
        chosen = self._promising(bar, FEWEST_VALUES)
        spans, holders = self._spans_and_holders(chosen)
        found: list[FoundRecord] = []
        for sequence, tokens in spans.items():
            person, top, second = self._best(tokens, holders)
            if top - len(tokens) < bar or top - second < LIMITS.least_lead:
                continue
            agreed = _agreed(tokens, holders, person)
            bits = top - len(tokens) - self._repeated(agreed)
            if len(agreed) >= FEWEST_VALUES and bits >= bar:
                found.append(FoundRecord(sequence, person, bits, tuple(agreed)))
            if len(found) == LIMITS.most_records:
                break
        return found

    def guesses(self, *, fewest: int) -> dict[int, dict[int, list[str]]]:
        """Return, for each sequence with a likely person, the person's columns that each cell agrees with.

        Cells are given by their number. The person is the one with most bits from at least `fewest` values,
        if that is more than anybody gets by chance.
        """
        spans, holders = self._spans_and_holders(self._promising(np.log2(self._index.people), fewest))
        found: dict[int, dict[int, list[str]]] = {}
        for sequence, tokens in spans.items():
            person, top, second = self._best(tokens, holders)
            if top > second and top - len(tokens) > 0:
                agreed = {token: _columns_of(person, holders[token]) for token in tokens}
                cells, sequences, entered = self._entries
                mine = np.flatnonzero(sequences == sequence)
                found[sequence] = {int(cells[each]): agreed[int(entered[each])] for each in mine}
        return found

    def _promising(self, bar: float, fewest: int) -> NDArray[np.int64]:
        """Return the sequences that would pass the bound if one person had every value, best first."""
        total = int(self._sequence[-1]) + 1 if len(self._sequence) else 0
        gain = np.bincount(self._sequence, self._looked_up_values.bits[self._token] - 1, total)
        values = np.bincount(self._sequence, minlength=total)
        cost = np.bincount(self._sequence, self._looked_up_values.people[self._token], total)
        promising = np.flatnonzero((gain >= bar) & (values >= fewest))
        promising = promising[np.argsort(-gain[promising], kind="stable")]
        return promising[
            np.cumsum(cost[promising])
            <= max(LIMITS.most_holders, LIMITS.most_holders_per_person * self._index.people)
        ]

    def _spans_and_holders(self, chosen: NDArray[np.int64]) -> tuple[dict[int, list[int]], Holders]:
        edges = np.searchsorted(self._sequence, [chosen, chosen + 1])
        spans = {
            int(each): self._token[first:last].tolist()
            for each, first, last in zip(chosen, *edges, strict=True)
        }
        wanted = sorted({token for tokens in spans.values() for token in tokens})
        return spans, holders_of(self._looked_up_values, wanted, self._columns, self._index)

    def _best(self, tokens: list[int], holders: Holders) -> tuple[int, float, float]:
        """Return the person with most bits of these values, the bits, and the next person's bits."""
        total: Floats = np.zeros(self._index.people)
        for token in tokens:
            # numpy reads before it writes: a person with the value in two columns is counted once.
            people = np.concatenate([each for _, each in holders[token]])
            total[people] += self._looked_up_values.bits[token]
        best = int(np.argmax(total))
        top, total[best] = float(total[best]), 0.0
        return best, top, float(total.max())

    def _repeated(self, names: list[str]) -> float:
        return repeated_bits([self._columns.coded(name) for name in names])


def _agreed(tokens: list[int], holders: Holders, person: int) -> list[str]:
    """Return the columns in which a person has the values, each column for one value."""
    agreed: list[str] = []
    for token in tokens:
        has = _columns_of(person, holders[token])
        unused = next((name for name in has if name not in agreed), None)
        if unused is not None:
            agreed.append(unused)
    return agreed


def _columns_of(person: int, holders: list[tuple[str, NDArray[np.int64]]]) -> list[str]:
    return [name for name, people in holders if person in people]
