"""Whose the events of a file are: who has them, moved as dates may have been, and nobody else as surely."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.storage.events import pack, unpack
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.alignment.model import ALMOST_SURE, Floats, Places
from strongroom.tracer.histories.date_transform import Calendar, calendar_of, likely_shift
from strongroom.tracer.histories.events import File, Held


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_sharing: int = threshold(
        8, "people", "cost: a code on a day that more people share says too little for its pairs"
    )


LIMITS = _Limits()


def likeliest(file: File, held: Held, *, moved: bool) -> tuple[Calendar, Places, Places, Places, Floats]:
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
    def of(cls, file: File, held: Held, calendar: Calendar) -> Self:
        """Return them for every way dates may have been moved."""
        parts = [cls._moved(file, held, calendar, move) for move in held.moves]
        return cls(*(np.concatenate(each) for each in zip(*parts, strict=True)))

    @staticmethod
    def _moved(
        file: File, held: Held, calendar: Calendar, move: int
    ) -> tuple[Places, Places, Places, Places]:
        places, days = unpack(held.keys)
        keys = pack(places, calendar.shown(days + move))
        order = np.arange(len(keys)) if calendar.period == "D" else np.lexsort((held.ordinals, keys))
        keys, wanted = keys[order], pack(file.places, file.days)
        first, last = (np.searchsorted(keys, wanted, side) for side in ("left", "right"))
        few = (last > first) & (last - first <= LIMITS.most_sharing)
        rows, counts = np.flatnonzero(few), (last - first)[few]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        at = order[np.repeat(first[few], counts) + within]
        return np.repeat(rows, counts), held.ordinals[at], np.full(len(at), move, np.int64), days[at]

    def repeated(self, file: File, groups: Places) -> NDArray[np.bool_]:
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
