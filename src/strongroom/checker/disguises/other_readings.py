"""Alternative readings of a file's content as tables, which are compared with participants only."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

import pyarrow as pa

from strongroom.checker.contents.found import FoundReading, FoundSource
from strongroom.checker.disguises.cells import normalised_table
from strongroom.checker.disguises.packed_digits import packed_digits
from strongroom.checker.disguises.repeated_lines import repeated_line_tables
from strongroom.checker.disguises.repeated_words import repeated_word_tables
from strongroom.checker.disguises.restated_cells import restated_tables
from strongroom.checker.formats.text.normalised import normalised
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_names: int = threshold(5, "names", "judgement: fewer names cannot contain a table")


LIMITS = _Limits()


_DIGIT = re.compile(r"\d")
_PLACE = re.compile(r" at line \d+$| > (?:words|cells|hidden text|read again \d+)$")


def of_text(where: str, text: str) -> Iterator[FoundReading]:
    """Yield the tables that repeated words or lines of a text form."""
    found = chain(repeated_word_tables(text), repeated_line_tables(text))
    yield from _readings(where, chain.from_iterable((each, *_some(packed_digits(each))) for each in found))


def _some(table: pa.Table | None) -> tuple[pa.Table, ...]:
    return () if table is None else (table,)


def of_source(found: FoundSource) -> Iterator[FoundReading]:
    """Yield the tables in source that no reader shows as text: a page's styles, a drawing's commands."""
    yield from _readings(found.where, repeated_word_tables(normalised(found.source)))


def of_table(where: str, table: pa.Table) -> Iterator[FoundReading]:
    """Yield a table's cells as numbers where they are written otherwise, and tables in its column names."""
    yield from _readings(where, chain(restated_tables(table), _some(packed_digits(table))))
    yield from of_names(f"{where} > names", table.column_names)


def of_names(where: str, names: Iterable[str]) -> Iterator[FoundReading]:
    """Yield the tables that names (of columns, archive members, sheets, data sets) contain."""
    numbered = [name for name in dict.fromkeys(names) if _DIGIT.search(name)]
    if len(numbered) >= LIMITS.least_names:
        yield from _readings(where, repeated_word_tables("\n".join(numbered).replace("_", " : ")))


def inner_name(where: str) -> str:
    """Return the name a place has inside its file, without the file's name and what readers add."""
    return _PLACE.sub("", where).partition(" > ")[2]


def _readings(where: str, tables: Iterable[pa.Table]) -> Iterator[FoundReading]:
    for number, table in enumerate(tables, start=1):
        yield FoundReading(f"{where} > read again {number}", normalised_table(table))
