"""R's serialisation (.rds, .RData): unpacked under caps and parsed into a tree, never evaluated."""

import bz2
import lzma
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.streams import gz
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    recursion: int = threshold(
        20_000, "calls", "cost: R writes pairlists nested as deep as they are long; more overflows the stack"
    )
    longest_sequence: int = threshold(
        100_000_000, "values", "cost: R states sequences by their ends; as many fill the memory limit"
    )


LIMITS = _Limits()


_WORKSPACE = re.compile(rb"RD[XAB][23]\n")


def unpacked(part: Part, context: Context) -> tuple[bytes, int]:
    """Return the plain stream and how many bytes follow its compressed form; raise UnreadableError."""
    limit = context.unpack_limit(len(part.data))
    if part.data.startswith(b"\x1f\x8b"):
        data, left = gz.unpack(part.data, limit)
    elif part.data.startswith(b"BZh"):
        data, left = _decompressed(bz2.BZ2Decompressor(), part.data, limit)
    elif part.data.startswith(b"\xfd7zXZ\x00"):
        data, left = _decompressed(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=1 << 30), part.data, limit)
    else:
        return part.data, 0
    context.budget.take(len(data))
    return data, left


def parse(data: bytes) -> Any:
    """Return the root object of a plain stream (an rdata RObject); raise UnreadableError.

    rdata follows "R Internals", section 1.8 (serialization formats); references stay references.
    """
    body = memoryview(data)
    if _WORKSPACE.match(data):
        body = body[5:]
    try:
        with _deep_and_strict():
            parser = _parser(body)
            root = parser.parse_all().object
            complete = not parser.file.read(1).strip()
    except (MemoryError, ModuleNotFoundError):
        raise
    except Exception as error:
        # rdata raises many exceptions on unknown content, assertion errors among them.
        raise UnreadableError(
            ProblemKind.UNREADABLE, "an R object that cannot be parsed completely"
        ) from error
    if not complete:
        raise UnreadableError(ProblemKind.TRAILING_BYTES, "bytes after the R object's end")
    return root


def _parser(body: memoryview) -> Any:
    from rdata.parser import _ascii, _binary, _xdr  # noqa: PLC0415 - heavy; no public class is offered

    kinds = {b"X\n": _xdr.ParserXDR, b"A\n": _ascii.ParserASCII, b"B\n": _binary.ParserBinary}
    start = bytes(body[:3])
    if start == b"A\r\n":
        return _ascii.ParserASCII(body[3:], expand_altrep=True, altrep_constructor_dict=_compact_forms())
    kind: Any = kinds[start[:2]]
    return kind(body[2:], expand_altrep=True, altrep_constructor_dict=_compact_forms())


def _compact_forms() -> dict[bytes, Any]:
    """Return rdata's expansions of compact vectors, with a cap on a sequence's stated length."""
    from rdata.parser import _parser as library  # noqa: PLC0415 - heavy

    def capped(expand: Any) -> Any:
        def build(state: Any) -> Any:
            if not 0 <= float(state.value[0]) <= LIMITS.longest_sequence:
                raise MemoryError
            return expand(state)

        return build

    forms = dict(library.DEFAULT_ALTREP_MAP)
    return forms | {name: capped(forms[name]) for name in (b"compact_intseq", b"compact_realseq")}


@contextmanager
def _deep_and_strict() -> Iterator[None]:
    """Let pairlists be as long as R writes them, and take what rdata only warns of as an error."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, LIMITS.recursion))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        sys.setrecursionlimit(before)


def _decompressed(unpacker: Any, data: bytes, limit: int) -> tuple[bytes, int]:
    try:
        plain = unpacker.decompress(data, limit + 1)
    except (OSError, lzma.LZMAError, ValueError, EOFError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "damaged compressed data") from error
    if len(plain) > limit:
        raise UnreadableError(ProblemKind.TOO_LARGE, "unpacks to more than the limit")
    if not unpacker.eof:
        raise UnreadableError(ProblemKind.UNREADABLE, "the compressed data are truncated")
    return plain, len(unpacker.unused_data)
