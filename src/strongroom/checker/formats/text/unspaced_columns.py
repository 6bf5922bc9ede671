"""Fixed-width columns of numbers without a gap between them.

A program that prints fixed-width columns leaves no gap before a number that is too wide. Such a number starts
at a sign, after a bracket, or after as many decimals as its column has, where other lines agree.
"""

import re
from collections import Counter
from enum import Enum
from typing import NamedTuple

from strongroom.thresholds import Thresholds, threshold

Numbered = list[tuple[int, str]]

_GAPS = re.compile(r"([ \t]+)")
_GAP = "  "
_SUSPECT = re.compile(r"\.\d+(?:[eE][-+]?\d+)?-\d*\.\d|\d\.\d+\.\d|[\w\])}][-+]\d+\.\d|[\])}]\d+\.\d")
_SIGN = re.compile(r"(\.\d+(?:[eE][-+]?\d+)?)(?=-\d*\.\d)")
# Only a sign separates a name that ends in digits from a number.
_NAMED = re.compile(r"(?![-+.\d])(?:(.*?[\w\])}])([-+]\d+\.[\d.eE+-]+)|(.*?[\])}])(\d+\.[\d.eE+-]+))")
_BEGINS = re.compile(r"[-+]?\.?\d")
_NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?")
_PLAIN = re.compile(r"[-+]?\d+\.(\d+)")
_RUN_ON = re.compile(r"[-+]?\d+(?:\.\d+){2,}")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_lines: int = threshold(2, "lines", "judgement: a split seen in one line only is chance")
    least_decimals: int = threshold(
        2, "digits", "judgement: versions and section numbers have single digits between points"
    )
    least_words: int = threshold(2, "words", "judgement: a line of fewer is no row")
    piece: int = threshold(10_000, "lines", "cost: cells of their own take far more memory than their text")


LIMITS = _Limits()


class _Edge(Enum):
    """What a cell begins with."""

    GAP = "blanks"
    SIGN = "a sign"
    CERTAIN = "the decimals of the number before, or a bracket"


class _Cell(NamedTuple):
    text: str
    gap: str = _GAP
    edge: _Edge = _Edge.GAP


_Row = list[_Cell]


def with_columns_apart(block: Numbered) -> Numbered:
    """Return lines with joined numbers split where other lines have the same cells separate.

    A sign alone is no proof, since ranges look the same. Two points in one number are.
    """
    parted: Numbered = []
    for start in range(0, len(block), LIMITS.piece):
        piece = block[start : start + LIMITS.piece]
        parted += _parted(piece) if any(_SUSPECT.search(line) for _, line in piece) else piece
    return parted


def _parted(block: Numbered) -> Numbered:
    rows = [_signed(_cells(line)) for _, line in block]
    _part_decimals(rows)
    proven = _proven(rows)
    return [
        (number, "".join(cell.gap + cell.text for cell in row) if _is_sure(row, proven) else line)
        for (number, line), row in zip(block, rows, strict=True)
    ]


def _cells(line: str) -> _Row:
    """Return a line's cells; the words before the first number are one cell, its name."""
    pieces = ["", *_GAPS.split(line)]
    cells = [_Cell(text, gap) for gap, text in zip(pieces[::2], pieces[1::2], strict=True)]
    words = next((place for place, cell in enumerate(cells) if _BEGINS.match(cell.text)), 0)
    if words < LIMITS.least_words:
        return cells
    return [_Cell("".join(cell.gap + cell.text for cell in cells[:words]), ""), *cells[words:]]


def _signed(row: _Row) -> _Row:
    """Return cells split at a sign after decimals, and after the name of the line."""
    named = _NAMED.fullmatch(row[0].text)
    if named:
        name, number = filter(None, named.groups())
        edge = _Edge.SIGN if number[0] in "-+" else _Edge.CERTAIN
        row = [row[0]._replace(text=name), _Cell(number, edge=edge), *row[1:]]
    parted: _Row = []
    for cell in row:
        if not _SIGN.search(cell.text):
            parted.append(cell)
            continue
        first, *others = _SIGN.sub(r"\1\n", cell.text).split("\n")
        parted.append(cell._replace(text=first))
        parted.extend(_Cell(text, edge=_Edge.SIGN) for text in others)
    return parted


def _part_decimals(rows: list[_Row]) -> None:
    """Split cells with two points, from left to right, after the usual number of decimals of their column.

    If none has its own end, after as many as it ends with: neighbours are usually printed alike.
    """
    running = [row for row in rows if any(_RUN_ON.fullmatch(cell.text) for cell in row)]
    place = 0
    while place < max(map(len, running), default=0):
        here = [row for row in running if len(row) > place and _RUN_ON.fullmatch(row[place].text)]
        usual = _usual_decimals(rows, place) if here else 0
        for row in here:
            _part(row, place, usual)
        place += 1


def _usual_decimals(rows: list[_Row], place: int) -> int:
    """Return the usual number of decimals of a column, 0 if it has none."""
    plain = (_PLAIN.fullmatch(row[place].text) for row in rows if len(row) > place)
    decimals = Counter(len(match[1]) for match in plain if match)
    return decimals.most_common(1)[0][0] if decimals else 0


def _part(row: _Row, place: int, usual: int) -> None:
    """Split a cell with two points after its decimals if a number follows; one decimal is not enough."""
    text = row[place].text
    decimals = usual or len(text) - text.rindex(".") - 1
    end = text.index(".") + 1 + decimals
    first, rest = text[:end], text[end:]
    if decimals >= LIMITS.least_decimals and _PLAIN.fullmatch(first) and _PLAIN.match(rest):
        row[place : place + 1] = [row[place]._replace(text=first), _Cell(rest, edge=_Edge.CERTAIN)]


def _proven(rows: list[_Row]) -> set[tuple[int, int]]:
    """Return the line widths and positions at which other lines certainly have separate cells."""
    widths = Counter(map(len, rows))
    candidates: dict[int, set[int]] = {}
    for row in rows:
        candidates.setdefault(len(row), set()).update(
            _glued(row) if widths[len(row)] >= LIMITS.least_lines else ()
        )
    apart: Counter[tuple[int, int]] = Counter()
    for row in rows:
        for place in candidates[len(row)]:
            if _apart(row, place):
                apart[len(row), place] += 1 if row[place].edge is _Edge.GAP else LIMITS.least_lines
    return {where for where, lines in apart.items() if lines >= LIMITS.least_lines}


def _glued(row: _Row) -> list[int]:
    return [place for place, cell in enumerate(row) if cell.edge is not _Edge.GAP]


def _apart(row: _Row, place: int) -> bool:
    """Return whether a number certainly begins here, after a number or the name of the line."""
    return (
        place > 0
        and row[place].edge is not _Edge.SIGN
        and bool(_NUMBER.fullmatch(row[place].text))
        and (place == 1 or bool(_NUMBER.fullmatch(row[place - 1].text)))
    )


def _is_sure(row: _Row, proven: set[tuple[int, int]]) -> bool:
    """Return whether a line was split, and only at proven positions."""
    glued = _glued(row)
    return bool(glued) and all((len(row), place) in proven for place in glued)
