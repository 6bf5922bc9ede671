"""The axis below a picture: its ticks, and limits drawn across.

Positions across are per cent of the width, so that a picture fits a telephone and a sheet of paper with
letters of one size; positions down are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_TICKS, _LIMIT_LINE = 22, 16  # fixed: pixels, by the letter size of house.css
_TICK_EDGE = 15.0  # fixed: per cent; nearer the ends of the axis a text begins or ends at its position
_LIMIT_EDGE = 45.0  # fixed: per cent; the same for limits, whose texts are longer
_STEPS = (1, 2, 5, 10)  # fixed: what makes a tick a round number
_INTERVALS = 4  # fixed: intervals between ticks, of which the texts fit a telephone


@dataclass(frozen=True)
class Limit:
    """A line across a picture, and what it means."""

    value: float
    label: str


@dataclass(frozen=True)
class Mark:
    """A tick or limit: its position in per cent, its text, how the text is anchored, and its baseline."""

    at: float
    text: str
    anchor: str
    base: int


@dataclass(frozen=True)
class Axis:
    """An axis at `bottom` pixels, from the first of `ticks` to the last."""

    ticks: Sequence[tuple[float, str]]
    limits: Sequence[Limit]
    bottom: int

    @property
    def height(self) -> int:
        """The height of a picture with this axis."""
        return self.bottom + _TICKS + _LIMIT_LINE * len(self.limits)

    def at(self, value: float) -> float:
        """Return a value's position, that of the nearer end for one beyond the axis."""
        low, high = self.ticks[0][0], self.ticks[-1][0]
        return round(100 * min(1.0, max(0.0, (value - low) / (high - low))), 2)

    def tick_marks(self) -> list[Mark]:
        """Return the ticks."""
        return [self._mark(value, text, 0, _TICK_EDGE) for value, text in self.ticks]

    def limit_marks(self) -> list[Mark]:
        """Return the limits, each with a line of text of its own below the ticks."""
        return [
            self._mark(each.value, each.label, line, _LIMIT_EDGE)
            for line, each in enumerate(self.limits, start=1)
        ]

    def _mark(self, value: float, text: str, line: int, edge: float) -> Mark:
        at = self.at(value)
        anchor = "start" if at < edge else "end" if at > 100 - edge else "middle"
        return Mark(at, text, anchor, self.bottom + _TICKS - 6 + _LIMIT_LINE * line)


def ticks_over(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return at least two round ticks, of which the first is at most `low` and the last at least `high`."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** int(f"{span / _INTERVALS:e}".partition("e")[2])
    step = next(power * each for each in _STEPS if power * each >= span / _INTERVALS)
    first, last = _down(low / step), -_down(-high / step)
    return tuple((step * place, f"{step * place:,.10g}") for place in range(first, max(last, first + 1) + 1))


def _down(number: float) -> int:
    """Return the whole number at or below; what a float misses by its last bits is that number."""
    return int((number + 1e-9) // 1)
