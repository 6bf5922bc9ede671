"""bzip2, xz, LZMA and zstd: every stream unpacked under a cap, with no unexplained bytes at the end."""

import bz2
import lzma
from collections.abc import Callable, Iterator
from typing import Any

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.streams.feed import Feed, rebuild_unpacked, unpack_all
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    level: int = threshold(6, "zstd level", "cost: higher levels take longer than the check")
    step_bytes: int = threshold(1 << 22, "bytes", "cost: memory of one piece unpacked")
    fed_bytes: int = threshold(1 << 16, "bytes", "cost: memory of what is fed and not yet used")
    fed_to_zstd: int = threshold(
        512, "bytes", "derived: four bytes can be a block of 128 KiB, so as many may unpack to 16 MiB"
    )
    xz_memory: int = threshold(
        1 << 29, "bytes", "cost: xz -9 needs 65 MiB; larger dictionaries are an attack on memory"
    )
    zstd_window: int = threshold(
        1 << 27, "bytes", "standard: RFC 8878, 3.1.1.1.2 recommends 8 MiB; zstd --long uses as much as this"
    )


LIMITS = _Limits()


# One block of zstd is four bytes that say "128 KiB of this letter": few are fed at a time.
_MAGIC = {
    "bz2": (b"BZh",),
    "xz": (b"\xfd7zXZ\x00",),
    "lzma": (b"\x5d\x00\x00",),
    "zst": (b"\x28\xb5\x2f\xfd",),
}
_MAGIC_BYTES = 6  # fixed: the longest start of the four
# What can be packed again as it came, which LZMA without a container cannot.
CONTAINED = (*_MAGIC["bz2"], *_MAGIC["xz"], *_MAGIC["zst"])
_INNER = {".tbz2": ".tar", ".txz": ".tar", ".tzst": ".tar", ".bz2": "", ".xz": "", ".lzma": "", ".zst": ""}


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield what the unpacked file holds."""
    data, left = unpack(part.data, context.unpack_limit(len(part.data)))
    context.budget.take(len(data))
    if left:
        yield part.problem(ProblemKind.TRAILING_BYTES, f"{left} bytes after the last stream")
    yield from context.nested(part.inner(data, inner_name(part.name)))


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the rebuilt inner file as one stream of the same compression."""
    name = inner_name(part.name)
    data, changes = rebuild_unpacked(part, context, unpack=unpack, name=name, kind="compressed")
    packed = _packed(format_of(part.data), data)
    return one_file(part, packed, f"{part.where}: recompressed as one stream", *changes)


def _packed(kind: str, data: bytes) -> bytes:
    if kind == "bz2":
        return bz2.compress(data)
    if kind == "zst":
        import zstandard  # noqa: PLC0415 - few files need it

        return zstandard.ZstdCompressor(level=LIMITS.level).compress(data)
    return lzma.compress(data, lzma.FORMAT_XZ if kind == "xz" else lzma.FORMAT_ALONE)


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
    raise UnreadableError(ProblemKind.HIDDEN_CONTENT, "the file starts with a skippable frame")


class Unpacker:
    """Unpacks bzip2, xz, LZMA or zstd stream after stream.

    `read` gives the next packed bytes, none at the end; `left` counts those after the last stream. Raises
    UnreadableError when the data are damaged, or unpack to more than `limit` bytes.
    """

    def __init__(self, read: Callable[[], bytes], limit: int) -> None:
        self._feed = Feed(read)
        self._limit = limit
        self._kind = ""
        self._stream: Any = None
        self._ready = memoryview(b"")
        self.left = 0

    def unpack(self, most: int) -> bytes:
        """Return the next bytes, at most so many; none at the end."""
        while not self._ready and (self._stream is not None or self._next_stream()):
            self._ready = memoryview(self._step(min(most, LIMITS.step_bytes)))
            self._limit -= len(self._ready)
            if self._limit < 0:
                raise UnreadableError(ProblemKind.TOO_LARGE, f"{self._kind} unpacks to more than the limit")
            if self._stream.eof:
                self._feed.give_back(len(self._stream.unused_data))
                self._stream = None
        piece, self._ready = bytes(self._ready[:most]), self._ready[most:]
        return piece

    def _step(self, most: int) -> bytes:
        bounded = self._kind != "zst"
        wanted = not bounded or self._stream.needs_input
        fed = self._feed.next(LIMITS.fed_bytes if bounded else LIMITS.fed_to_zstd) if wanted else b""
        if wanted and not fed:
            raise UnreadableError(ProblemKind.UNREADABLE, f"truncated {self._kind} data")
        try:
            piece = self._stream.decompress(fed, most) if bounded else self._stream.decompress(fed)
        except Exception as error:
            raise UnreadableError(ProblemKind.UNREADABLE, f"damaged {self._kind} data") from error
        return bytes(piece)

    def _next_stream(self) -> bool:
        start = self._feed.ahead(_MAGIC_BYTES)
        self._kind = self._kind or format_of(start)
        if start.startswith(_MAGIC[self._kind]):
            self._stream = _UNPACKERS[self._kind]()
            return True
        self.left += self._feed.drain()
        return False


def unpack(data: bytes, limit: int) -> tuple[bytes, int]:
    """Return the bytes of all streams and how many bytes follow the last.

    Raises UnreadableError when damaged, or over `limit` bytes.
    """
    return unpack_all(lambda read: Unpacker(read, limit), data)


def _zstd() -> Any:
    import zstandard  # noqa: PLC0415 - few files need it

    return zstandard.ZstdDecompressor(max_window_size=LIMITS.zstd_window).decompressobj()


_UNPACKERS: dict[str, Callable[[], Any]] = {
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LIMITS.xz_memory),
    "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=LIMITS.xz_memory),
    "zst": _zstd,
}
