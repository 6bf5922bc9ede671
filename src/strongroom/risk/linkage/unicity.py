"""Unicity: the share of people identified by a few randomly chosen facts.

De Montjoye et al. (2013, doi:10.1038/srep01376). A fact is a person's value in one column, or one of
their events with its date and, if known, its type.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.progress import Progress, silent
from strongroom.risk.columns import CodedColumn, combined
from strongroom.risk.linkage.facts import DatedEvents, Facts
from strongroom.risk.wilson_interval import wilson
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    people: int = threshold(
        400,
        "people",
        "cost: 400 people take seconds, and give a 95 % interval of 5 percentage points either side at most",
    )


LIMITS = _Limits()
PEOPLE = LIMITS.people


# How many facts: up to the four points that identified 95 % of people in de Montjoye et al. (2013), and
# beyond.
NUMBERS = (2, 4, 6)


@dataclass(frozen=True)
class Unicity:
    """The share of `asked` people identified by `facts` random facts, with a 95 % interval (Wilson)."""

    facts: int
    asked: int
    share: float
    low: float
    high: float


class _Known:
    """Looks up the rows of the people who have a fact."""

    def __init__(self, columns: list[CodedColumn], events: tuple[DatedEvents, ...]) -> None:
        self.columns = columns
        self.events = [_Events.of(each) for each in events]

    def facts(self, row: int) -> list[tuple[int, int]]:
        """Return all facts about one person as (source, value)."""
        known = [
            (place, int(column.codes[row]))
            for place, column in enumerate(self.columns)
            if column.codes[row] < len(column.levels)
        ]
        for place, events in enumerate(self.events, start=len(self.columns)):
            known.extend((place, int(key)) for key in events.of_person(row))
        return known

    def alone(self, row: int, facts: list[tuple[int, int]]) -> bool:
        """Return whether only this person has all these facts."""
        # Events match few people, so they are looked up first.
        left: NDArray[np.int64] | None = None
        for place, key in sorted(facts, reverse=True):
            if place >= len(self.columns):
                had = self.events[place - len(self.columns)].people(key)
                left = had if left is None else np.intersect1d(left, had)
            elif left is None:
                left = np.flatnonzero(self.columns[place].codes == key)
            else:
                left = left[self.columns[place].codes[left] == key]
            if len(left) == 1:
                return True
        return left is not None and len(left) == 1 and left[0] == row


@dataclass(frozen=True, repr=False)
class _Events:
    """Events sorted by date and type, and by person."""

    people_by_key: NDArray[np.int64]
    keys: NDArray[np.int64]
    keys_by_person: NDArray[np.int64]
    persons: NDArray[np.int64]

    @classmethod
    def of(cls, events: DatedEvents) -> "_Events":
        columns = [events.day] if events.kind is None else [events.day, events.kind]
        key = combined(
            [each.codes for each in columns], [len(each.levels) + 1 for each in columns], len(events.person)
        )
        by_key = np.lexsort((events.person, key))
        by_person = np.lexsort((key, events.person))
        return cls(events.person[by_key], key[by_key], key[by_person], events.person[by_person])

    def people(self, key: int) -> NDArray[np.int64]:
        begin, end = np.searchsorted(self.keys, [key, key + 1])
        return np.unique(self.people_by_key[begin:end])

    def of_person(self, row: int) -> NDArray[np.int64]:
        begin, end = np.searchsorted(self.persons, [row, row + 1])
        return np.unique(self.keys_by_person[begin:end])


def unicity(
    columns: list[CodedColumn],
    facts: Facts,
    draw: np.random.Generator,
    *,
    people: int = PEOPLE,
    progress: Progress = silent,
) -> list[Unicity]:
    """Measure whether 2, 4 and 6 random facts identify randomly drawn people who have enough facts."""
    known = _Known(columns, facts.events)
    asked = dict.fromkeys(NUMBERS, 0)
    alone = dict.fromkeys(NUMBERS, 0)
    chosen = draw.permutation(facts.people)[:people]
    with progress("random facts", len(chosen)) as advance:
        for row in chosen:
            every = known.facts(int(row))
            picked = [every[place] for place in draw.permutation(len(every))[: max(NUMBERS)]]
            for number in NUMBERS:
                if len(picked) >= number:
                    asked[number] += 1
                    alone[number] += known.alone(int(row), picked[:number])
            advance(1)
    return [Unicity(number, asked[number], *wilson(alone[number], asked[number])) for number in NUMBERS]
