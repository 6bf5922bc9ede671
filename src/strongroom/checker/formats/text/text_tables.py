"""Tables in a text: delimited, aligned, Markdown, LaTeX, logs, and lists of one value per line.

Five lines of equal width are a table whatever they hold; fewer are one if they are mostly numbers, or if
rules and markup show it.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
from pyarrow import csv as arrow_csv

from strongroom.checker.contents.table_heading import with_heading
from strongroom.checker.formats.columns import infer
from strongroom.checker.formats.text.unspaced_columns import with_columns_apart
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(5, "lines", "judgement: fewer lines of one width may be prose")
    least_numeric_rows: int = threshold(2, "lines", "judgement: mostly numeric lines are a table sooner")
    least_width: int = threshold(3, "cells", "judgement: narrower lines need more rows")


LIMITS = _Limits()


_DELIMITERS = "\t|;,"
_GAPS, _WIDE_GAPS = re.compile(r"[ \t]+"), re.compile(r"[ \t]{2,}|\t")
_RULE = re.compile(r"[\s|:+=\-─━═│┼╪┿├┤┌┐└┘]*")
_NUMBER = re.compile(r"[-+(<>=~$]*\.?\d[\d.,:/%eE+)\-]*\*{0,3}|NA|NaN|nan|\.|-")
_COMMENT = re.compile(r"\s*(?:#+'?|//+|--|\*+|%+|;+|>+|!+)(?:\s|$)")
_PREFIX = re.compile(r"\A.*[:=\]>]\s+")

Numbered = list[tuple[int, str]]
Splitter = Callable[[str], list[str]]


def line_tables(content: str) -> Iterator[tuple[int, pa.Table]]:
    """Yield the tables that lines of a text form, each with the line it begins at, counted from 1.

    Tried in turn on the remaining lines: delimiters, then columns separated by blanks, then one token per
    line (a list of identifiers).
    """
    for paragraph, ruled in _paragraphs(content.splitlines()):
        yield from _tables_of(_uncommented(paragraph), ruled=ruled)


def _paragraphs(lines: list[str]) -> Iterator[tuple[Numbered, bool]]:
    """Yield runs of non-blank lines, with their numbers and whether there were rules between them."""
    numbered = enumerate(lines, start=1)
    for filled, group in groupby(numbered, key=lambda pair: bool(pair[1].strip())):
        if filled:
            lines_of = list(group)
            block = [(number, line) for number, line in lines_of if not _RULE.fullmatch(line)]
            if len(block) >= LIMITS.least_numeric_rows:
                yield block, len(block) < len(lines_of)


def _uncommented(block: Numbered) -> Numbered:
    """Return lines without comment markers if all of them have one."""
    marks = [_COMMENT.match(line) for _, line in block]
    if not all(marks):
        return block
    return [(number, line[mark.end() :]) for (number, line), mark in zip(block, marks, strict=True) if mark]


def _tables_of(block: Numbered, *, ruled: bool) -> Iterator[tuple[int, pa.Table]]:
    for delimiter in _DELIMITERS:
        least = LIMITS.least_numeric_rows if delimiter == "|" and ruled else LIMITS.least_rows
        taken: set[int] = set()
        for run in _runs(block, partial(_parts, delimiter), least):
            if delimiter == "|" and _are_rules(run):
                continue
            taken.update(number for number, _ in run)
            yield run[0][0], _delimited([line for _, line in run], delimiter)
        block = [(number, line) for number, line in block if number not in taken]
    plain = with_columns_apart([(number, line.replace("|", " ").strip()) for number, line in block])
    narrow, wide = list(_runs(plain, _GAPS.split)), list(_runs(plain, _wide_cells))
    # Cells with blanks need wide gaps, narrow tables narrow ones: use what explains more lines.
    split = _GAPS.split if sum(map(len, narrow)) >= sum(map(len, wide)) else _wide_cells
    for run in narrow if split == _GAPS.split else wide:
        rows = [split(line) for _, line in run]
        header = _header_before(run[0][0], plain, rows, split)
        heading = "" if header else _line_before(run[0][0], plain)
        yield run[0][0], with_heading(columns_of(header + rows), heading)


def _runs(block: Numbered, split: Splitter, least: int = LIMITS.least_rows) -> Iterator[Numbered]:
    """Yield runs of lines of equal width that are a table by their length or by their numbers."""
    for width, group in groupby(block, key=lambda pair: len(split(pair[1]))):
        run = list(group)
        if width and (len(run) >= least or (width >= LIMITS.least_width and _is_numeric(run, split))):
            yield run


def _parts(delimiter: str, line: str) -> list[str]:
    return line.split(delimiter) if delimiter in line else []


def _wide_cells(line: str) -> list[str]:
    cells = _WIDE_GAPS.split(line)
    return cells if len(cells) > 1 else []


def _is_numeric(run: Numbered, split: Splitter) -> bool:
    """Return whether two or more lines hold mostly numbers; the first may be a header."""
    if len(run) < LIMITS.least_numeric_rows:
        return False
    cells = [cell.strip().strip("\"'") for _, line in run[1:] for cell in split(line)]
    filled = [cell for cell in cells if cell]
    return sum(bool(_NUMBER.fullmatch(cell)) for cell in filled) * 2 >= max(len(filled), 2)


def _are_rules(run: Numbered) -> bool:
    """Return whether bars frame several columns of numbers each, as in Stata's output."""
    framed = sum(any(_WIDE_GAPS.search(cell.strip()) for cell in line.split("|")) for _, line in run)
    return framed * 2 > len(run)


