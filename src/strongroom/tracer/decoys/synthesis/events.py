"""Event histories of decoys, combined from the histories of similar real people.

A history consists of one person's first stays (all of a table's rows of one day) and the last stays of a
similar person, about half each, so that readmissions remain plausible; each stay is shifted by whole weeks:
no date with its code is anybody's, weekdays stay the same, and rows recorded together stay together.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats, NumberedTable, numbered

Ints = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    replaced: float = threshold(
        0.5, "share of stays", "judgement: half of each history, so that it is nobody's"
    )
    most_weeks: int = threshold(12, "weeks", "judgement: a season at most, so that follow-up stays plausible")
    common_codes: int = threshold(25, "codes a column", "cost: features of a history for the classifier")
    most_codes: int = threshold(
        20_000, "codes", "cost: counting a column of more codes takes longest and says least"
    )
    missing: float = threshold(
        -3.0,
        "standard scores",
        "judgement: apart from all values, so that people who lack a value are near each other",
    )


LIMITS = _Limits()

_DAYS = 7  # fixed: days a week


@dataclass(frozen=True)
class Events:
    """An event table's rows of n people: `person` (rows,) is who, from 0, in order; rows in order of time."""

    name: str
    table: pa.Table = field(repr=False)
    person: Ints = field(repr=False)
    people: int

    @cached_property
    def numbers(self) -> NumberedTable:
        """The table as numbers."""
        return numbered(self.table)

    @cached_property
    def dates(self) -> list[int]:
        """Which columns are dates."""
        return [place for place, form in enumerate(self.numbers.forms) if form.is_date]

    def without_rare(self, share: float) -> "Events":
        """Return the table without the rows of codes that fewer than that share of the people have."""
        kept = np.ones(len(self.person), bool)
        for place, form in enumerate(self.numbers.forms):
            if form.words is not None:
                code = self.numbers.values[:, place]
                known = ~np.isnan(code)
                pairs = np.unique(np.column_stack([code[known].astype(np.int64), self.person[known]]), axis=0)
                carriers = np.bincount(pairs[:, 0], minlength=len(form.words) + 1)
                kept[known] &= carriers[code[known].astype(np.int64)] >= share * self.people
        return Events(self.name, self.table.filter(pa.array(kept)), self.person[kept], self.people)

    def some(self, people: Ints) -> "Events":
        """Return the rows of some people, given in order and renumbered."""
        mine = np.isin(self.person, people)
        person = np.searchsorted(people, self.person[mine])
        return Events(self.name, self.table.filter(pa.array(mine)), person, len(people))

    @cached_property
    def stays(self) -> tuple[Ints, Ints]:
        """Each stay's first row, and each person's first stay with one more at the end."""
        begins = np.ones(len(self.person), bool)
        begins[1:] = np.diff(self.person) != 0
        if self.dates:
            day = np.nan_to_num(self.numbers.values[:, self.dates[0]], nan=-1.0)
            begins[1:] |= np.diff(day) != 0
        starts = np.flatnonzero(begins)
        return starts, np.searchsorted(self.person[starts], np.arange(self.people + 1))

    def moments(self) -> Floats:
        """Return the first and last day of each date column, shape (people, 2 x date columns)."""
        return _moments(self, self.numbers.values, self.person, self.people)


@dataclass(frozen=True, repr=False)
class Histories:
    """Rows of `events` that make up invented histories: whose, which row, shifted by how many days."""

    events: Events
    person: Ints
    row: Ints
    shift: Ints
    people: int

    def of(self, chosen: Ints) -> "Histories":
        """Return the histories of some people, renumbered in this order."""
        number = np.full(self.people, -1)
        number[chosen] = np.arange(len(chosen))
        mine = np.flatnonzero(number[self.person] >= 0)
        mine = mine[np.argsort(number[self.person[mine]], kind="stable")]
        person = number[self.person[mine]]
        return Histories(self.events, person, self.row[mine], self.shift[mine], len(chosen))

    def features(self) -> Floats:
        """Return the features of the histories, shape (people, features): see `history_features`."""
        return history_features(self.events, self._values, self.person, self.people)

    def moments(self) -> Floats:
        """Return the first and last day of each date column, shape (people, 2 x date columns)."""
        return _moments(self.events, self._values, self.person, self.people)

    @cached_property
    def _values(self) -> Floats:
        values = self.events.numbers.values[self.row].copy()
        values[:, self.events.dates] += self.shift[:, None]
        return values

    def to_arrow(self) -> tuple[Ints, pa.Table]:
        """Return whose each row is and the rows, dates shifted, every history in order of time."""
        rows = self.events.table.take(pa.array(self.row))
        for place in self.events.dates:
            form = self.events.numbers.forms[place]
            moved = form.decode(self.events.numbers.values[self.row, place] + self.shift)
            rows = rows.set_column(place, rows.schema.field(place), moved)
        return self.person, rows


