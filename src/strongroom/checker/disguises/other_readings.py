"""Other readings of a file's content, to be compared with people: see `rhythm` and `restated`."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

import pyarrow as pa

from strongroom.checker.contents.found import FoundReading, FoundSource
from strongroom.checker.disguises.cells import normalised_table
from strongroom.checker.disguises.repeated_lines import repeated_line_tables
from strongroom.checker.disguises.repeated_words import repeated_word_tables
from strongroom.checker.disguises.restated_cells import restated_tables
from strongroom.checker.formats.text.normalised import normalised
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_names: int = threshold(5, "names", "judgement: fewer names hold no table")


LIMITS = _Limits()


_DIGIT = re.compile(r"\d")
_PLACE = re.compile(r" at line \d+$| > (?:words|cells|unseen words|read again \d+)$")


def of_text(where: str, text: str) -> Iterator[FoundReading]:
    """Yield the tables of a text that is judged as it stands."""
    yield from _readings(where, chain(repeated_word_tables(text), repeated_line_tables(text)))


def of_source(found: FoundSource) -> Iterator[FoundReading]:
    """Yield the tables of what no reader shows as text: a page's looks, the commands of a drawing."""
    yield from _readings(found.where, repeated_word_tables(normalised(found.source)))


def of_table(where: str, table: pa.Table) -> Iterator[FoundReading]:
    """Yield a table's cells as numbers where they say them otherwise, and those in its columns' names."""
    yield from _readings(where, restated_tables(table))
    yield from of_names(f"{where} > names", table.column_names)


def of_names(where: str, names: Iterable[str]) -> Iterator[FoundReading]:
    """Yield the tables that names spell: of columns, members, sheets, data sets."""
    told = [name for name in dict.fromkeys(names) if _DIGIT.search(name)]
    if len(told) >= LIMITS.least_names:
        yield from _readings(where, repeated_word_tables("\n".join(told).replace("_", " : ")))


def inner_name(where: str) -> str:
    """Return what a place in a file is called there, without the file and what readers add."""
    return _PLACE.sub("", where).partition(" > ")[2]


def _readings(where: str, tables: Iterable[pa.Table]) -> Iterator[FoundReading]:
    for number, table in enumerate(tables, start=1):
        yield FoundReading(f"{where} > read again {number}", normalised_table(table))
