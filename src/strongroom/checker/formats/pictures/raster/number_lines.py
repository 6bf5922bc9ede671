"""Lines of numbers in a picture: digits side by side on one baseline, in lines below each other."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.components import Boxes, components
from strongroom.checker.formats.pictures.raster.digits import NO_DIGIT, digits_of
from strongroom.checker.formats.pictures.raster.grey_levels import Shades
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    ink: int = threshold(80, "steps of 256", "judgement: anti-aliased edges of letters lie below")
    lowest: int = threshold(5, "pixels", "judgement: smaller digits cannot be distinguished")
    highest: int = threshold(80, "pixels", "judgement: larger digits are titles")
    fewest_digits: int = threshold(8, "digits", "judgement: lines of fewer digits are labels")
    digit_share: float = threshold(0.5, "share of glyphs", "judgement: lines of text have fewer digits")
    touching: float = threshold(
        1.3, "width / height", "judgement: a wider glyph is several digits that touch"
    )
    advance: float = threshold(
        0.84, "heights of a digit", "judgement: from one digit to the next in fonts of plots"
    )
    most_glyphs: int = threshold(200_000, "glyphs", "cost: time to recognise them")
    column_gap: int = threshold(
        10, "heights of a digit", "judgement: a wider gap separates tables side by side"
    )
    line_gap: int = threshold(5, "heights of a digit", "judgement: lines farther apart do not form a table")


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Line:
    """A line of numbers: its glyphs from left to right with their digits, its position and height.

    `boxes` has shape (glyphs, 4), `digits` (glyphs,): 0 to 9, or NO_DIGIT. `brackets` counts glyphs that are
    narrow and taller than digits, such as those around intervals.
    """

    bottom: int
    height: int
    boxes: Boxes
    digits: NDArray[np.int8]
    brackets: int

    @property
    def top(self) -> int:
        """Where its digits begin."""
        return self.bottom - self.height

    @property
    def extent(self) -> tuple[int, int]:
        """Where it begins and ends across the picture."""
        return int(self.boxes[0, 1]), int(self.boxes[:, 3].max())


def number_lines(ink: Shades) -> list[Line]:
    """Return the lines of eight or more glyphs, mostly digits, that have another such line nearby.

    `ink` is a picture's contrast. Numbers along an axis are a single line, those of a table several.
    """
    boxes = components(ink > LIMITS.ink)
    high, wide = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    boxes = boxes[(high <= LIMITS.highest) & (wide <= 5 * np.maximum(high, LIMITS.lowest))][
        : LIMITS.most_glyphs
    ]
    found = sorted(_Glyphs(ink, _apart(boxes)).lines(), key=lambda line: line.top)
    tops = [line.top for line in found]
    kept = []
    for line in found:
        reach = LIMITS.line_gap * line.height
        near = found[bisect_left(tops, line.top - reach) : bisect_right(tops, line.top + reach)]
        if any(_below(line, other) for other in near if other is not line):
            kept.append(line)
    return kept


def _apart(boxes: Boxes) -> Boxes:
    """Split glyphs as wide as several digits: digits that touch."""
    high, wide = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    several = (high >= LIMITS.lowest) & (wide >= LIMITS.touching * high)
    pieces = np.where(several, np.rint(wide / (LIMITS.advance * np.maximum(high, 1))), 1).astype(np.intp)
    cut = np.repeat(boxes, pieces, axis=0)
    number = np.arange(len(cut)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    many, wide = np.repeat(pieces, pieces), np.repeat(wide, pieces)
    left = cut[:, 1].copy()
    cut[:, 1] = left + number * wide // many
    cut[:, 3] = left + (number + 1) * wide // many
    return cut


def _below(one: Line, other: Line) -> bool:
    (left, right), (begin, end) = one.extent, other.extent
    return abs(one.height - other.height) <= 1 and min(right, end) > max(left, begin)


class _Glyphs:
    """The glyphs of a picture in the order of their baselines."""

    def __init__(self, ink: Shades, boxes: Boxes) -> None:
        self._boxes = boxes[np.lexsort((boxes[:, 1], boxes[:, 2]))]
        self._high = self._boxes[:, 2] - self._boxes[:, 0]
        self._wide = self._boxes[:, 3] - self._boxes[:, 1]
        self._digits_of = np.full(len(boxes), NO_DIGIT, np.int8)
        shaped = (
            (self._high >= LIMITS.lowest)
            & (self._wide >= 0.1 * self._high)
            & (self._wide <= 1.15 * self._high)
        )
        self._digits_of[shaped] = digits_of(ink, self._boxes[shaped])
        self._digit = self._digits_of != NO_DIGIT
        self._left = np.ones(len(boxes), bool)
        self._middles = self._boxes[:, 0] + self._boxes[:, 2]
        self._order = np.argsort(self._middles, kind="stable")
        self._ordered = self._middles[self._order]

    def lines(self) -> Iterator[Line]:
        """Yield lines, those with most digits on their baseline first; no glyph is in two."""
        on_line = np.bincount(self._boxes[:, 2], weights=self._digit)
        for bottom in np.argsort(-on_line, kind="stable"):
            if on_line[bottom] < LIMITS.fewest_digits // 3:
                return
            height = self._height(int(bottom))
            if height:
                for part in self._pieces(int(bottom), height):
                    yield from self._line(part, int(bottom), height)

    def _height(self, bottom: int) -> int:
        """Return the commonest height of digits on a baseline; 0 where there are too few."""
        near = slice(*np.searchsorted(self._boxes[:, 2], [bottom - 1, bottom + 2]))
        high = self._high[near][self._digit[near] & self._left[near]]
        if len(high) < LIMITS.fewest_digits:
            return 0
        return int(np.convolve(np.bincount(high, minlength=LIMITS.highest + 2), [1, 1, 1], "same").argmax())

    def _pieces(self, bottom: int, height: int) -> Iterator[NDArray[np.intp]]:
        """Yield the glyphs of a line from left to right, split at gaps wider than between columns."""
        near = slice(*np.searchsorted(self._ordered, [2 * (bottom - height), 2 * bottom + 1]))
        chosen = self._order[near]
        chosen = chosen[
            self._left[chosen]
            & (self._high[chosen] < 2 * height)
            & (self._boxes[chosen, 2] <= bottom + height // 2)
        ]
        chosen = chosen[np.argsort(self._boxes[chosen, 1], kind="stable")]
        reached = np.maximum.accumulate(self._boxes[chosen, 3])
        gaps = self._boxes[chosen[1:], 1] - reached[:-1]
        yield from np.split(chosen, np.flatnonzero(gaps > LIMITS.column_gap * height) + 1)

    def _line(self, part: NDArray[np.intp], bottom: int, height: int) -> Iterator[Line]:
        high = self._high[part]
        straight = np.abs(self._boxes[part, 2] - bottom) <= 1
        good = self._digit[part] & straight & (np.abs(high - height) <= 1 + height // 12)
        if good.sum() < max(LIMITS.fewest_digits, LIMITS.digit_share * (high > 0.45 * height).sum()):
            return
        self._left[part] = False
        tall = (high >= 1.1 * height) & (self._wide[part] < 0.55 * height) & ~self._digit[part]
        digits = np.where(good, self._digits_of[part], NO_DIGIT).astype(np.int8)
        yield Line(bottom, height, self._boxes[part], digits, int(tall.sum()))
