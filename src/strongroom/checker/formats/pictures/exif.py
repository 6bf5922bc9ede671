"""EXIF metadata of pictures: its texts, its thumbnail, and other bytes.

None of it is released; it is checked all the same. CIPA DC-008 defines its layout: directories, as in TIFF.
"""

import re
import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from strongroom.checker.contents.found import Artefact, FoundOpaque
from strongroom.checker.formats.part import Context, Part
from strongroom.thresholds import Thresholds, threshold

_HEADER = b"Exif\x00\x00"
_BEGINNING = 8  # fixed: TIFF 6.0, section 2: the byte order and where the first directory is
_POINTERS = (
    0x8769,
    0x8825,
    0xA005,
)  # fixed: CIPA DC-008: tags that point to the exposure, GPS and maker directories
_SMALL_COPY = 0x0201  # fixed: CIPA DC-008: tag of the thumbnail's place
_ITS_BYTES = 0x0202  # fixed: CIPA DC-008: tag of the thumbnail's length


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_directories: int = threshold(
        8, "directories", "cost: a hostile file may chain directories without end; cameras write four"
    )
    unexplained_bytes: int = threshold(
        64, "bytes", "judgement: less has no room for a record; maker notes are longer"
    )
    numbers_of_a_tag: int = threshold(
        6,
        "numbers",
        "standard: CIPA DC-008, a GPS coordinate is three rationals; more numbers are read as text",
    )


LIMITS = _Limits()


_RAW_PROFILE = re.compile(r"\s*(?:exif|APP1)\s+\d+\s+([0-9a-fA-F\s]+)")
_READABLE = re.compile(rb"[\t\n\r\x20-\x7e]+\x00*")


def in_raw_profile(words: str) -> bytes:
    """Return the EXIF that ImageMagick writes into a PNG in hexadecimal digits, or b""."""
    found = _RAW_PROFILE.fullmatch(words)
    digits = "".join(found[1].split()) if found else ""
    data = bytes.fromhex(digits) if len(digits) % 2 == 0 else b""
    return data if data.startswith(_HEADER) else b""


def metadata_of(data: bytes, part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the texts, the thumbnail and the unexplained bytes of EXIF."""
    tiff = data.removeprefix(_HEADER)
    try:
        tags = list(_directories(tiff))
    except Exception:  # noqa: BLE001 - Pillow raises many kinds on damaged directories
        yield _opaque(data, part)
        return
    values = [value for each in tags for value in each.values()]
    words = "\n".join(dict.fromkeys(text for value in values if (text := _words(value))))
    if words:
        yield from context.nested(Part(words.encode("utf-8", "replace"), "metadata.txt", part.where))
    for each in tags:
        start, size = each.get(_SMALL_COPY), each.get(_ITS_BYTES)
        if isinstance(start, int) and isinstance(size, int) and 0 < size <= len(tiff) - start:
            yield from context.nested(part.inner(tiff[start : start + size], "small copy.jpg"))
    rest = b"".join(value for value in values if isinstance(value, bytes) and not _words(value))
    if len(rest) > LIMITS.unexplained_bytes:
        yield _opaque(rest, part)


def _directories(tiff: bytes) -> Iterator[dict[int, Any]]:
    """Yield the tags of each directory, linked or pointed to."""
    from PIL import TiffImagePlugin  # noqa: PLC0415 - slow to load, and most files are no pictures

    file = BytesIO(tiff)
    waiting = [int.from_bytes(tiff[4:_BEGINNING], "little" if tiff.startswith(b"II") else "big")]
    seen: set[int] = set()
    while waiting and len(seen) < LIMITS.most_directories:
        place = waiting.pop(0)
        if place in seen or not _BEGINNING <= place < len(tiff):
            continue
        seen.add(place)
        directory = TiffImagePlugin.ImageFileDirectory_v2(tiff[:_BEGINNING])
        file.seek(place)
        with warnings.catch_warnings(action="ignore"):
            directory.load(file)
        tags = dict(directory)
        waiting += [tags[each] for each in _POINTERS if isinstance(tags.get(each), int)]
        waiting.append(directory.next)
        yield tags


def _words(value: object) -> str:
    """Return a tag's text, or its numbers if there are more than a colour or a coordinate has."""
    if isinstance(value, bytes):
        return value.rstrip(b"\x00").decode("ascii") if _READABLE.fullmatch(value) else ""
    if isinstance(value, tuple) and len(value) > LIMITS.numbers_of_a_tag:
        return "\n".join(map(str, value))
    return value.strip("\x00 ") if isinstance(value, str) else ""


def _opaque(data: bytes, part: Part) -> FoundOpaque:
    return FoundOpaque(
        part.where, len(data), len(zlib.compress(data)), "unexplained bytes in a picture's metadata"
    )
