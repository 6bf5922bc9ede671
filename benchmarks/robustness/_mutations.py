"""Ways to damage a file: blind ones, and some that keep the outside whole and damage the inside."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

import numpy as np

Draw = np.random.Generator
_NUMBER = re.compile(rb"\d+")
_ODD = (b"0", b"-1", b"4294967296", b"1e309", b"NaN", b"9" * 400, b"", b"\x00", b"18446744073709551615")
_LENGTHS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF)


def mutated(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    """Return a file with one to three damages; `others` are files to take pieces from."""
    if draw.random() < 0.25:
        content = _inside(content, others, draw)
    else:
        for _ in range(int(draw.integers(1, 4))):
            content = _BLIND[int(draw.integers(len(_BLIND)))](content, others, draw)
    return content


def _flip(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    del others
    changed = bytearray(content)
    for _ in range(int(draw.integers(1, 17))):
        if changed:
            changed[int(draw.integers(len(changed)))] ^= 1 << int(draw.integers(8))
    return bytes(changed)


def _truncate(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    del others
    return content[: int(draw.integers(len(content) + 1))]


def _cut(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    del others
    start, end = sorted(draw.integers(0, len(content) + 1, 2))
    return content[:start] + content[end:]


def _repeat(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    del others
    start, end = sorted(draw.integers(0, len(content) + 1, 2))
    return content[:end] + content[start:end] * int(draw.integers(1, 4)) + content[end:]


def _splice(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    other = others[int(draw.integers(len(others)))]
    return content[: int(draw.integers(len(content) + 1))] + other[int(draw.integers(len(other) + 1)) :]


def _length(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    """Overwrite two, four or eight bytes, in either order, with a number a length should not be."""
    del others
    width = int(draw.choice([2, 4, 8]))
    if len(content) < width:
        return content
    value = _LENGTHS[int(draw.integers(len(_LENGTHS)))] & (1 << 8 * width) - 1
    # Headers and trailers hold the lengths: half of the edits go there.
    reach = min(len(content) - width, 128)
    start = int(draw.integers(len(content) - width + 1))
    if draw.random() < 0.5:
        start = (
            int(draw.integers(reach + 1))
            if draw.random() < 0.5
            else len(content) - width - int(draw.integers(reach + 1))
        )
    return (
        content[:start]
        + value.to_bytes(width, str(draw.choice(["little", "big"])))
        + content[start + width :]
    )  # type: ignore[arg-type]


def _insert(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    del others
    place = int(draw.integers(len(content) + 1))
    return content[:place] + draw.bytes(int(draw.integers(1, 200))) + content[place:]


def _number(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    del others
    found = list(_NUMBER.finditer(content[:200_000]))
    if not found:
        return content
    chosen = found[int(draw.integers(len(found)))]
    return content[: chosen.start()] + _ODD[int(draw.integers(len(_ODD)))] + content[chosen.end() :]


def _trail(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    return content + others[int(draw.integers(len(others)))][: int(draw.integers(1, 5_000))]


def _nest(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    del others
    opened, closed = ((b"[", b"]"), (b'{"a":', b"}"), (b"<g>", b"</g>"), (b"(", b")"))[int(draw.integers(4))]
    depth, place = int(draw.integers(1, 3_000)), int(draw.integers(len(content) + 1))
    return content[:place] + opened * depth + closed * depth + content[place:]


_BLIND: tuple[Callable[[bytes, Sequence[bytes], Draw], bytes], ...] = (
    *(_flip, _flip, _truncate, _cut, _repeat, _splice, _length, _length, _insert, _number, _trail, _nest),
)


def _inside(content: bytes, others: Sequence[bytes], draw: Draw) -> bytes:
    """Damage what is packed and pack it again, checksums and all; blindly where nothing is packed."""
    damage = _BLIND[int(draw.integers(len(_BLIND)))]
    try:
        if content.startswith(b"\x1f\x8b"):
            return gzip.compress(damage(gzip.decompress(content), others, draw), 1)
        if content.startswith(b"PK\x03\x04"):
            return _rezipped(content, others, draw, damage)
        if content.startswith(b"\x89PNG"):
            return _png_chunk(content, others, draw, damage)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError):
        pass
    return damage(content, others, draw)


def _rezipped(
    content: bytes,
    others: Sequence[bytes],
    draw: Draw,
    damage: Callable[[bytes, Sequence[bytes], Draw], bytes],
) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        members = archive.infolist()
        chosen = int(draw.integers(len(members)))
        for place, member in enumerate(members):
            held = archive.read(member)
            packed.writestr(member.filename, damage(held, others, draw) if place == chosen else held)
    return buffer.getvalue()


def _png_chunk(
    content: bytes,
    others: Sequence[bytes],
    draw: Draw,
    damage: Callable[[bytes, Sequence[bytes], Draw], bytes],
) -> bytes:
    chunks, place = [], 8
    while place + 12 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        chunks.append((content[place + 4 : place + 8], content[place + 8 : place + 8 + size]))
        place += 12 + size
    chosen = int(draw.integers(len(chunks)))
    kind, held = chunks[chosen]
    held = (
        zlib.compress(damage(zlib.decompress(held), others, draw))
        if kind == b"IDAT"
        else damage(held, others, draw)
    )
    chunks[chosen] = kind, held
    return content[:8] + b"".join(
        len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
        for name, body in chunks
    )
