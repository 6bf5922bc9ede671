"""Plain text: prose, logs, source code; and the tables inside it."""

from collections.abc import Iterator

import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, Origin, ProblemKind
from strongroom.checker.formats.columns import infer
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.text.literals import literal_tables, literals_of
from strongroom.checker.formats.text.markup_tables import keyed_tables, latex_tables, without_smcl
from strongroom.checker.formats.text.names_with_values import name_tables
from strongroom.checker.formats.text.normalised import normalised
from strongroom.checker.formats.text.ragged_lines import ragged_tables
from strongroom.checker.formats.text.sentences import sentence_tables
from strongroom.checker.formats.text.text_tables import line_tables
from strongroom.thresholds import Thresholds, threshold

__all__ = ["decode", "infer", "read", "require_text", "tables_in"]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_tables: int = threshold(2_000, "tables", "cost: each is judged by itself")


LIMITS = _Limits()


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the text, and every table in it."""
    del context
    content = decode(part.data)
    yield from with_tables(part.where, content)


def with_tables(where: str, content: str) -> Iterator[Artefact]:
    """Yield a text that accompanies a file's content, and every table in it."""
    yield FoundText(where, content)
    yield from tables_in(content, where)


def decode(data: bytes) -> str:
    """Return the text that `data` is, strictly UTF-8 without NULs; raise UnreadableError."""
    require_text(data, decoded=False)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "is not UTF-8 text") from error


def require_text(data: bytes, *, decoded: bool = True) -> None:
    """Raise UnreadableError unless `data` is text: no NULs and, when `decoded`, valid UTF-8."""
    if b"\x00" in data:
        raise UnreadableError(ProblemKind.UNREADABLE, "a text with NUL bytes")
    if decoded and not data.isascii():
        decode(data)


def tables_in(content: str, where: str) -> Iterator[FoundTable]:
    """Yield the tables inside a text: of lines, of markup, of keys and values, and of literals in code."""
    for number, (line, what, table) in enumerate(_tables(normalised(without_smcl(content))), start=1):
        if number > LIMITS.most_tables:
            raise UnreadableError(ProblemKind.TOO_LARGE, f"more than {LIMITS.most_tables} tables in a text")
        origin = Origin.LITERALS if what == "literals" else Origin.TABLE
        yield FoundTable(f"{where} > {what} at line {line}", table, origin)


def _holds(earlier: tuple[int, pa.Table], line: int, table: pa.Table) -> bool:
    """Return whether a table is part of an earlier one with as many columns."""
    first, larger = earlier
    within = first <= line and line + table.num_rows <= first + larger.num_rows + 1
    return within and table.num_columns <= larger.num_columns


def _tables(content: str) -> Iterator[tuple[int, str, pa.Table]]:
    by_lines = list(line_tables(content))
    yield from ((line, "table", table) for line, table in by_lines)
    for find in (latex_tables, keyed_tables, sentence_tables):
        yield from ((line, "table", table) for line, table in find(content))
    for line, table in ragged_tables(content):
        if not any(_holds(earlier, line, table) for earlier in by_lines):
            yield line, "table", table
    root = literals_of(content)
    yield from ((line, "literals", table) for line, table in literal_tables(root))
    yield from ((line, "literals", table) for line, table in name_tables(content))
    for first, text in root.texts:
        yield from ((first + line - 1, "literals", table) for line, table in line_tables(text))
