"""Tables as values: a caption, headings, and rows of text of which the first cell names the row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table; columns whose position is in `text` hold words and are aligned to the left."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    text: frozenset[int] = frozenset()


def number_table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *text: int) -> Table:
    """Return a table of numbers: every column but the first, and those at positions `text`, to the right."""
    return Table(caption, headings, tuple(rows), frozenset((0, *text)))


def word_table(caption: str, headings: tuple[str, str], pairs: Mapping[str, str]) -> Table:
    """Return a table of two columns of words."""
    return Table(caption, headings, tuple(pairs.items()), frozenset((0, 1)))
