"""A tolerant parser of source code in any language: reads the values in brackets, evaluates nothing.

Brackets, commas, keys, strings and numbers look alike in Python, R, SQL, Julia, SAS, C and shell. Anything
else is an item that is not a literal, and the rest of its bracket is still read.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Union

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.thresholds import Thresholds, threshold

_VALUE = r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?L?"
_GAP = r"NA(?:_\w+_)?|None|null|NULL|nan|NaN|missing"
_RUN_ITEM = rf"(?:{_VALUE}|{_GAP})(?![\w.])"
_TOKEN = re.compile(
    rf"""(?P<begin>\"{{3}}|'{{3}}|"|'|/\*)
    |(?P<comment>\#[^\n]*|//[^\n]*|--[ \t][^\n]*)
    |(?P<run>{_RUN_ITEM}(?:\s*,\s*{_RUN_ITEM}){{7,}})
    |(?P<gap>(?:{_GAP})\b)
    |(?P<number>{_VALUE}(?![\w.])|0[xX][0-9a-fA-F]+L?)
    |(?P<digits>\d[\d_]*+)
    |(?P<name>[^\W\d][\w.]*|\.[^\W\d][\w.]*)
    |(?P<open>[\[({{])|(?P<close>[\])}}])
    |(?P<comma>,)|(?P<key>=>|<-|:=|=|:)|(?P<row>;|\n)|(?P<tilde>~)
    |(?P<other>[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
# Delimiters that begin and end a string or a comment.
_REST = {
    '"""': ("long", re.compile(r'.*?"{3}', re.DOTALL)),
    "'''": ("long", re.compile(r".*?'{3}", re.DOTALL)),
    '"': ("text", re.compile(r'(?:\\.|[^"\\])*+"', re.DOTALL)),
    "'": ("text", re.compile(r"(?:\\.|[^'\\\n])*+'", re.DOTALL)),
    "/*": ("comment", re.compile(r".*?\*/", re.DOTALL)),
}
_BROKEN = re.compile(r"(?:\\.|[^'\\\n])*+", re.DOTALL)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    deepest: int = threshold(10_000, "brackets", "cost: memory of a hostile file of brackets alone")


LIMITS = _Limits()


Cell = str | None
Item = Union[Cell, "Group", EllipsisType]


@dataclass(repr=False)
class Group:
    """A bracket: the function called, the name assigned to, and its items under their keys.

    An item is a cell, a group, or `...` for anything else. `rows` are cells separated by blanks only, a list
    per row. `within` are all groups inside it. `line` counts from 1.
    """

    callee: str = ""
    assigned: str = ""
    line: int = 1
    keys: list[str | None] = field(default_factory=list)
    items: list["Item"] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=lambda: [[]])
    commas: bool = False
    names: list[str] = field(default_factory=list)
    within: list["Group"] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)

    @property
    def cells(self) -> list[Cell] | None:
        """The items if all are cells, otherwise None."""
        cells = [item for item in self.items if item is None or isinstance(item, str)]
        return cells if len(cells) == len(self.items) else None


@dataclass(repr=False)
class _Item:
    """The text between two commas, as far as it has been read."""

    key: str | None = None
    value: "Item" = ...
    parts: int = 0

    def add(self, value: "Item") -> None:
        self.value = value if self.parts == 0 else ...
        self.parts += 1


def groups_of(content: str) -> Group:
    """Return the whole text as one group, whose groups are the outermost brackets."""
    return _Reader(content).read()


class _Reader:
    def __init__(self, content: str) -> None:
        self._content = content
        self._stack: list[tuple[Group, _Item]] = [(Group(), _Item())]
        self._line = 1
        self._last = ""
        self._assigned = ""
        self._before: Group | None = None
        self._unended: dict[str, int] = {}
        self._handlers: Mapping[str, Callable[[str, str], None]] = {
            **dict.fromkeys(("number", "gap", "text", "long"), self._cell),
            "run": self._run,
            "open": self._open,
            "close": self._close,
            "comma": self._comma,
            "row": self._row,
            "key": self._key,
            "name": self._name,
        }

    def read(self) -> Group:
        position = 0
        while match := _TOKEN.search(self._content, position):
            kind, position = match.lastgroup or "other", match.end()
            if kind == "begin":
                kind, position = self._ended(match)
            written = self._content[match.start() : position]
            self._token(kind, written)
            self._line += written.count("\n")
        while len(self._stack) > 1:
            self._close()
        self._end_item()
        return self._stack[0][0]

    def _ended(self, begin: re.Match[str]) -> tuple[str, int]:
        """Return the string or comment that a delimiter begins, and its end, or the delimiter itself.

        If one has no end, no later one has: each is searched once, so that work stays linear.
        """
        mark = begin.group()
        for shown in (mark, mark[0]) if mark != "/*" else (mark,):
            kind, rest = _REST[shown]
            start = begin.start() + len(shown)
            if start <= self._unended.get(shown, -1):
                continue
            end = rest.match(self._content, start)
            if end:
                return kind, end.end()
            broken = _BROKEN.match(self._content, start) if shown == "'" else None
            self._unended[shown] = broken.end() if broken else len(self._content)
        return "other", begin.start() + 1

    def _token(self, kind: str, written: str) -> None:
        if kind in {"comment", "digits"}:
            return
        self._handlers.get(kind, self._other)(kind, written)
        if written != "\n":
            self._last = written
        if kind not in {"close", "comma", "row"}:
            self._before = None

    def _other(self, kind: str, written: str) -> None:
        del kind, written
        self._stack[-1][1].add(...)

    def _comma(self, kind: str, written: str) -> None:
        del kind, written
        self._stack[-1][0].commas = True
        self._end_item()

    def _name(self, kind: str, written: str) -> None:
        group, item = self._stack[-1]
        self._other(kind, written)
        if self._last == "~":
            group.names.append(written)
            item.parts = -1

    def _run(self, kind: str, written: str) -> None:
        del kind
        group, _ = self._stack[-1]
        cells = [_unwritten("number", cell.strip()) for cell in written.split(",")]
        self._stack[-1][1].add(cells[0])
        group.commas = True
        for cell in cells[1:]:
            self._end_item()
            self._stack[-1][1].add(cell)

    def _cell(self, kind: str, written: str) -> None:
        group, item = self._stack[-1]
        cell = _unwritten(kind, written)
        item.add(cell)
        group.rows[-1].append(cell)
        if kind == "long" or (cell and "\n" in cell):
            self._stack[0][0].texts.append((self._line, cell or ""))

    def _open(self, kind: str, written: str) -> None:
        del kind, written
        _, item = self._stack[-1]
        callee = self._last if re.fullmatch(r"[\w.]+", self._last) else ""
        if self._last == "," and self._before is not None:
            callee = self._before.callee  # VALUES (..), (..)
        if callee and item.parts:  # the name before the bracket is not an item
            item.parts -= 1
        if len(self._stack) > LIMITS.deepest:
            raise UnreadableError(ProblemKind.TOO_LARGE, f"brackets more than {LIMITS.deepest} deep")
        self._stack.append((Group(callee, self._assigned, self._line), _Item()))
        self._assigned = ""

    def _close(self, kind: str = "", written: str = "") -> None:
        del kind, written
        if len(self._stack) == 1:
            return
        self._end_item()
        group, _ = self._stack.pop()
        self._stack[-1][1].add(group)
        self._stack[-1][0].within.append(group)
        self._before = group

    def _end_item(self) -> None:
        group, item = self._stack[-1]
        if item.parts > 0:
            group.keys.append(item.key)
            group.items.append(item.value if item.parts == 1 else ...)
        self._stack[-1] = (group, _Item())

    def _row(self, kind: str, written: str) -> None:
        del kind
        group, _ = self._stack[-1]
        if len(self._stack) == 1:
            self._end_item()
            self._assigned = ""
        elif group.rows[-1]:
            group.rows.append([])
        if written == ";" and len(self._stack) > 1:
            self._end_item()

    def _key(self, kind: str, written: str) -> None:
        del kind
        group, item = self._stack[-1]
        named = self._last if re.fullmatch(r"[\w.]+", self._last) else ""
        key = item.value if isinstance(item.value, str) else named
        if written != ":":
            self._assigned = key
        self._stack[-1] = (group, _Item(key=key))


def _unwritten(kind: str, token: str) -> Cell:
    """Return a literal's value: text without its quotes, a number as written, a missing value as None."""
    if kind == "long":
        return token[3:-3]
    if kind == "text":
        return re.sub(r"\\(.)", _escaped, token[1:-1])
    if not any(letter.isdigit() for letter in token) or token[:2] == "NA":
        return None
    return token.rstrip("L").replace("_", "")


def _escaped(match: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t"}.get(match.group(1), match.group(1))
