"""What the streams of a PDF unpack to, measured before a reader that cannot stop half-way opens them."""

import zlib
from typing import TYPE_CHECKING, Any

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError

if TYPE_CHECKING:
    import pikepdf

_COMPRESSING = {"/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/Fl", "/LZW", "/RL"}
_DEFLATED = {"/FlateDecode", "/Fl"}
_PIECE = 1 << 16  # fixed: how much is unpacked at a time, which changes no result


def require_bounded(document: "pikepdf.Pdf", part: Part, context: Context) -> None:
    """Raise UnreadableError where streams unpack to more than the limit, or are compressed twice.

    A stream compressed twice unpacks to a million times its size, and no program writes one.
    """
    import pikepdf  # noqa: PLC0415 - slow to load, and most files are no PDF

    left = context.unpack_limit(len(part.data))
    for value in document.objects:
        if not isinstance(value, pikepdf.Stream):
            continue
        filters = _filters(value)
        if sum(name in _COMPRESSING for name in filters) > 1:
            raise UnreadableError(ProblemKind.TOO_LARGE, "a stream that is compressed twice")
        # Pictures have a limit of their own, in pixels; a white one packs better than any text.
        if str(value.get("/Subtype", "")) == "/Image":
            continue
        left -= _unpacked(value, filters, left)
        if left < 0:
            raise UnreadableError(ProblemKind.TOO_LARGE, "streams that unpack to more than the limit")


def _filters(value: Any) -> list[str]:
    import pikepdf  # noqa: PLC0415 - as above

    named = value.get("/Filter", value.get("/F", []))
    return [str(each) for each in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _unpacked(value: Any, filters: list[str], limit: int) -> int:
    """Return how many bytes a stream has, unpacked; a little more than `limit` where it has more."""
    import pikepdf  # noqa: PLC0415 - as above

    raw = bytes(value.read_raw_bytes())
    if filters[:1] and filters[0] in _DEFLATED:
        return _inflated(raw, limit)
    try:
        return len(value.read_bytes()) if _COMPRESSING & set(filters) else len(raw)
    except pikepdf.PdfError:
        return len(raw)  # reported as unreadable by who reads it


def _inflated(raw: bytes, limit: int) -> int:
    stream, size = zlib.decompressobj(), 0
    try:
        while raw and size <= limit and not stream.eof:
            size += len(stream.decompress(raw, _PIECE))
            raw = stream.unconsumed_tail
    except zlib.error:
        return size  # what is damaged ends here
    return size
