"""Words placed on a page, as lines of text: words at one height form a line, separated by tabs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby


@dataclass(frozen=True)
class Word:
    """A piece of text and where it begins; `y` grows downwards."""

    x: float
    y: float
    text: str = field(repr=False)


def words_as_text(words: Sequence[Word], *, same_line: float = 1.0) -> str:
    """Return the words line by line, separated by tabs."""
    placed = sorted(words, key=lambda word: (round(word.y / same_line), word.x))
    lines = groupby(placed, key=lambda word: round(word.y / same_line))
    return "\n".join("\t".join(word.text for word in line) for _, line in lines)
