"""bzip2, xz, LZMA and zstd: every stream unpacked under a cap, and nothing left unexplained at the end."""

import bz2
import lzma
from collections.abc import Callable, Iterator
from typing import Any

from strongroom.checker.artefacts import Artefact, ProblemKind
from strongroom.checker.readers.part import Context, Part, UnreadableError

_STEP_BYTES = 1 << 22
_FED_BYTES = 1 << 16
# One block of zstd is four bytes that say "128 KiB of this letter": few are fed at a time.
_FED_TO_ZSTD = 512
_XZ_MEMORY = 1 << 29
_WINDOW = 1 << 27
_MAGIC = {
    "bz2": (b"BZh",),
    "xz": (b"\xfd7zXZ\x00",),
    "lzma": (b"\x5d\x00\x00",),
    "zst": (b"\x28\xb5\x2f\xfd",),
}
_INNER = {".tbz2": ".tar", ".txz": ".tar", ".tzst": ".tar", ".bz2": "", ".xz": "", ".lzma": "", ".zst": ""}


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what the unpacked file holds."""
    data, left = unpack(part.data, context.unpack_limit(len(part.data)))
    context.budget.take(len(data))
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, f"{left} bytes after the last stream")
    yield from context.nested(part.inner(data, inner_name(part.name)))


def inner_name(name: str) -> str:
    """Return the name without the ending that compression gave it."""
    lowered = name.lower()
    for ending, inner in _INNER.items():
        if lowered.endswith(ending):
            return name[: -len(ending)] + inner
    return name


def format_of(data: bytes) -> str:
    """Return "bz2", "xz", "lzma" or "zst"; raise UnreadableError for what begins like none of them."""
    for ending, starts in _MAGIC.items():
        if data.startswith(starts):
            return ending
    raise UnreadableError(ProblemKind.HIDDEN_CONTENT, "a frame that readers skip comes first")


def unpack(data: bytes, limit: int) -> tuple[bytes, int]:
    """Return the bytes of all streams and how many bytes follow the last.

    Raises UnreadableError when damaged, or over `limit` bytes.
    """
    kind = format_of(data)
    position = 0
    pieces: list[bytes] = []
    while data.startswith(_MAGIC[kind], position):
        stream, position = _stream(kind, memoryview(data), position, limit)
        limit -= sum(map(len, stream))
        pieces.extend(stream)
    return b"".join(pieces), len(data) - position


def _stream(kind: str, view: memoryview, position: int, limit: int) -> tuple[list[bytes], int]:
    """Return the pieces of one stream, and where the packed bytes it needed end."""
    unpacker = _UNPACKERS[kind]()
    bounded = kind != "zst"
    pieces: list[bytes] = []
    while not unpacker.eof:
        hungry = not bounded or unpacker.needs_input
        fed = view[position : position + (_FED_BYTES if bounded else _FED_TO_ZSTD)] if hungry else b""
        if hungry and not fed:
            raise UnreadableError(ProblemKind.UNREADABLE, f"{kind} data ends too early")
        position += len(fed)
        try:
            pieces.append(unpacker.decompress(fed, _STEP_BYTES) if bounded else unpacker.decompress(fed))
        except Exception as error:
            raise UnreadableError(ProblemKind.UNREADABLE, f"damaged {kind} data") from error
        limit -= len(pieces[-1])
        if limit < 0:
            raise UnreadableError(ProblemKind.TOO_LARGE, f"{kind} unpacks to more than the limit")
    return pieces, position - len(unpacker.unused_data)


def _zstd() -> Any:
    import zstandard  # noqa: PLC0415 - few files need it

    return zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()


_UNPACKERS: dict[str, Callable[[], Any]] = {
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY),
    "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_XZ_MEMORY),
    "zst": _zstd,
}
