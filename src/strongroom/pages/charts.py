"""Horizontal bars and intervals on one axis, with limits across: the geometry; `pictures.html` draws it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from textwrap import wrap

from strongroom.pages.axes import Axis, Limit

_LINE, _BAR, _GAP, _TOP = 18, 14, 3, 6  # fixed: pixels, by the letter size of house.css
_LETTERS, _FEWEST = 44, 16  # fixed: letters of a label and its number on a screen of 360 pixels; of a label
_SHEET = 460  # fixed: pixels, half a sheet of A4
_VISIBLE = 0.3  # fixed: per cent of the width below which a bar cannot be told from none
_SHARES = ((0.0, "0 %"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1.0, "100 %"))


@dataclass(frozen=True)
class Bar:
    """One row: a value, the words for it, its interval if it has one, and the value after changes if any.

    `kind` is a class of house.css that colours the bar.
    """

    label: str
    value: float
    words: str
    low: float | None = None
    high: float | None = None
    after: float | None = None
    kind: str = "first"


@dataclass(frozen=True)
class Rect:
    """A drawn bar: left edge and width in per cent, top in pixels."""

    left: float
    width: float
    top: int
    kind: str


@dataclass(frozen=True)
class Interval:
    """A drawn interval: both ends in per cent, and its height in pixels."""

    left: float
    right: float
    middle: float


@dataclass(frozen=True)
class Row:
    """A row as it is drawn: the lines of its label with their baselines, the number's baseline, its bars."""

    lines: tuple[tuple[str, int], ...]
    words: str
    base: int
    bars: tuple[Rect, ...]
    interval: Interval | None


@dataclass(frozen=True)
class Chart:
    """Bars on one axis from the first of `ticks` to the last; shares from 0 to 1 where none are given."""

    title: str
    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]] = _SHARES
    limits: Sequence[Limit] = ()

    bar_height = _BAR

    @property
    def description(self) -> str:
        """What the chart shows, for those who do not see it."""
        return "; ".join([f"{bar.label}: {bar.words}" for bar in self.bars] + [x.label for x in self.limits])

    @property
    def axis(self) -> Axis:
        """The axis below the rows."""
        return Axis(self.ticks, self.limits, _TOP + sum(self._height(bar) for bar in self.bars))

    def sheets(self) -> list["Chart"]:
        """Return the chart in parts of nearly one size that each fit on a sheet of paper below a heading."""
        parts = -(-self.axis.bottom // _SHEET)
        if parts == 1:
            return [self]
        cuts = [len(self.bars) * part // parts for part in range(parts + 1)]
        return [
            replace(self, title=f"{self.title} ({part} of {parts})", bars=self.bars[first:end])
            for part, (first, end) in enumerate(pairwise(cuts), start=1)
        ]

    def rows(self) -> Iterator[Row]:
        """Return the rows from top to bottom."""
        axis, top = self.axis, _TOP
        for bar in self.bars:
            yield _row(bar, self._lines(bar), axis, top)
            top += self._height(bar)

    def _lines(self, bar: Bar) -> list[str]:
        longest = max(len(each.words) for each in self.bars)
        return wrap(bar.label, max(_FEWEST, _LETTERS - longest)) or [""]

    def _height(self, bar: Bar) -> int:
        bars = 1 if bar.after is None else 2
        return _LINE * len(self._lines(bar)) + bars * (_BAR + _GAP) + 2 * _GAP


def _row(bar: Bar, lines: list[str], axis: Axis, top: int) -> Row:
    below = top + _LINE * len(lines)
    bars = [_rect(axis, bar.value, below, bar.kind)]
    if bar.after is not None:
        bars.append(_rect(axis, bar.after, below + _BAR + _GAP, "second"))
    interval = None
    if bar.low is not None and bar.high is not None:
        interval = Interval(axis.at(bar.low), axis.at(bar.high), below + _BAR / 2)
    placed = tuple((line, top + _LINE * place - 4) for place, line in enumerate(lines, start=1))
    return Row(placed, bar.words, top + _LINE - 4, tuple(bars), interval)


def _rect(axis: Axis, value: float, top: int, kind: str) -> Rect:
    zero, at = axis.at(0.0), axis.at(value)
    width = max(_VISIBLE, abs(at - zero)) if value else 0.0
    return Rect(min(zero, at, 100 - width), round(width, 2), top, kind)
