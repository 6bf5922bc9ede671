"""Event tables leaked by themselves: whose codes with dates are these, and which way were the dates moved?

Nothing here knows any project's key. A code on a day is often one person's alone; the rows that a column of
the file holds together (an id of any kind) are one person's together. Compared is with every way the plans in
use may have moved dates, so that a date moved is as good as one that was not; and where all dates of the file
were moved by one number of days, or cut to weeks, months or years, with the cohort's changed likewise.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.index import Index, log10_tail
from strongroom.cohort.index.events import NO_DAY, CohortEvents, days_of, packed, unpacked
from strongroom.cohort.index.values import ValueKind, canonical_values, is_text
from strongroom.cohort.model import PARTICIPANT
from strongroom.tracer.alignment.model import ALMOST_SURE, Floats, Places, Reaches
from strongroom.tracer.calendars import Calendar, calendar_of, likely_shift
from strongroom.tracer.fingerprint.rules import DATE

_FEWEST_ROWS, _MOST_ROWS = 6, 200_000
_FEWEST_PEOPLE = 5
_CODES_KNOWN = 0.5
# Who shares a code on a day with more people than this is not told by it.
_MOST_SHARING = 8
_FEWEST_A_PERSON, _MOST_GROUPINGS = 1.05, 3
_RAREST = 1e-4
# Fewer people than this many times those whom chance would find: dates may all have been moved.
_TIMES_CHANCE = 2.0


@dataclass(frozen=True)
class History:
    """People recognised in a table of events, each of shape (people,), at most once.

    `ordinals` say who, `shown` the day of one of their dates in the file and `own` the cohort's (both since
    1970), `calendar` how the one follows from the other but for marks, `certainty` how surely it was moved as
    it looks. Of `groups`, the rows held together, `matched` were somebody's, and a share of `chance` would be
    if dates stood with codes at random. `code` and `date` are the cohort's columns, as `table.column`.
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
    calendar: Calendar

    def is_ours(self, log10_bound: float) -> bool:
        """Tell whether more people were recognised than chance explains."""
        enough = len(self.ordinals) >= min(_FEWEST_PEOPLE, self.groups)
        return enough and log10_tail(self.matched, self.groups, self.chance) <= log10_bound

    @property
    def is_chance(self) -> bool:
        """Tell whether no more people were recognised than chance may bring."""
        return self.matched <= max(_TIMES_CHANCE * self.chance * self.groups, _FEWEST_PEOPLE)


def read_history(
    table: pa.Table, cohort: Cohort, index: Index, reaches: Reaches, *, seed: int
) -> History | None:
    """Return the event table of the cohort that a file's table is most of, or None.

    `reaches` has the rules of dates that move, as `table.column`; `seed` decides what chance is drawn.
    """
    some = table.slice(0, _MOST_ROWS)
    files = list(_codes_and_dates(some, index.events))
    groupings = _groupings(some)
    asked = [
        (file.grouped(groups), held, (code, date))
        for length in sorted({file.length for file in files})
        for code, date, held in _held(cohort, index.events[length], length, reaches)
        for file in files
        if file.length == length
        for groups in groupings
    ]
    found = [_recognised(file, held, names, seed) for file, held, names in asked]
    if all(each.is_chance for each in found):
        found += [_recognised(file, held, names, seed, moved=True) for file, held, names in asked]
    best = max(found, key=lambda each: (not each.is_chance, len(each.ordinals)), default=None)
    return best if best is not None and len(best.ordinals) else None


@dataclass(frozen=True)
class _Held:
    """The cohort's events of one table: packed codes with days in order, whose, and how rare codes are.

    `moves` are by how many days dates may have been moved.
    """

    keys: Places
    ordinals: Places
    often: Floats
    moves: tuple[int, ...]


@dataclass(frozen=True)
class _File:
    """A file's events: the place of each code, its day, and by number which rows are held together.

    Of codes the first `length` characters count, all of them if that is 0.
    """

    length: int
    places: Places
    days: Places
    groups: Places

    def grouped(self, groups: Places | None) -> "_File":
        """Return the events whose code and day are known, held together by a column or not at all."""
        known = (self.places >= 0) & (self.days != NO_DAY)
        rows = self.groups if groups is None else groups
        numbers = np.unique(rows[known], return_inverse=True)[1]
        return _File(self.length, self.places[known], self.days[known], numbers)

    def shuffled(self, seed: int) -> "_File":
        """Return the events with days that belong to other rows."""
        return replace(self, days=np.random.default_rng(seed).permutation(self.days))


