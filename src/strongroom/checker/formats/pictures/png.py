"""PNG: walked chunk by chunk, so that nothing but the picture is accepted, then decoded."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.pictures.pixels import contents_of_picture, metadata_texts_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIGNATURE_BYTES = len(SIGNATURE)
_FRAME_BYTES = 12  # fixed: PNG, section 5.3: length, type and checksum around a chunk's data


# PNG specification, third edition, section 11: chunks that say how pixels look and carry no content.
_APPEARANCE = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"sBIT",
    b"bKGD",
    b"pHYs",
}
_ANIMATION = {b"acTL", b"fcTL", b"fdAT"}


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the picture with the names of its metadata, and everything else in the file."""
    chunks, left = _chunks(part.data)
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, f"{left} bytes after the picture's end")
    if any(kind in _ANIMATION for kind, _ in chunks):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "more frames than the one shown")
    image = open_image(part, context)
    excess = _excess_pixels_data(chunks, context)
    if excess:
        yield part.problem(ProblemKind.TRAILING_BYTES, "compressed data after the last pixel")
    metadata = tuple(sorted({_label(kind, data) for kind, data in chunks if kind not in _APPEARANCE}))
    # What the copy leaves out takes no room in it.
    size = sum(_FRAME_BYTES + len(data) for kind, data in chunks if kind in _APPEARANCE)
    yield from contents_of_picture(part, image, metadata, _SIGNATURE_BYTES + size)
    yield from metadata_texts_of(part, image, context)


def open_image(part: Part, context: Context) -> Image.Image:
    """Return the picture, decoded; raise UnreadableError when damaged or of too many pixels."""
    if len(part.data) < _SIGNATURE_BYTES + _FRAME_BYTES + 13:
        raise UnreadableError(ProblemKind.UNREADABLE, "a truncated PNG")
    width, height = struct.unpack_from(">II", part.data, 16)
    if width * height > context.limits.pixels:
        raise UnreadableError(ProblemKind.TOO_LARGE, "more pixels than the limit")
    context.budget.take(width * height * 4)
    try:
        return _decoded(part.data)
    except Exception:  # noqa: BLE001 - Pillow raises many kinds, among them SyntaxError and its own warnings
        shown = [_framed(kind, data) for kind, data in _chunks(part.data)[0] if kind in _APPEARANCE]
    try:  # texts and profiles are limited in Pillow, and not released: the picture is what counts
        return _decoded(SIGNATURE + b"".join(shown))
    except Exception as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged PNG") from error


def _decoded(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data), formats=["PNG"])
    image.load()
    return image


def _framed(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _chunks(data: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """Return every chunk's type and data, and how many bytes follow IEND; raise UnreadableError."""
    position = _SIGNATURE_BYTES
    chunks: list[tuple[bytes, bytes]] = []
    while position + _FRAME_BYTES <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + _FRAME_BYTES + length
        if end > len(data):
            break
        content = data[position + 8 : end - 4]
        if zlib.crc32(content, zlib.crc32(kind)) != struct.unpack_from(">I", data, end - 4)[0]:
            raise UnreadableError(ProblemKind.UNREADABLE, "a PNG chunk with a wrong checksum")
        chunks.append((kind, content))
        position = end
        if kind == b"IEND":
            return chunks, len(data) - position
    raise UnreadableError(ProblemKind.UNREADABLE, "a PNG without its end marker")


def _excess_pixels_data(chunks: list[tuple[bytes, bytes]], context: Context) -> bool:
    """Return whether the compressed stream continues after the last pixel."""
    header = chunks[0][1]
    width, height, depth, colour = struct.unpack_from(">IIBB", header)
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 4)
    row = (width * samples * depth + 7) // 8 + 1
    # Interlaced pictures have up to seven passes, each with a filter byte a row.
    most = row * height + 8 * (height + width) * 2 if header[12] else row * height
    unpacker = zlib.decompressobj()
    packed = b"".join(content for kind, content in chunks if kind == b"IDAT")
    unpacked = len(unpacker.decompress(packed, min(most, context.limits.unpacked_bytes)))
    rest = unpacker.decompress(unpacker.unconsumed_tail, 1) if unpacker.unconsumed_tail else b""
    return bool(rest) or unpacked > most or bool(unpacker.unused_data)


def _label(kind: bytes, content: bytes) -> str:
    """Return a chunk's name, with the keyword when it is a text chunk."""
    name = kind.decode("latin-1")
    if kind in {b"tEXt", b"zTXt", b"iTXt"}:
        keyword = content.split(b"\x00", 1)[0][:79].decode("latin-1")
        return f"{name} {keyword}" if keyword.isprintable() else name
    return name
