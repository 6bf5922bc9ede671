"""What decoded bytes mean: a file, a text or numbers, perhaps under a key or compressed; or nothing."""

import json
import re
import zlib
from dataclasses import dataclass, field

import pyarrow as pa

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.disguises.encodings.raw_numbers import raw_numbers
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.text.ciphers import without_xor
from strongroom.checker.formats.text.intelligible import (
    as_text,
    format_of,
    language_share,
    number_share,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_keyed: int = threshold(40, "bytes", "judgement: for shorter data some key always fits")
    plain_numbers: float = threshold(
        0.35,
        "share of characters",
        "judgement: by trial on the benchmark: separates decoded numbers from random bytes",
    )
    plain_language: float = threshold(
        0.2,
        "share of known words' letters",
        "judgement: by trial on the benchmark: separates decoded language from random bytes",
    )


LIMITS = _Limits()


_ENCODED = re.compile(r"[A-Za-z0-9+/=_\s-]+")


@dataclass(frozen=True)
class Meaning:
    """The meaning of some bytes: a file to read under a name, or a table."""

    how: str
    data: bytes = field(default=b"", repr=False)
    name: str = ""
    table: pa.Table | None = field(default=None, repr=False)


def meaning_of(data: bytes, limit: int, *, keyed: bool = True) -> Meaning | None:
    """Return what bytes mean, or None; simple keys are tried where `keyed`.

    Raises UnreadableError if they inflate to more than `limit` bytes.
    """
    ending = format_of(data)
    if ending and ending != "zz":
        return Meaning("", data, f"decoded.{ending}")
    text = as_text(data)
    if text is not None:
        hidden = None if _plain(text) or _ENCODED.fullmatch(text) else _keyed(data)
        return hidden or _text(text, "")
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        if window < 0 or ending == "zz":
            inflated = _inflated(data, window, limit)
            # Random bytes sometimes inflate to a letter or two.
            found = meaning_of(inflated, limit) if len(inflated) > len(data) // 2 else None
            if found is not None:
                return Meaning(f"deflated, {found.how}".strip(", "), found.data, found.name, found.table)
    table = raw_numbers(data)
    if table is not None:
        return Meaning("numbers", table=table)
    return (_keyed(data) if keyed else None) or _backwards(data)


def named_text(text: str) -> str:
    """Return a file name by which a text is read as JSON, delimited text or plain text."""
    if text.lstrip()[:1] in {"{", "["}:
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return "decoded.txt"
        return "decoded.json"
    return "decoded.txt"


def _text(text: str, how: str) -> Meaning:
    return Meaning(how, text.encode(errors="replace"), named_text(text))


def _plain(text: str) -> bool:
    head = text[:4_096]
    return number_share(head) > LIMITS.plain_numbers or language_share(head) > LIMITS.plain_language


def _keyed(data: bytes) -> Meaning | None:
    turned = without_xor(data) if len(data) >= LIMITS.least_keyed else None
    text = as_text(turned) if turned else None
    return _text(text, "XOR") if text is not None and _plain(text) else None


def _backwards(data: bytes) -> Meaning | None:
    ending = format_of(data[::-1])
    return Meaning("backwards", data[::-1], f"decoded.{ending}") if ending not in {"", "zz"} else None


def _inflated(data: bytes, window: int, limit: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        inflated = unpacker.decompress(data, limit + 1)
    except zlib.error:
        return b""
    if len(inflated) > limit:
        raise UnreadableError(ProblemKind.TOO_LARGE, "unpacks to more than the limit")
    return inflated if unpacker.eof else b""
