"""How many values lie where: columns over an axis, with limits across; `pictures.html` draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from strongroom.pages.axes import Axis, Limit, ticks_over

_TALL, _TOP = 120, 16  # fixed: pixels
_BINS = 24  # fixed: columns that are told apart on a screen of 360 pixels


@dataclass(frozen=True)
class Column:
    """A drawn column: left and width in per cent, top and height in pixels."""

    left: float
    width: float
    top: float
    height: float


@dataclass(frozen=True)
class Histogram:
    """Counts of values in bins of one width from the first tick to the last; `unit` is what is counted."""

    title: str
    counts: Sequence[int]
    unit: str
    ticks: Sequence[tuple[float, str]]
    limits: Sequence[Limit] = ()

    @property
    def axis(self) -> Axis:
        """The axis below the columns."""
        return Axis(self.ticks, self.limits, _TOP + _TALL)

    @property
    def highest(self) -> int:
        """The largest count."""
        return max(self.counts)

    def edges(self) -> list[float]:
        """Return where each bin begins, and where the last one ends."""
        low, high = self.ticks[0][0], self.ticks[-1][0]
        return [low + (high - low) * place / len(self.counts) for place in range(len(self.counts) + 1)]

    @property
    def description(self) -> str:
        """What the picture shows, for those who do not see it."""
        edges = self.edges()
        filled = [place for place, count in enumerate(self.counts) if count]
        reach = f" from {edges[filled[0]]:,.4g} to {edges[filled[-1] + 1]:,.4g}" if filled else ""
        counted = f"{sum(self.counts):,} {self.unit}{reach}"
        return "; ".join([counted, *(limit.label for limit in self.limits)])

    def columns(self) -> list[Column]:
        """Return the columns that are not empty."""
        wide = 100 / len(self.counts)
        tall = [
            (place, max(1.0, round(_TALL * count / self.highest, 1)))
            for place, count in enumerate(self.counts)
            if count
        ]
        return [Column(round(wide * at, 2), round(wide, 2), _TOP + _TALL - each, each) for at, each in tall]


def histogram(title: str, values: Sequence[float], unit: str, limits: Sequence[Limit] = ()) -> Histogram:
    """Sort values into bins from the least of values and limits to the greatest."""
    reach = [*values, *(limit.value for limit in limits)] or [0.0]
    ticks = ticks_over(min(reach), max(reach))
    low, high = ticks[0][0], ticks[-1][0]
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, int(_BINS * (value - low) / (high - low)))] += 1
    return Histogram(title, counts, unit, ticks, limits)
