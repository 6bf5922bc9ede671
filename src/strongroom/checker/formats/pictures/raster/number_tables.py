"""Reads the lines of numbers in a picture into a table, one row per line."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.digits import NO_DIGIT
from strongroom.checker.formats.pictures.raster.number_lines import Line
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    point_height: float = threshold(
        0.4, "heights of a digit", "judgement: a decimal point is lower and narrower"
    )
    point_width: float = threshold(
        0.4, "heights of a digit", "judgement: a decimal point is lower and narrower"
    )
    dash_height: float = threshold(
        0.3, "heights of a digit", "judgement: a minus sign is flatter than any digit"
    )
    space: float = threshold(
        0.2, "heights of a digit", "judgement: half of what fonts leave between words beyond a letter's place"
    )


LIMITS = _Limits()


_LETTER = "x"


def read_numbers(lines: Sequence[Line]) -> list[list[float | None]]:
    """Return rows of equal length; a cell that is not a number is None.

    Columns follow from the order in the line, so lines with an unusual number of words are left out.
    """
    if not lines:
        return []
    advances = {height: _advance(height, lines) for height in {line.height for line in lines}}
    words = [list(_words(line, advances[line.height])) for line in lines]
    usual = Counter(map(len, words)).most_common(1)[0][0]
    return [[_number(word) for word in row] for row in words if len(row) == usual]


def _advance(height: int, lines: Sequence[Line]) -> float:
    """Return the distance in pixels between the centres of neighbouring digits of one number."""
    steps = [step for line in lines if line.height == height for step in _steps(line)]
    counted = np.bincount(np.rint(2 * np.array(steps)).astype(int)) if steps else np.zeros(1, int)
    return float(counted.argmax()) / 2


def _steps(line: Line) -> NDArray[np.float64]:
    middles = (line.boxes[:, 1] + line.boxes[:, 3]) / 2
    both = (line.digits[1:] != NO_DIGIT) & (line.digits[:-1] != NO_DIGIT)
    return np.asarray(np.diff(middles)[both], np.float64)


def _words(line: Line, advance: float) -> Iterator[str]:
    """Yield the words of a line: digits, points and dashes as such, any other glyph as a letter."""
    word, before, middle, ended = "", "", 0.0, 0
    for (top, left, bottom, right), digit in zip(line.boxes.tolist(), line.digits.tolist(), strict=True):
        sign = _sign(line, top, bottom, right - left) if digit == NO_DIGIT else str(digit)
        both_digits = sign.isdigit() and before.isdigit()
        # A 1 has wide gaps beside it, but its centre is where any digit's is.
        space = (left + right) / 2 - middle - advance if both_digits else left - ended - 0.1 * line.height
        if word and space > LIMITS.space * line.height:
            yield word
            word = ""
        word, before, middle, ended = word + sign, sign, (left + right) / 2, right
    yield word


def _sign(line: Line, top: int, bottom: int, wide: int) -> str:
    high, middle = bottom - top, (top + bottom) / 2
    if (
        high <= LIMITS.point_height * line.height
        and wide <= LIMITS.point_width * line.height
        and bottom >= line.bottom - 1
    ):
        return "."
    if high <= LIMITS.dash_height * line.height and middle > line.top + line.height / 4:
        return "-"
    return _LETTER


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None
