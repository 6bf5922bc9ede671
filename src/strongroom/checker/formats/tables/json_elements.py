"""The objects of a large JSON file, some at a time: one per line, or the elements of one list."""

import codecs
import json
import re
from collections.abc import Iterator

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.streams.stored import Stored
from strongroom.checker.formats.text import json_text
from strongroom.checker.formats.text.json_text import Json
from strongroom.checker.formats.text.plain_text import decode, require_text
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    step_bytes: int = threshold(1 << 22, "bytes", "cost: memory of one step through a large file")


LIMITS = _Limits()
STEP_BYTES = LIMITS.step_bytes


_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(object_pairs_hook=json_text.object_of)


def by_line(stored: Stored) -> Iterator[list[Json]]:
    """Yield the documents of a file with one per line; raise UnreadableError."""
    rest = b""
    for at in range(0, stored.size, STEP_BYTES):
        data = rest + stored.between(at, at + STEP_BYTES)
        cut = data.rfind(b"\n") + 1
        rest = data[cut:]
        if len(rest) > STEP_BYTES:
            raise UnreadableError(ProblemKind.TOO_LARGE, "a line longer than the limit")
        if cut:
            yield json_text.parse_lines(decode(data[:cut]))
    if rest:
        yield json_text.parse_lines(decode(rest))


def by_element(stored: Stored) -> Iterator[list[Json]]:
    """Yield the objects and lists in a document that is one list; raise UnreadableError."""
    elements, decoder = _Elements(), codecs.getincrementaldecoder("utf-8-sig")()
    for at in range(0, stored.size, STEP_BYTES):
        data = stored.between(at, at + STEP_BYTES)
        require_text(data, decoded=False)
        try:
            text = decoder.decode(data, final=at + STEP_BYTES >= stored.size)
        except UnicodeDecodeError as error:
            raise UnreadableError(ProblemKind.UNREADABLE, "is not UTF-8 text") from error
        if found := elements.next(text):
            yield found
    elements.require_end()


class _Elements:
    """Takes the text of a list in parts and returns its complete elements."""

    def __init__(self) -> None:
        self._left = ""
        self._sign = "["  # what precedes the next element
        self._ended = False

    def next(self, text: str) -> list[Json]:
        """Return the elements completed by some more text."""
        text, at = self._left + text, 0
        found = []
        while (sign := _past_blanks(text, at)) < len(text) and not self._ended:
            if text[sign] == "]" and self._sign == ",":
                self._ended, at = True, sign + 1
                continue
            start = _past_blanks(text, sign + 1)
            if text[sign] != self._sign or text[start : start + 1] not in {"{", "[", ""}:
                raise UnreadableError(ProblemKind.UNREADABLE, "is not a list of objects or lists")
            try:
                element, at = _DECODER.raw_decode(text, start)
            except (ValueError, RecursionError):
                break  # incomplete, or not JSON, which the limit on an element's length shows
            found.append(element)
            self._sign = ","
        self._left = text[at:]
        if len(self._left) > STEP_BYTES:
            raise UnreadableError(ProblemKind.UNREADABLE, "an element that is not complete or not JSON")
        return found

    def require_end(self) -> None:
        """Raise UnreadableError unless the list has ended and nothing follows it."""
        if not self._ended or self._left.strip():
            raise UnreadableError(ProblemKind.UNREADABLE, "is not JSON")


def _past_blanks(text: str, at: int) -> int:
    blanks = _BLANKS.match(text, at)
    return at if blanks is None else blanks.end()
