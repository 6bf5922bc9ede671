"""Event tables leaked by themselves: whose codes with dates are these, and which way were the dates moved?

Nothing here knows any project's key. A code on a day is often one person's alone; the rows that a column of
the file holds together (an id of any kind) are one person's together. Compared is with every way the plans in
use may have moved dates, so that a date moved is as good as one that was not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.index import Index, log10_tail
from strongroom.cohort.index.events import NO_DAY, CohortEvents, days_of, packed
from strongroom.cohort.index.values import ValueKind, canonical_values, is_text
from strongroom.cohort.model import PARTICIPANT
from strongroom.tracer.alignment.model import ALMOST_SURE, Floats, Places, Reaches
from strongroom.tracer.fingerprint.rules import DATE

_FEWEST_ROWS, _MOST_ROWS = 6, 200_000
_FEWEST_PEOPLE = 5
_CODES_KNOWN = 0.5
# Who shares a code on a day with more people than this is not told by it.
_MOST_SHARING = 8
_FEWEST_A_PERSON, _MOST_GROUPINGS = 1.05, 3
_RAREST = 1e-4


@dataclass(frozen=True)
class History:
    """People recognised in a table of events, each of shape (people,), at most once.

    `ordinals` say who, `shown` the day of one of their dates in the file and `own` the cohort's (both since
    1970), `certainty` how surely. Of `groups`, the rows held together, `chance` would be recognised if dates
    stood with codes at random. `code` and `date` are the cohort's columns, as `table.column`.
    """

    code: str
    date: str
    ordinals: Places
    shown: Floats
    own: Floats
    certainty: Floats
    groups: int
    chance: float

    def is_ours(self, log10_bound: float) -> bool:
        """Tell whether more people were recognised than chance explains."""
        people = len(self.ordinals)
        enough = people >= min(_FEWEST_PEOPLE, self.groups)
        return enough and log10_tail(people, self.groups, self.chance) <= log10_bound


def read_history(
    table: pa.Table, cohort: Cohort, index: Index, reaches: Reaches, *, seed: int
) -> History | None:
    """Return the event table of the cohort that a file's table is most of, or None.

    `reaches` has the rules of dates that move, as `table.column`; `seed` decides what chance is drawn.
    """
    some = table.slice(0, _MOST_ROWS)
    files = list(_codes_and_dates(some, index.events))
    groupings = _groupings(some)
    found = [
        _recognised(file.grouped(groups), held, (code, date), seed)
        for length in sorted({file.length for file in files})
        for code, date, held in _held(cohort, index.events[length], length, reaches)
        for file in files
        if file.length == length
        for groups in groupings
    ]
    best = max(found, key=lambda each: len(each.ordinals), default=None)
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


def _recognised(file: _File, held: _Held, names: tuple[str, str], seed: int) -> History:
    _, people, days, moved, certainty = _likeliest(file, held)
    by_chance = len(_likeliest(file.shuffled(seed), held)[0])
    count = int(file.groups.max(initial=-1)) + 1
    order = np.lexsort((-certainty, people))
    once = order[np.diff(people[order], prepend=-1) != 0]
    return History(
        *names,
        ordinals=people[once],
        shown=days[once].astype(np.float64),
        own=(days - moved)[once].astype(np.float64),
        certainty=certainty[once],
        groups=count,
        chance=(by_chance + 1) / (count + 1),
    )


def _likeliest(file: _File, held: _Held) -> tuple[Places, Places, Places, Places, Floats]:
    """Return the groups whose person is almost sure: who, one day shown, how far it was moved, how surely.

    A person who has a code on a day is likelier by one over the number of people who do on a usual day.
    """
    parts = [_candidates(file, held, move) for move in held.moves]
    rows, people, moves = (np.concatenate(each) for each in zip(*parts, strict=True))
    groups = file.groups[rows]
    order = np.lexsort((moves, people, groups))
    rows, people, moves, groups = rows[order], people[order], moves[order], groups[order]
    new = np.diff(groups, prepend=-1) != 0
    new |= (np.diff(people, prepend=-1) != 0) | (np.diff(moves, prepend=0) != 0)
    starts = np.flatnonzero(new)
    if not len(starts):
        empty = np.empty(0, np.int64)
        return empty, empty, empty, empty, np.empty(0)
    weights = np.add.reduceat(-np.log(held.often[file.places[rows]]), starts)
    groups, people, moves, rows = groups[starts], people[starts], moves[starts], rows[starts]
    best = np.full(int(groups.max()) + 1, 0.0)
    np.maximum.at(best, groups, weights)
    shares = np.exp(weights - best[groups])
    # Nobody of the cohort is a candidate as well, whom nothing speaks for or against.
    whole = np.bincount(groups, shares, len(best)) + np.exp(-best)
    certainty = shares / whole[groups]
    sure = certainty >= ALMOST_SURE
    return groups[sure], people[sure], file.days[rows[sure]], moves[sure], certainty[sure]


def _candidates(file: _File, held: _Held, move: int) -> tuple[Places, Places, Places]:
    """Return rows and the people who have their code on their day, if dates were moved so."""
    wanted = packed(file.places, file.days - move)
    first, last = (np.searchsorted(held.keys, wanted, side) for side in ("left", "right"))
    few = (last > first) & (last - first <= _MOST_SHARING)
    rows, counts = np.flatnonzero(few), (last - first)[few]
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    people = held.ordinals[np.repeat(first[few], counts) + within]
    return np.repeat(rows, counts), people, np.full(len(people), move, np.int64)


def people_in(histories: Sequence[History]) -> NDArray[np.int64]:
    """Return everybody recognised in any of several tables."""
    return (
        np.unique(np.concatenate([each.ordinals for each in histories]))
        if histories
        else np.empty(0, np.int64)
    )
