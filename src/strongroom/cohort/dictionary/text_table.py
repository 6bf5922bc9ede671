"""Read a dictionary's table, comma- or tab-separated, into rows by column name."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import count
from pathlib import Path

from strongroom.errors import DictionaryError

_SAVE_AS_TEXT = "Save it as comma- or tab-separated text in UTF-8, or as YAML."


@dataclass(frozen=True)
class TextTable:
    """A header and the rows below it; each row's number of cells is checked as it is read."""

    path: Path
    header: tuple[str, ...]
    _lines: Iterator[tuple[int, list[str]]]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row's number, from 1 below the header, and its cells; blank lines are skipped."""
        for number, cells in self._lines:
            if not cells:
                continue
            if len(cells) != len(self.header):
                raise DictionaryError(
                    f"The row has {len(cells)} cells, the header {len(self.header)}.",
                    file=self.path,
                    row=number,
                    hint="Put cells that contain the separator in double quotes.",
                )
            yield number, {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}


def read_text(path: Path) -> str:
    """Return a file's text; DictionaryError if it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DictionaryError("This is not text in UTF-8.", file=path, hint=_SAVE_AS_TEXT) from error
    except OSError as error:
        raise DictionaryError(f"Cannot be read: {error.strerror}.", file=path) from error


def open_table(path: Path) -> TextTable:
    """Open a delimited file; the separator is a tab if the header contains one."""
    text = read_text(path)
    first, _, _ = text.partition("\n")
    tabbed = "\t" in first
    # The showcase escapes a quote inside quotes with a backslash; its tab-separated form quotes nothing.
    lines = csv.reader(
        StringIO(text, newline=""),
        delimiter="\t" if tabbed else ",",
        quoting=csv.QUOTE_MINIMAL if '"' in first or not tabbed else csv.QUOTE_NONE,
        escapechar=None if tabbed and '"' not in first else "\\",
        strict=True,
    )
    numbered = _numbered(lines, path)
    _, names = next(numbered, (0, []))
    header = tuple(cell.strip() for cell in names)
    if not any(header):
        raise DictionaryError("The first line names no columns.", file=path, row=0, hint=_SAVE_AS_TEXT)
    if len(set(header)) < len(header):
        repeated = next(name for name in header if header.count(name) > 1)
        raise DictionaryError("The header has this column repeated.", file=path, row=0, column=repeated)
    return TextTable(path, header, numbered)


def _numbered(lines: Iterator[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    for number in count():
        try:
            cells = next(lines, None)
        except csv.Error as error:
            raise DictionaryError(f"The row cannot be read: {error}.", file=path, row=number) from error
        if cells is None:
            return
        yield number, cells