def invent_histories(events: Events, alike: Ints, random: np.random.Generator) -> Histories:
    """Make a history for each row of `alike` (m, 2): the first stays of one person, the last of another."""
    starts, first = events.stays
    rows_of = np.diff(starts, append=len(events.person))
    person, stay = _spread(first[alike[:, 0]], first[alike[:, 0] + 1])
    partner = alike[person, 1]
    theirs = first[partner + 1] - first[partner]
    total = np.bincount(person, minlength=len(alike))
    begun = np.searchsorted(person, np.arange(len(alike)))
    turn = np.arange(len(person)) - begun[person]
    left = total[person] - turn
    replaced = (turn >= random.binomial(total, 1 - LIMITS.replaced)[person]) & (left <= theirs)
    stay = np.where(replaced, first[partner + 1] - left, stay)
    which, row = _spread(starts[stay], starts[stay] + rows_of[stay]) if len(stay) else (stay, stay)
    weeks = random.integers(1, LIMITS.most_weeks + 1, len(stay)) * random.choice([-1, 1], len(stay))
    weeks = _within_range(events, weeks, which, row)
    shift = (weeks * _DAYS)[which] if events.dates else np.zeros(len(row), np.int64)
    return _in_time(Histories(events, person[which], row, shift, len(alike)))


def _within_range(events: Events, weeks: Ints, which: Ints, row: Ints) -> Ints:
    """Return shifts that leave no date of a stay outside the days of real events.

    A stay that would pass the first or last day is shifted the other way, or else by as many weeks as fit.
    """
    if not events.dates or not len(row):
        return weeks
    values = events.numbers.values[:, events.dates]
    earlier, later = np.full(len(weeks), np.inf), np.full(len(weeks), np.inf)
    with np.errstate(invalid="ignore"):
        np.fmin.at(earlier, which, np.nanmin(_filled(values - np.nanmin(values, axis=0))[row], axis=1))
        np.fmin.at(later, which, np.nanmin(_filled(np.nanmax(values, axis=0) - values)[row], axis=1))
    room = [np.where(np.isfinite(each), each, np.inf) // _DAYS for each in (earlier, later)]
    turned = np.where(-weeks > room[0], -weeks, np.where(weeks > room[1], -weeks, weeks))
    return np.clip(turned, -room[0], room[1]).astype(np.int64)


def _filled(days: Floats) -> Floats:
    """Return days with those that are missing as far as can be."""
    return np.where(np.isnan(days), np.inf, days)


def real_features(events: Events, like: Events) -> Floats:
    """Return the features of the people's own histories, by the codes of `like`: see `history_features`."""
    values = [form.encode(events.table.column(form.name)) for form in like.numbers.forms]
    return history_features(like, np.column_stack(values), events.person, events.people)


def history_features(events: Events, values: Floats, person: Ints, people: int) -> Floats:
    """Return features by person: number of rows, extremes of numbers and dates, counts of common codes."""
    count = np.bincount(person, minlength=people).astype(float)
    features = [count]
    for place, form in enumerate(events.numbers.forms):
        column = values[:, place]
        if form.words is None:
            features += [_extreme(column, person, people, np.fmin), _extreme(column, person, people, np.fmax)]
            if form.is_date:
                features.append(_different(column, person, people))
        elif len(form.words) <= LIMITS.most_codes:
            features.append(_different(column, person, people))
            held = np.bincount(np.nan_to_num(events.numbers.values[:, place]).astype(int))
            for code in np.argsort(-held)[: LIMITS.common_codes]:
                features.append(np.bincount(person[column == code], minlength=people).astype(float))
    return np.column_stack(features)


def similar_pairs(real: Floats, drawn: Floats, random: np.random.Generator, *, among: int = 15) -> Ints:
    """Return for each invented person two real people among the nearest, shape (m, 2).

    By Euclidean distance of standardised columns, with all missing values of a column at one point.
    """
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415 - slow to import

    centre, spread = np.zeros((2, real.shape[1]))
    for place, column in enumerate(real.T):
        known = column[~np.isnan(column)]
        centre[place], spread[place] = (known.mean(), known.std()) if len(known) else (0.0, 0.0)
    spread = np.where(spread > 0, spread, 1)
    some, others = (np.nan_to_num((people - centre) / spread, nan=LIMITS.missing) for people in (real, drawn))
    search = NearestNeighbors(n_neighbors=min(among, len(some))).fit(some)
    found = search.kneighbors(others, return_distance=False)
    picks = np.argsort(random.random(found.shape), axis=1)[:, :2]
    return np.take_along_axis(found, picks, axis=1)


def _in_time(made: Histories) -> Histories:
    keys = [made.row, made.person]
    if made.events.dates:
        day = made.events.numbers.values[made.row, made.events.dates[0]] + made.shift
        keys = [made.row, np.nan_to_num(day, nan=-1.0), made.person]
    order = np.lexsort(keys)
    return Histories(made.events, made.person[order], made.row[order], made.shift[order], made.people)


def _spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return the numbers from each `first` to before `last`, concatenated, and which pair each is of."""
    lengths = last - first
    which = np.repeat(np.arange(len(first)), lengths)
    before = np.cumsum(lengths) - lengths
    return which, np.arange(len(which)) - np.repeat(before, lengths) + np.repeat(first, lengths)


def _moments(events: Events, values: Floats, person: Ints, people: int) -> Floats:
    found = [
        _extreme(values[:, place], person, people, which)
        for place in events.dates
        for which in (np.fmin, np.fmax)
    ]
    return np.column_stack(found) if found else np.empty((people, 0))


def _extreme(column: Floats, person: Ints, people: int, which: np.ufunc) -> Floats:
    found = np.full(people, np.nan)
    which.at(found, person, column)
    return found


def _different(column: Floats, person: Ints, people: int) -> Floats:
    order = np.lexsort([column, person])
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(person[order]) != 0) | (np.diff(column[order]) != 0)
    return np.bincount(person[order][fresh], minlength=people).astype(float)
