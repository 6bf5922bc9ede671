"""How much of an output could be rows of data: counted in microseconds, before the checker is asked."""

import re
from typing import NamedTuple

_NUMBER = re.compile(r"[-+]?\d[\d.,:/eE+-]*")
_BETWEEN_TAGS = re.compile(r">\s+<")
# What ends a line as a browser shows it.
_END_OF_LINE = re.compile(r"</(tr|p|li|div|pre|dd|dt|h[1-6]|caption|blockquote)>|<[bh]r>")
_TAG = re.compile(r"<[^>]*>")


class Counted(NamedTuple):
    """What an output holds: lines with at least one number, numbers, and bytes of text."""

    rows: int = 0
    values: int = 0
    bytes: int = 0

    def plus(self, other: "Counted") -> "Counted":
        """Return the sum of both."""
        return Counted(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def or_more(self, other: "Counted") -> "Counted":
        """Return the larger of each: for two forms of one output."""
        return Counted(*(max(pair) for pair in zip(self, other, strict=True)))


def counted(text: str) -> Counted:
    """Count a plain text."""
    lines = [len(_NUMBER.findall(line)) for line in text.splitlines()]
    return Counted(sum(1 for count in lines if count), sum(lines), len(text.encode(errors="replace")))


def counted_html(html: str) -> Counted:
    """Count the text of HTML from `markup.rebuilt`, a row of a table as one line."""
    lines = _TAG.sub(" ", _END_OF_LINE.sub("\n", _BETWEEN_TAGS.sub("><", html)))
    return counted(lines)._replace(bytes=len(html.encode(errors="replace")))