def _codes_and_dates(table: pa.Table, events: Mapping[int, CohortEvents]) -> Iterator[_File]:
    """Yield each column of a file that holds the cohort's codes with each that holds dates."""
    if not events or table.num_rows < _FEWEST_ROWS:
        return
    texts = [found for each in table.columns if is_text(each.type) for found in _coded(each, events)]
    for column in table.columns if texts else ():
        values = canonical_values(column)
        if values is not None and values.kind is ValueKind.DATE:
            days = np.where(np.isnan(values.keys), NO_DAY, np.floor(values.keys)).astype(np.int64)
            yield from (_File(length, places, days, np.arange(len(days))) for length, places in texts)


def _coded(column: pa.ChunkedArray, events: Mapping[int, CohortEvents]) -> list[tuple[int, Places]]:
    """Return the places of a column's codes, at the length at which most are known if half of them are."""
    words, filled = column.combine_chunks(), len(column) - column.null_count
    found = [(length, each.places(words, length)) for length, each in events.items()]
    length, places = max(found, key=lambda each: int(np.count_nonzero(each[1] >= 0)))
    return [(length, places)] if np.count_nonzero(places >= 0) >= max(_CODES_KNOWN * filled, 1) else []


def _held(
    cohort: Cohort, events: CohortEvents, length: int, reaches: Reaches
) -> Iterator[tuple[str, str, _Held]]:
    """Yield each column of codes in the cohort's event tables with each of dates beside it."""
    for name, table in cohort.events.items():
        kinds = {field.name: field.type for field in table.schema if field.name != PARTICIPANT}
        for date in (each for each, kind in kinds.items() if pa.types.is_date(kind)):
            rules = [rule for rule in reaches.get(f"{name}.{date}", ()) if rule.form == DATE]
            moves = {0, *(round(way * rule.amplitude) for rule in rules for way in (-1, 1))}
            for code in (each for each, kind in kinds.items() if is_text(kind)):
                read = table.read([PARTICIPANT, code, date])
                places = events.places(read.column(code).combine_chunks(), length)
                whose = read.column(PARTICIPANT).to_numpy().astype(np.int64)
                keys, ordinals, often = _packed_up(places, days_of(read.column(date)), whose)
                yield f"{name}.{code}", f"{name}.{date}", _Held(keys, ordinals, often, tuple(sorted(moves)))


def _packed_up(places: Places, days: Places, whose: Places) -> tuple[Places, Places, Floats]:
    """Return codes with days in order, whose they are, and how many people have each code on a usual day."""
    known = (places >= 0) & (days != NO_DAY)
    keys, whose = packed(places[known], days[known]), whose[known]
    order = np.lexsort((whose, keys))
    keys, whose = keys[order], whose[order]
    first = (np.diff(keys, prepend=-1) != 0) | (np.diff(whose, prepend=-1) != 0)
    span = max(int(np.ptp(days[known])), 1) if known.any() else 1
    counts = np.bincount(places[known][order][first], minlength=int(places.max(initial=0)) + 1)
    return keys[first], whose[first], np.maximum(counts / span, _RAREST)


def _groupings(table: pa.Table) -> list[Places | None]:
    """Return what may hold rows together: nothing, and columns whose values come back a few times each."""
    found: list[Places | None] = [None]
    for column in table.columns:
        if column.null_count or not (pa.types.is_integer(column.type) or is_text(column.type)):
            continue
        groups = column.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        each = table.num_rows / (groups.max(initial=0) + 1)
        if each > _FEWEST_A_PERSON and groups.max(initial=0) >= _FEWEST_PEOPLE:
            found.append(groups)
    return found[: 1 + _MOST_GROUPINGS]


def _recognised(
    file: _File, held: _Held, names: tuple[str, str], seed: int, *, moved: bool = False
) -> History:
    """Return the people of a table; `moved` if all its dates may have been, by as much as fits best."""
    calendar, people, shown, own, certainty = _likeliest(file, held, moved=moved)
    by_chance = len(_likeliest(file.shuffled(seed), held, moved=moved)[1])
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


