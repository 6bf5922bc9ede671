"""Excel workbooks: the cells of all sheets, hidden ones too, and every part of the container."""

import re
import zipfile
from collections.abc import Generator, Iterator
from html import unescape
from io import BytesIO
from itertools import groupby
from typing import Any

import pyarrow as pa
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from strongroom.checker.artefacts import Artefact, FoundProblem, FoundTable, FoundText, ProblemKind
from strongroom.checker.readers.part import Context, Part, UnreadableError, printable
from strongroom.checker.readers.zip_structure import member_bytes, open_zip, structure_problems, unsafe_name

# Parts a plain workbook is made of; each is either read for cells or holds no content.
_PLAIN = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml"
    r"|xl/(workbook|styles|sharedStrings|calcChain|metadata)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/theme/theme\d+\.xml|xl/worksheets/sheet\d+\.xml|xl/worksheets/_rels/sheet\d+\.xml\.rels"
    r"|xl/tables/table\d+\.xml|(?:[\w.-]+/)+"
    # A printer driver's bytes, which do not leave: a workbook is released as its cells.
    r"|xl/printerSettings/printerSettings\d+\.bin"
)
_ACTIVE = re.compile(r"(?i)vbaProject|activeX|embeddings/|macrosheets/|ctrlProps/|\.bin$|\.exe$|\.dll$")
_WORDS = re.compile(r"(?i)docProps/|comments|persons/|tables/table")
_TEXT_NODE = re.compile(r">([^<]+)<")
_SHARED = re.compile(r"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_RUN = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</(?:\w+:)?t>")
_XML = ".xml"
_SHEETS = "xl/worksheets/sheet"

Cell = Any


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the tables of every sheet, words outside cells, and what no plain workbook has."""
    archive = open_zip(part)
    yield from structure_problems(part, archive)
    parts = yield from _walk(part, archive, context)
    seen: set[str] = set()
    book = sheets(part)
    if sum(name.startswith(_SHEETS) for name in parts) != len(book):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "sheets that the workbook does not list")
    for name, visible, rows in book:
        where = part.inner(b"", name)
        if not visible:
            yield where.problem(ProblemKind.HIDDEN_CONTENT, "a hidden sheet")
        context.budget.take(sum(len(row) for row in rows) * 8)
        seen.update(cell for row in rows for cell in row if isinstance(cell, str))
        for number, block in blocks(rows):
            yield FoundTable(f"{where.where} > row {number}", _table(block))
    yield from _orphans(part, parts.get("xl/sharedStrings.xml", b""), seen)


def sheets(part: Part) -> list[tuple[str, bool, list[list[Cell]]]]:
    """Return every sheet's name, whether it shows, and its rows; raise UnreadableError."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(part.data))
        return [
            (
                sheet.name,
                sheet.visible == SheetVisibleEnum.Visible,
                book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False),
            )
            for sheet in book.sheets_metadata
        ]
    except Exception as error:
        # calamine has an error class a failure, some of them not exported.
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged workbook") from error


def blocks(rows: list[list[Cell]]) -> Iterator[tuple[int, list[list[Cell]]]]:
    """Yield runs of rows that are not empty, with the number of the first (from 1): a sheet may hold many."""
    position = 1
    for filled, group in groupby(rows, key=lambda row: any(cell not in {"", None} for cell in row)):
        block = list(group)
        if filled:
            yield position, block
        position += len(block)


def _walk(
    part: Part, archive: zipfile.ZipFile, context: Context
) -> Generator[Artefact, None, dict[str, bytes]]:
    """Yield problems and words of the container's parts; return the parts' bytes by name."""
    parts: dict[str, bytes] = {}
    for member in archive.infolist():
        inner = part.inner(b"", member.filename)
        if unsafe_name(member):
            yield inner.problem(ProblemKind.UNSAFE_NAME, unsafe_name(member))
        problem = _unexpected(inner, member.filename)
        if problem:
            yield problem
        data = member_bytes(archive, member, context)
        parts[member.filename] = data
        wordy = _WORDS.search(member.filename) and member.filename.endswith(_XML)
        words = _words(data) if wordy else ""
        if words:
            yield FoundText(inner.where, words)
    return parts


def _unexpected(inner: Part, name: str) -> FoundProblem | None:
    if _PLAIN.fullmatch(name):
        return None
    if _ACTIVE.search(name):
        return inner.problem(ProblemKind.ACTIVE_CONTENT, "a macro or embedded object")
    return inner.problem(ProblemKind.HIDDEN_CONTENT, "a part that is neither cells nor looks")


def _words(xml: bytes) -> str:
    return unescape("\n".join(_TEXT_NODE.findall(xml.decode("utf-8", errors="replace")))).strip()


def _orphans(part: Part, shared: bytes, seen: set[str]) -> Iterator[Artefact]:
    """Yield texts the workbook keeps that no cell shows: what was deleted often stays."""
    kept = {
        unescape("".join(_RUN.findall(item)))
        for item in _SHARED.findall(shared.decode("utf-8", errors="replace"))
    }
    shown = {text.strip() for text in seen}
    orphans = sorted(text for text in kept if text.strip() and text.strip() not in shown)
    if orphans:
        yield part.problem(ProblemKind.HIDDEN_CONTENT, f"{len(orphans)} texts that no cell shows")
        yield FoundText(f"{part.where} > {printable('shared strings')}", "\n".join(orphans))


def _table(rows: list[list[Cell]]) -> pa.Table:
    width = max(len(row) for row in rows)
    columns = []
    for number in range(width):
        cells = [row[number] if number < len(row) and row[number] != "" else None for row in rows]
        if any(cell is not None for cell in cells):
            columns.append(cells)
    header = all(isinstance(cells[0], str) or cells[0] is None for cells in columns) and len(rows) > 1
    names = [str(cells[0] or "") if header else f"f{number}" for number, cells in enumerate(columns)]
    return pa.table([_array(cells[1:] if header else cells) for cells in columns], names=names)


def _array(cells: list[Cell]) -> pa.Array:
    """Return a column typed by its cells: whole numbers as integers, mixtures as text."""
    filled = [cell for cell in cells if cell is not None]
    try:
        if all(type(cell) is float and cell.is_integer() and abs(cell) < 2**53 for cell in filled) and filled:
            return pa.array([None if cell is None else int(cell) for cell in cells], pa.int64())
        return pa.array(cells)
    except (pa.ArrowException, OverflowError):
        return pa.array([None if cell is None else cell_text(cell) for cell in cells], pa.string())


def cell_text(cell: Cell) -> str:
    """Return a cell as it is written in a text table: whole numbers without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
