"""Matches the events of a file with participants who have the same events, allowing for shifted dates."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.recognised import ALMOST_SURE, Floats, Places
from strongroom.matching.storage.events import pack, unpack
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.histories.date_transform import DateTransform, fitted_coarsening, likely_shift
from strongroom.tracer.histories.events import FileEvents, HeldEvents


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_sharing: int = threshold(
        8, "people", "cost: a code on a day that more people share says too little for its pairs"
    )


LIMITS = _Limits()


def match_people(
    file: FileEvents, held: HeldEvents, *, moved: bool
) -> tuple[DateTransform, Places, Places, Places, Floats]:
    """Return the groups matched with near certainty: who, one day shown, the cohort's own, how certain.

    The likelihood ratio of a code on a day is one over the number of people who have it on an average day.
    """
    calendar = fitted_coarsening(file.days)
    if moved:
        calendar = DateTransform(added=likely_shift(file.places, file.days, held.keys, held.moves))
    found = _Candidates.of(file, held, calendar)
    empty = np.empty(0, np.int64)
    if not len(found.rows):
        return calendar, empty, empty, empty, np.empty(0)
    groups = file.groups[found.rows]
    weights = -np.log(held.often[file.places[found.rows]] * calendar.width)
    # A repeated code and day adds no information, and a person's dates were all shifted in the same
    # direction.
    fresh = ~found.repeated(file, groups)
    entries = np.stack([groups, found.people, found.moves])
    way, which = np.unique(entries, axis=1, return_inverse=True)
    total = np.asarray(np.bincount(which.ravel(), weights * fresh, way.shape[1]), np.float64)
    order = np.lexsort((-total, way[1], way[0]))
    best = order[(np.diff(way[0][order], prepend=-1) != 0) | (np.diff(way[1][order], prepend=-1) != 0)]
    top = np.zeros(int(groups.max()) + 1)
    np.maximum.at(top, way[0][best], total[best])
    shares = np.exp(total[best] - top[way[0][best]])
    # That the group is nobody of the cohort is a candidate as well, with a ratio of 1.
    certainty = shares / (np.bincount(way[0][best], shares, len(top)) + np.exp(-top))[way[0][best]]
    surest = certainty >= ALMOST_SURE
    certainty = (certainty * _one_way(way, total)[best])[surest] if any(held.moves) else certainty[surest]
    best = best[surest]
    row = found.most_telling(which.ravel(), calendar, max(held.moves))[best]
    return calendar, way[1][best], file.days[found.rows[row]], found.own[row], certainty


def _one_way(way: Places, total: Floats) -> Floats:
    """Return how clearly somebody's dates were shifted in one of the two directions, 0 for not at all.

    `way` has the group, the person and the shift of each entry in order, shape (3, entries), and `total` its
    log-likelihood ratio.
    """
    person = np.cumsum(np.any(np.diff(way[:2], axis=1, prepend=-1) != 0, axis=0)) - 1
    later, earlier = np.zeros(len(total)), np.zeros(len(total))
    for side, moved in ((later, way[2] > 0), (earlier, way[2] < 0)):
        np.maximum.at(side, person[moved], total[moved])
    return np.asarray(np.tanh(np.abs(later - earlier) / 2)[person], np.float64)


@dataclass(frozen=True, repr=False)
class _Candidates:
    """Rows, people with their code on their day, the shift a mark would have made, and the original day."""

    rows: Places
    people: Places
    moves: Places
    own: Places

    @classmethod
    def of(cls, file: FileEvents, held: HeldEvents, calendar: DateTransform) -> Self:
        """Return the candidates for every possible shift."""
        parts = [cls._moved(file, held, calendar, move) for move in held.moves]
        return cls(*(np.concatenate(each) for each in zip(*parts, strict=True)))

    @staticmethod
    def _moved(
        file: FileEvents, held: HeldEvents, calendar: DateTransform, move: int
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

    def repeated(self, file: FileEvents, groups: Places) -> NDArray[np.bool_]:
        """Tell which entries repeat a code and day of the same person and shift."""
        order = np.lexsort((file.days[self.rows], file.places[self.rows], self.moves, self.people, groups))
        sorted_entries = np.stack(
            [file.days[self.rows], file.places[self.rows], self.moves, self.people, groups]
        )[:, order]
        again = np.zeros(len(order), bool)
        again[order[1:]] = np.all(sorted_entries[:, 1:] == sorted_entries[:, :-1], axis=0)
        return again

    def most_telling(self, which: Places, calendar: DateTransform, reach: int) -> Places:
        """Return, for each of `which`, a date that differs between the two directions of shift, if any."""
        tells = calendar.shown(self.own - reach) != calendar.shown(self.own + reach)
        order = np.lexsort((~tells, which))
        first: Places = order[np.diff(which[order], prepend=-1) != 0]
        return first
