"""Excel workbooks: the cells of all sheets, hidden ones too, and every part of the container."""

import re
from collections.abc import Generator, Iterator
from html import unescape
from io import BytesIO
from itertools import groupby
from typing import Any

import pyarrow as pa
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, ProblemKind
from strongroom.checker.formats.archives.zip_structure import open_zip
from strongroom.checker.formats.office.hidden_cells import Hidden, hidden_numbers, hidden_styles
from strongroom.checker.formats.office.parts import members, read_member
from strongroom.checker.formats.part import Context, Part, UnreadableError, printable
from strongroom.checker.formats.text.plain_text import tables_in

_TEXT_NODE = re.compile(rb"<(?!(?:\w+:)?[vt]\b)[\w:][^<>]*>([^<]+)<")
_SHARED = re.compile(r"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_RUN = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</(?:\w+:)?t>")
_SHEETS = "xl/worksheets/sheet"
_STRINGS = "xl/sharedStrings.xml"
_STYLES = "xl/styles.xml"
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


Cell = Any
Sheet = tuple[str, bool, list[list[Cell]]]


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the cells of every sheet, formulas, words outside cells, charts, caches and embedded files."""
    parts = yield from members(part, open_zip(part), context)
    styles = hidden_styles(parts[_STYLES]) if _STYLES in parts else frozenset()
    strings = _kept(parts.get(_STRINGS, b""))
    for name, data in parts.items():
        if name.startswith(_SHEETS) and name.endswith(".xml"):
            yield from _formulas(data, part.inner(b"", name))
            yield from _hidden(hidden_numbers(data, styles, strings), part.inner(b"", name))
        elif name != _STRINGS:
            yield from read_member(name, data, parts, part, context)
    book = sheets(part)
    if sum(name.startswith(_SHEETS) for name in parts) != len(book):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "sheets missing from the workbook's list")
    cell_texts = yield from _cells(book, part, context)
    yield from _orphans(part, set(strings), cell_texts)


def read_old(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the cells of a workbook from before 2007 (BIFF); its other content is not released."""
    if _MACROS in part.data:
        yield part.problem(ProblemKind.ACTIVE_CONTENT, "macros")
    yield from _cells(sheets(part), part, context)


def read_open(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the cells of an OpenDocument spreadsheet, and the words of its other parts."""
    parts = yield from members(part, open_zip(part), context)
    for name, data in parts.items():
        yield from read_member(name, data, parts, part, context)
    yield from _cells(sheets(part), part, context)


def _cells(book: list[Sheet], part: Part, context: Context) -> Generator[Artefact, None, set[str]]:
    """Yield the tables of every sheet; return all texts in cells."""
    cell_texts: set[str] = set()
    for name, visible, rows in book:
        where = part.inner(b"", name)
        if not visible:
            yield where.problem(ProblemKind.HIDDEN_CONTENT, "a hidden sheet")
        context.budget.take(sum(len(row) for row in rows) * 8)
        cell_texts.update(cell for row in rows for cell in row if isinstance(cell, str))
        for number, block in blocks(rows):
            yield FoundTable(f"{where.where} > row {number}", _table(block))
    return cell_texts


def _formulas(sheet: bytes, inner: Part) -> Iterator[Artefact]:
    """Yield the text of a sheet outside its cells: formulas, headers, validation lists."""
    words = dict.fromkeys(
        unescape(text.decode("utf-8", "replace")).strip() for text in _TEXT_NODE.findall(sheet)
    )
    content = "\n".join(word for word in words if word)
    if content:
        yield FoundText(f"{inner.where} > formulas", content)
        yield from tables_in(content, f"{inner.where} > formulas")


def _hidden(hidden: Hidden, inner: Part) -> Iterator[Artefact]:
    if hidden.is_table:
        detail = (
            f"{hidden.numbers:,} numbers in {hidden.columns:,} columns and {hidden.rows:,} rows are hidden"
        )
        yield inner.problem(ProblemKind.HIDDEN_CONTENT, detail)


def sheets(part: Part) -> list[Sheet]:
    """Return every sheet's name, whether it is visible, and its rows; raise UnreadableError."""
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


def _kept(shared: bytes) -> list[str]:
    """Return the texts that cells refer to by index."""
    items = _SHARED.findall(shared.decode("utf-8", errors="replace"))
    return [unescape("".join(_RUN.findall(item))) for item in items]


def _orphans(part: Part, kept: set[str], cell_texts: set[str]) -> Iterator[Artefact]:
    """Yield texts the workbook keeps that no cell shows: deleted text often remains, but is not released."""
    shown = {text.strip() for text in cell_texts}
    orphans = sorted(text for text in kept if text.strip() and text.strip() not in shown)
    if orphans:
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
        return pa.array([None if cell is None else _cell_text(cell) for cell in cells], pa.string())


def _cell_text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