def _header_before(number: int, lines: Numbered, rows: list[list[str]], split: Splitter) -> list[list[str]]:
    """Return the line above a run as its header if it lacks only the name of the row names."""
    line = _line_before(number, lines)
    above = split(line) if line else []
    named = len(above) == len(rows[0]) - 1 and above and not any(map(_NUMBER.fullmatch, above))
    return [["row", *above]] if named else []


def _line_before(number: int, lines: Numbered) -> str:
    place = bisect_left(lines, number, key=itemgetter(0))
    return lines[place - 1][1] if place else ""


def _delimited(lines: list[str], delimiter: str) -> pa.Table:
    if delimiter == "|":  # Markdown and org have bars at both ends
        lines = [line.strip().strip("|") for line in lines]
    unnamed = any(_NUMBER.fullmatch(cell.strip()) for cell in lines[0].split(delimiter))
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer("\n".join(lines).encode()),
            read_options=arrow_csv.ReadOptions(autogenerate_column_names=unnamed, block_size=1 << 26),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter),
        )
    except pa.ArrowException:
        return columns_of([line.split(delimiter) for line in lines])
    if any(pa.types.is_string(kind) for kind in table.schema.types) and '"' not in lines[0]:
        return columns_of([_unprefixed(line.split(delimiter)) for line in lines])
    return table.rename_columns([name.strip() for name in table.column_names])


def _unprefixed(cells: list[str]) -> list[str]:
    """Return cells without a log's prefix: a time, a level, a word and a colon."""
    return [_PREFIX.sub("", cells[0]), *cells[1:]]


def columns_of(rows: Sequence[Sequence[str]]) -> pa.Table:
    """Return rows of text as a table, named by the first row if it holds names, otherwise f0, f1, .."""
    width = max((len(row) for row in rows), default=0)
    cells = [[row[at].strip() if at < len(row) else None for row in rows] for at in range(width)]
    columns = [infer(column) for column in cells]
    if _named(rows, columns):
        return pa.Table.from_arrays(
            [column.slice(1) for column in columns], [cell.strip() for cell in rows[0]]
        )
    return pa.Table.from_arrays(columns, [f"f{at}" for at in range(width)])


def _named(rows: Sequence[Sequence[str]], columns: list[pa.Array]) -> bool:
    """Return whether the first row holds names: none is a number, and a number is below one of them."""
    numbers = [column for column in columns if not pa.types.is_string(column.type)]
    if len(rows[0]) < len(columns) or not numbers or any(column[0].is_valid for column in numbers):
        return False
    return all(cell.strip() for cell in rows[0]) and not any(cell[:1].isdigit() for cell in rows[0])
