"""How all dates of a table were transformed: shifted by some days, or truncated to weeks, months or years."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from strongroom.matching.recognised import Floats, Places
from strongroom.matching.storage.events import pack, unpack
from strongroom.thresholds import Thresholds, threshold

Days = TypeVar("Days", Places, Floats)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    nearly_all: float = threshold(0.98, "share of dates", "judgement: a few entries escape a coarsening")
    least_dates: int = threshold(
        12, "dates", "derived: by chance twelve days share a weekday once in two billion (7^-11)"
    )
    most_compared: int = threshold(
        2_000_000, "pairs of events", "cost: bounds memory; the rarest codes come first"
    )
    around: int = threshold(61, "days", "judgement: two months show how common a difference is by chance")


LIMITS = _Limits()

_WEEK = 7  # fixed: days a week
# days. fixed: mean length of a month and a year of the Gregorian calendar.
_UNITS = {"M": 365.2425 / 12, "Y": 365.2425}


@dataclass(frozen=True)
class DateTransform:
    """Dates truncated to the start of a period, and then shifted by `added` days.

    `period` is D for unchanged days, W for weeks, M for months, Y for years; weeks start on the weekday of
    `starts`, in days since 1970.
    """

    period: str = "D"
    added: int = 0
    starts: int = 0

    @property
    def width(self) -> float:
        """The number of days in a period."""
        return {"D": 1.0, "W": float(_WEEK), **_UNITS}[self.period]

    def shown(self, days: Days) -> Days:
        """Return these days since 1970 as the file shows them; shape and type as given."""
        day = np.asarray(np.floor(days), np.int64)
        if self.period == "W":
            day = (day - self.starts) // _WEEK * _WEEK + self.starts
        elif self.period != "D":
            starts = day.astype("datetime64[D]").astype(f"datetime64[{self.period}]")
            day = starts.astype("datetime64[D]").astype(np.int64)
        return np.asarray(day + self.added).astype(days.dtype)


def fitted_coarsening(days: Places) -> DateTransform:
    """Tell from a file's dates whether they are days or the starts of longer periods."""
    if len(days) == 0:
        return DateTransform()
    weekday = int(np.bincount(days % _WEEK, minlength=_WEEK).argmax())
    found = [DateTransform("Y"), DateTransform("M"), DateTransform("W", starts=weekday)]
    fewest = [0, 0, LIMITS.least_dates]
    for calendar, least in zip(found, fewest, strict=True):
        if len(days) >= least and np.mean(calendar.shown(days) == days) >= LIMITS.nearly_all:
            return calendar
    return DateTransform()


def likely_shift(places: Places, days: Places, keys: Places, moves: Sequence[int]) -> int:
    """Return the likeliest common shift of all dates: the commonest difference of pairs with one code.

    `places` and `days` are the file's codes and dates, `keys` the cohort's, packed and in order; `moves` are
    the shifts of each person's dates besides. For a file without participants the result is arbitrary.
    """
    first, last = (np.searchsorted(keys, pack(each, _lowest(each))) for each in (places, places + 1))
    # The rarest codes have the fewest pairs, and so the most that are right.
    order = np.argsort(last - first, kind="stable")
    order = order[np.cumsum((last - first)[order]) <= LIMITS.most_compared]
    counts = (last - first)[order]
    if counts.sum() == 0:
        return 0
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    theirs = unpack(keys[np.repeat(first[order], counts) + within])[1]
    apart = np.repeat(days[order], counts) - theirs
    lowest = int(apart.min())
    often = np.bincount(apart - lowest, minlength=2 * LIMITS.around).astype(np.float64)
    usual = np.convolve(often, np.full(LIMITS.around, 1 / LIMITS.around), "same")
    above = (often - usual) / np.sqrt(usual + 1.0)
    total = sum(np.roll(above, -move) for move in moves)
    return int(np.argmax(total)) + lowest


def _lowest(places: Places) -> Places:
    return np.full(places.shape, np.iinfo(np.int64).min // 2, np.int64)
