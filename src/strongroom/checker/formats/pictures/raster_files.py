"""JPEG, TIFF, GIF, WebP and BMP: decoded whole, with everything in the file besides its first picture."""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.pictures import png
from strongroom.checker.formats.pictures.pixels import contents_of_picture, metadata_texts_of
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from PIL import Image

_FORMATS = ["JPEG", "TIFF", "GIF", "WEBP", "BMP"]
_APPEARANCE = {
    "dpi",
    "jfif",
    "jfif_version",
    "jfif_unit",
    "jfif_density",
    "version",
    "background",
    "transparency",
}
_APPEARANCE |= {"duration", "loop", "compression", "resolution", "progressive", "progression", "extension"}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tiff_spare_bytes: int = threshold(
        1 << 14,
        "bytes",
        "judgement: directories and colour tables of a TIFF take less; more has room for data",
    )


LIMITS = _Limits()


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the picture with the names of its metadata, and everything else in the file."""
    image = open_image(part, context)
    frames = int(getattr(image, "n_frames", 1))
    if frames > 1:
        yield part.problem(
            ProblemKind.HIDDEN_CONTENT, f"{frames}pictures, of which only the first is released"
        )
    left = part.data[_end(part.data, image) :].strip(b"\x00")  # padding is not content
    if left:
        yield part.problem(
            ProblemKind.TRAILING_BYTES, f"{len(left)} bytes after the end of the picture; re-save it"
        )
    words = {str(key)[:80] for key in image.info if key not in _APPEARANCE}
    yield from contents_of_picture(
        part, image, tuple(sorted(words | ({"exif"} if image.getexif() else set())))
    )
    yield from metadata_texts_of(part, image, context)


def open_image(part: Part, context: Context) -> "Image.Image":
    """Return the first picture, decoded; raise UnreadableError when damaged or of too many pixels."""
    if part.data.startswith(png.SIGNATURE):
        return png.open_image(part, context)
    from PIL import Image  # noqa: PLC0415 - slow to load, and most files are no pictures

    Image.MAX_IMAGE_PIXELS = None  # our own limit applies below
    try:
        image = Image.open(BytesIO(part.data), formats=_FORMATS)
        pixels = image.width * image.height
    except Exception as error:
        # Pillow raises many kinds on damaged files, among them SyntaxError and its own warnings.
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged picture") from error
    if pixels > context.limits.pixels:
        raise UnreadableError(ProblemKind.TOO_LARGE, "more pixels than the limit")
    context.budget.take(pixels * 4)
    try:
        image.load()
    except Exception as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged picture") from error
    return image


def _end(data: bytes, image: "Image.Image") -> int:
    """Return where the picture ends in the file according to the format."""
    match image.format:
        case "JPEG" | "MPO":
            return _jpeg_end(data)
        case "GIF":
            return _gif_end(data)
        case "WEBP":
            return 8 + int.from_bytes(data[4:8], "little") + int.from_bytes(data[4:8], "little") % 2
        case "BMP":
            # Writers disagree on the stated size by a few bytes of padding.
            return int.from_bytes(data[2:6], "little") + 4
        case _:
            return _tiff_end(data, image)


def _jpeg_end(data: bytes) -> int:
    """Return the place after the end marker: segments are walked, scans skipped (ITU-T T.81, annex B)."""
    place = 2
    while place + 4 <= len(data):
        marker = data[place + 1]
        if data[place] != 0xFF:  # noqa: PLR2004 - every marker begins so
            return place
        if marker == 0xD9:  # noqa: PLR2004 - end of image
            return place + 2
        if marker == 0xFF:  # noqa: PLR2004 - a fill byte
            place += 1
            continue
        place += 2 + struct.unpack_from(">H", data, place + 2)[0]
        if marker == 0xDA:  # noqa: PLR2004 - start of scan: entropy-coded bytes follow
            place = _after_scan(data, place)
    return min(place + 2, len(data))


def _after_scan(data: bytes, place: int) -> int:
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        marker = data[place + 1]
        if marker != 0 and not 0xD0 <= marker <= 0xD7:  # noqa: PLR2004 - neither stuffed nor a restart
            return place
        place += 2
    return len(data)


def _gif_end(data: bytes) -> int:
    """Return the place after the trailer: blocks are walked (GIF89a, section 17 and 26)."""
    place = 13 + _palette(data[10])
    while place < len(data):
        kind = data[place]
        if kind == 0x3B:  # noqa: PLR2004 - the trailer
            return place + 1
        if kind == 0x2C and place + 9 < len(data):  # noqa: PLR2004 - an image
            place += 11 + _palette(data[place + 9])
        elif kind == 0x21:  # noqa: PLR2004 - an extension
            place += 2
        else:
            return place
        while place < len(data) and data[place]:
            place += 1 + data[place]
        place += 1
    return len(data)


def _palette(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _tiff_end(data: bytes, image: "Image.Image") -> int:
    """Return about how many bytes a TIFF's pixels and directory take."""
    tags = getattr(image, "tag_v2", {})
    strips = sum(int(each) for name in (279, 325) for each in _many(tags.get(name, ())))
    return strips + LIMITS.tiff_spare_bytes if strips else len(data)


def _many(value: object) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, int) else ()
