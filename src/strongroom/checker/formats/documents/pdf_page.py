"""A PDF page as drawn: lines of text, tables in them, and every point and line with its position."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from strongroom.checker.contents.drawing_kind import Drawn as Kind
from strongroom.checker.contents.found import Artefact, FoundText, ProblemKind
from strongroom.checker.formats.part import Part, UnreadableError
from strongroom.checker.formats.pictures.repeated_shapes import Label
from strongroom.checker.formats.pictures.shapes import Mark, Shapes
from strongroom.checker.formats.text.plain_text import tables_in
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    word_gap: float = threshold(
        0.18,
        "letter sizes",
        "judgement: set by trial, no source kept; smaller splits words, larger joins them",
    )
    cell_gap: float = threshold(
        1.1,
        "letter sizes",
        "judgement: set by trial, no source kept; larger joins the cells of a row",
    )
    most_pages: int = threshold(2_000, "pages", "cost: bound of the time to lay out every page")


LIMITS = _Limits()


Drawn = dict[str, Any]


def pages(part: Part) -> Iterator[Artefact]:
    """Yield what every page shows, hidden layers and invisible text included; raise UnreadableError."""
    import io  # noqa: PLC0415 - see below

    import pdfplumber  # noqa: PLC0415 - slow to load, and most files are no PDF

    with pdfplumber.open(io.BytesIO(part.data)) as document:
        if len(document.pages) > LIMITS.most_pages:
            raise UnreadableError(ProblemKind.TOO_LARGE, f"more than {LIMITS.most_pages} pages")
        for number, page in enumerate(document.pages, start=1):
            yield from _page(page, f"{part.where} > page {number}")
            page.close()


def _page(page: Any, where: str) -> Iterator[Artefact]:
    shapes = Shapes(float(max(page.width, page.height)))
    content = "\n".join(_lines(page.chars, shapes))
    if content.strip():
        yield FoundText(where, content)
        yield from tables_in(content, where)
    for kind in ("rect", "line", "curve"):
        for each in page.objects.get(kind, ()):
            _shape(each, kind, shapes)
    yield from shapes.tables(where)


def _shape(drawn: Drawn, kind: str, shapes: Shapes) -> None:
    points = [(float(x), float(y)) for x, y in drawn.get("pts") or ()]
    if kind == "rect" or not points:
        points = [(drawn["x0"], drawn["top"]), (drawn["x1"], drawn["bottom"])]
    letters = "".join(str(step[0]) for step in drawn.get("path") or ())[:40]
    bends = [(float(x), float(y)) for step in drawn.get("path") or () for x, y in step[1:-1]]
    colour = f"{drawn.get('non_stroking_color')} {drawn.get('stroking_color')}"
    shapes.line(points, f"{kind} {letters}", colour, bends)


def _lines(letters: list[Drawn], shapes: Shapes) -> Iterator[str]:
    """Yield lines of text, cells separated by tabs; isolated letters are points as well."""
    placed = sorted(letters, key=lambda each: (_height(each), each["x0"]))
    for _, line in groupby(placed, key=_height):
        cells: list[list[Drawn]] = []
        last: Drawn | None = None
        for letter in line:
            if (
                last is None
                or not -LIMITS.word_gap <= _gap(last, letter) <= LIMITS.cell_gap
                or _is_symbol(letter)
            ):
                cells.append([])
            cells[-1].append(letter)
            last = letter
        for cell in cells:
            _mark(cell, shapes)
        yield "\t".join("".join(_with_spaces(cell)).strip() for cell in cells)


def _with_spaces(cell: list[Drawn]) -> Iterator[str]:
    last: Drawn | None = None
    for letter in cell:
        if last is not None and _gap(last, letter) > LIMITS.word_gap:
            yield " "
        yield letter["text"]
        last = letter


def _gap(left: Drawn, right: Drawn) -> float:
    """Return the space between two letters in units of their size."""
    space: float = (right["x0"] - left["x1"]) / max(right["size"], 1.0)
    return space


def _height(letter: Drawn) -> int:
    middle: float = (letter["top"] + letter["bottom"]) / 2
    return round(middle / 2)


def _is_symbol(letter: Drawn) -> bool:
    # R draws its dots as letters of a font of symbols.
    return "dingbat" in letter["fontname"].lower()


def _mark(cell: list[Drawn], shapes: Shapes) -> None:
    middle = (cell[0]["x0"] + cell[-1]["x1"]) / 2, (cell[0]["top"] + cell[0]["bottom"]) / 2
    shapes.labels.append(Label(*middle, "".join(letter["text"] for letter in cell).strip()))
    if len(cell) == 1:
        letter = cell[0]
        middle = ((letter["x0"] + letter["x1"]) / 2, (letter["top"] + letter["bottom"]) / 2)
        colour = str(letter.get("non_stroking_color"))
        key = f"letter {letter['fontname']} {letter['text']}"
        size = float(letter["size"])
        shapes.mark(key, Mark(*middle, size, size, colour), Kind.DOTS if _is_symbol(letter) else Kind.LETTERS)