def _likeliest(file: _File, held: _Held, *, moved: bool) -> tuple[Calendar, Places, Places, Places, Floats]:
    """Return the groups whose person is almost sure: who, one day shown, the cohort's own, how surely.

    A person who has a code on a day is likelier by one over the number of people who do on a usual day.
    """
    calendar = calendar_of(file.days)
    if moved:
        calendar = Calendar(added=likely_shift(file.places, file.days, held.keys, held.moves))
    found = _Candidates.of(file, held, calendar)
    empty = np.empty(0, np.int64)
    if not len(found.rows):
        return calendar, empty, empty, empty, np.empty(0)
    groups = file.groups[found.rows]
    weights = -np.log(held.often[file.places[found.rows]] * calendar.width)
    # The same code on the same day says nothing twice, and a person's dates were all moved one way.
    fresh = ~found.repeated(file, groups)
    entries = np.stack([groups, found.people, found.moves])
    way, which = np.unique(entries, axis=1, return_inverse=True)
    total = np.asarray(np.bincount(which.ravel(), weights * fresh, way.shape[1]), np.float64)
    order = np.lexsort((-total, way[1], way[0]))
    best = order[(np.diff(way[0][order], prepend=-1) != 0) | (np.diff(way[1][order], prepend=-1) != 0)]
    top = np.zeros(int(groups.max()) + 1)
    np.maximum.at(top, way[0][best], total[best])
    shares = np.exp(total[best] - top[way[0][best]])
    # Nobody of the cohort is a candidate as well, whom nothing speaks for or against.
    certainty = shares / (np.bincount(way[0][best], shares, len(top)) + np.exp(-top))[way[0][best]]
    surest = certainty >= ALMOST_SURE
    certainty = (certainty * _one_way(way, total)[best])[surest] if any(held.moves) else certainty[surest]
    best = best[surest]
    row = found.most_telling(which.ravel(), calendar, max(held.moves))[best]
    return calendar, way[1][best], file.days[found.rows[row]], found.own[row], certainty


def _one_way(way: Places, total: Floats) -> Floats:
    """Return how clearly somebody's dates were moved one way rather than the other, 0 for not at all.

    `way` has the group, the person and the move of each entry in order, shape (3, entries), and `total` how
    much speaks for it.
    """
    person = np.cumsum(np.any(np.diff(way[:2], axis=1, prepend=-1) != 0, axis=0)) - 1
    later, earlier = np.zeros(len(total)), np.zeros(len(total))
    for side, moved in ((later, way[2] > 0), (earlier, way[2] < 0)):
        np.maximum.at(side, person[moved], total[moved])
    return np.asarray(np.tanh(np.abs(later - earlier) / 2)[person], np.float64)


@dataclass(frozen=True)
class _Candidates:
    """Rows, people with their code on their day, how far a mark would have moved it, and their own day."""

    rows: Places
    people: Places
    moves: Places
    own: Places

    @classmethod
    def of(cls, file: _File, held: _Held, calendar: Calendar) -> Self:
        """Return them for every way dates may have been moved."""
        parts = [cls._moved(file, held, calendar, move) for move in held.moves]
        return cls(*(np.concatenate(each) for each in zip(*parts, strict=True)))

    @staticmethod
    def _moved(
        file: _File, held: _Held, calendar: Calendar, move: int
    ) -> tuple[Places, Places, Places, Places]:
        places, days = unpacked(held.keys)
        keys = packed(places, calendar.shown(days + move))
        order = np.arange(len(keys)) if calendar.period == "D" else np.lexsort((held.ordinals, keys))
        keys, wanted = keys[order], packed(file.places, file.days)
        first, last = (np.searchsorted(keys, wanted, side) for side in ("left", "right"))
        few = (last > first) & (last - first <= _MOST_SHARING)
        rows, counts = np.flatnonzero(few), (last - first)[few]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        at = order[np.repeat(first[few], counts) + within]
        return np.repeat(rows, counts), held.ordinals[at], np.full(len(at), move, np.int64), days[at]

    def repeated(self, file: _File, groups: Places) -> NDArray[np.bool_]:
        """Tell which say again that somebody has a code on a day, dates moved one way."""
        order = np.lexsort((file.days[self.rows], file.places[self.rows], self.moves, self.people, groups))
        told = np.stack([file.days[self.rows], file.places[self.rows], self.moves, self.people, groups])[
            :, order
        ]
        again = np.zeros(len(order), bool)
        again[order[1:]] = np.all(told[:, 1:] == told[:, :-1], axis=0)
        return again

    def most_telling(self, which: Places, calendar: Calendar, reach: int) -> Places:
        """Return, for each of `which`, a date that looks different moved one way and the other, if any."""
        tells = calendar.shown(self.own - reach) != calendar.shown(self.own + reach)
        order = np.lexsort((~tells, which))
        first: Places = order[np.diff(which[order], prepend=-1) != 0]
        return first


def people_in(histories: Sequence[History]) -> NDArray[np.int64]:
    """Return everybody recognised in any of several tables."""
    return (
        np.unique(np.concatenate([each.ordinals for each in histories]))
        if histories
        else np.empty(0, np.int64)
    )
