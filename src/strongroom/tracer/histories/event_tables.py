"""Finds the cohort's event table that matches a file's table best, and the participants in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.matching import Index, log10_tail
from strongroom.matching.recognised import Floats, Places
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.rules import Reaches
from strongroom.tracer.histories.date_transform import DateTransform
from strongroom.tracer.histories.events import FileEvents, HeldEvents, codes_and_dates, groupings, held_events
from strongroom.tracer.histories.person_matching import match_people


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(
        200_000, "rows", "cost: bounds the search; so many rows suffice for any verdict"
    )
    least_people: int = threshold(5, "people", "judgement: fewer may be chance, however rare their codes")
    times_chance: float = threshold(
        2.0,
        "times the matches expected by chance",
        "judgement: with fewer all dates may have been shifted, which is tried next",
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class History:
    """People recognised in an event table, each of shape (people,), at most once.

    `ordinals` say who, `shown` the day of one of their dates in the file and `own` the cohort's (both since
    1970), `calendar` how the one follows from the other except for marks, `certainty` how certain the
    direction of its shift is. Of `groups` of rows, `matched` were recognised, and a share of `chance` would
    be if dates were assigned to codes at random. `code` and `date` are the cohort's columns, as
    `table.column`.
    """

    code: str
    date: str
    ordinals: Places
    shown: Floats
    own: Floats
    certainty: Floats
    groups: int
    matched: int
    chance: float
    calendar: DateTransform

    def is_ours(self, log10_bound: float) -> bool:
        """Tell whether more people were recognised than expected by chance."""
        enough = len(self.ordinals) >= min(LIMITS.least_people, self.groups)
        return enough and log10_tail(self.matched, self.groups, self.chance) <= log10_bound

    @property
    def is_chance(self) -> bool:
        """Tell whether chance may explain the number of people recognised."""
        return self.matched <= max(LIMITS.times_chance * self.chance * self.groups, LIMITS.least_people)


def read_history(
    table: pa.Table, cohort: Cohort, index: Index, reaches: Reaches, *, seed: int
) -> History | None:
    """Return the event table of the cohort that a file's table matches best, or None.

    `reaches` has the rules of shifted dates, as `table.column`; `seed` seeds the permutation that measures
    chance.
    """
    some = table.slice(0, LIMITS.most_rows)
    files = list(codes_and_dates(some, index.events))
    ways = groupings(some)
    asked = [
        (file.grouped(groups), held, (code, date))
        for length in sorted({file.length for file in files})
        for code, date, held in held_events(cohort, index.events[length], length, reaches)
        for file in files
        if file.length == length
        for groups in ways
    ]
    found = [_recognised(file, held, names, seed) for file, held, names in asked]
    if all(each.is_chance for each in found):
        found += [_recognised(file, held, names, seed, moved=True) for file, held, names in asked]
    best = max(found, key=lambda each: (not each.is_chance, len(each.ordinals)), default=None)
    return best if best is not None and len(best.ordinals) else None


def _recognised(
    file: FileEvents, held: HeldEvents, names: tuple[str, str], seed: int, *, moved: bool = False
) -> History:
    """Return the people of a table; with `moved` all its dates may be shifted, by what fits best."""
    calendar, people, shown, own, certainty = match_people(file, held, moved=moved)
    by_chance = len(match_people(file.shuffled(seed), held, moved=moved)[1])
    count = int(file.groups.max(initial=-1)) + 1
    order = np.lexsort((-certainty, people))
    once = order[np.diff(people[order], prepend=-1) != 0]
    return History(
        *names,
        ordinals=people[once],
        shown=shown[once].astype(np.float64),
        own=own[once].astype(np.float64),
        certainty=certainty[once],
        groups=count,
        matched=len(people),
        chance=(by_chance + 1) / (count + 1),
        calendar=calendar,
    )


def people_in(histories: Sequence[History]) -> NDArray[np.int64]:
    """Return everybody recognised in any of several tables."""
    return (
        np.unique(np.concatenate([each.ordinals for each in histories]))
        if histories
        else np.empty(0, np.int64)
    )
