"""Exact data match as products for data-loss prevention offer it: two cells of one record in one line.

The index holds every cell of four characters or more, folded to lower case; a line fires when it holds a
cell few people share (at most 64) and another cell of the same person in another column. Text is read as
such, from zip archives and Office files too (tags taken away), as those products do.
"""

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

_SHARED_BY = 64
_LETTERS = 4
_CELL = re.compile(r"[^\s,;\t|<>\"'\[\](){}]+")
_TAG = re.compile(r"<[^>]*>")
_LINE_END = re.compile(r"</row>|</w:tr>|</w:p>|</tr>")
_LARGEST = 16 * 2**20


class DataMatch:
    """The index of one cohort's cells."""

    def __init__(self, people: pl.DataFrame) -> None:
        self._holders: dict[str, set[int]] = {}
        self._cells: list[set[str]] = [set() for _ in range(len(people))]
        for name in people.columns:
            for person, cell in enumerate(people[name].cast(pl.String)):
                if cell is not None and len(cell) >= _LETTERS:
                    self._cells[person].add(cell.lower())
        for person, cells in enumerate(self._cells):
            for cell in cells:
                self._holders.setdefault(cell, set()).add(person)

    def fires(self, path: Path) -> bool:
        """Say whether any line of the file holds two cells of one record."""
        return any(self._hits(line) for line in _lines(path.name, path.read_bytes()))

    def _hits(self, line: str) -> bool:
        cells = {each.lower() for each in _CELL.findall(line) if len(each) >= _LETTERS}
        for cell in cells:
            holders = self._holders.get(cell, ())
            if 0 < len(holders) <= _SHARED_BY and any(len(cells & self._cells[each]) > 1 for each in holders):
                return True
        return False


def _lines(name: str, content: bytes, depth: int = 0) -> Iterator[str]:
    if content.startswith(b"\x1f\x8b"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError):
            return
    if content.startswith(b"PK\x03\x04") and depth < 2:
        yield from _members(content, depth)
        return
    text = content[:_LARGEST].decode("utf-8", "ignore")
    if name.endswith(".xml"):
        text = _TAG.sub(" ", _LINE_END.sub("\n", text))
    yield from text.splitlines()


def _members(content: bytes, depth: int) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if not member.flag_bits & 1:
                    yield from _lines(member.filename, archive.read(member), depth + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return
