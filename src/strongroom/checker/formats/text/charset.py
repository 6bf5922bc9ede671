"""Decodes text: UTF-8, UTF-16 and UTF-32 by their byte order mark, old Windows code pages for old logs."""

from dataclasses import replace

from strongroom.checker.formats.part import Part
from strongroom.thresholds import Thresholds, threshold

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Of old programs: Western Europe's, and Japan's where a byte is none of Western Europe's letters.
_OLD = ("cp1252", "cp932")
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    high_bytes: float = threshold(
        0.2,
        "share of bytes",
        "judgement: text in an old Windows encoding has fewer bytes above 127; binary data more",
    )


LIMITS = _Limits()


def has_mark(data: bytes) -> bool:
    """Return whether bytes begin with the byte order mark of UTF-16 or UTF-32."""
    return data.startswith(tuple(mark for mark, _ in _MARKS))


def in_utf8(part: Part) -> tuple[Part, str]:
    """Return a text part in UTF-8, and its original encoding if that was another.

    Old programs write their system's code page: bytes are read that way if they have no control characters
    and are mostly ASCII. The decoded text is checked and released in UTF-8.
    """
    data = part.data
    if data.isascii():
        return part, ""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(part, name)
    try:
        data.decode()
    except UnicodeDecodeError:
        plain = not _CONTROLS & set(data)
        few = sum(map(data.count, map(bytes, zip(range(128, 256), strict=True)))) < LIMITS.high_bytes * len(
            data
        )
        return _old(part) if plain and few else (part, "")
    return part, ""


def _old(part: Part) -> tuple[Part, str]:
    decoded = (_decoded(part, name) for name in _OLD)
    return next((each for each in decoded if each[1]), (part, ""))


def _decoded(part: Part, name: str) -> tuple[Part, str]:
    try:
        text = part.data.decode(name)
    except UnicodeDecodeError:
        return part, ""
    return (part, "") if "\x00" in text else (replace(part, data=text.encode()), name)
