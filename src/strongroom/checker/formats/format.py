"""A file format: how to recognise, read and rebuild it.

A format is one `Format`, declared at the end of the module that reads it; `registry.FORMATS` lists them all.
Where a reader needs large libraries, its folder's `formats.py` declares it and names its functions as
"package.module:function", so that a process loads them with the first file of that format.
"""

import bz2
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, auto
from functools import cached_property
from importlib import import_module
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, cast

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.part import Context, Kind, LargeOpener, Part, PartReader, Rebuilder, Rebuilt
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tail: int = threshold(1 << 20, "bytes", "cost: a ZIP of thousands of members lists them in less")
    peeked: int = threshold(1 << 16, "bytes", "cost: deflate and xz show their first bytes in less")
    shown: int = threshold(64, "bytes", "derived: longer than the longest start that any format tests")
    bzip2_peeked: int = threshold(
        1 << 20, "bytes", "standard: bzip2, a block holds up to 900 kB and shows nothing before its end"
    )


LIMITS = _Limits()


ZIP_START = b"PK\x03\x04"  # fixed: APPNOTE 4.3.7, a local file header
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # fixed: [MS-CFB] 2.2, a compound file's header
MARK = b"\xef\xbb\xbf"  # fixed: the byte order mark in UTF-8
_GZIP_WINDOW = 31  # fixed: zlib's word for a gzip wrapper and the largest window
_ZLIB_STARTS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


class Order(IntEnum):
    """When a sign is tested. The first match decides; within a step, the order of `FORMATS`."""

    SCIENTIFIC_MAGIC = auto()
    SCIENTIFIC_ZIP = auto()
    SCIENTIFIC_LAYOUT = auto()
    SERIALISED = auto()
    SERIALISED_AND_PACKED = auto()
    DOCUMENT_MAGIC = auto()
    DOCUMENT_LAYOUT = auto()
    MARKUP = auto()
    PROGRAMS = auto()
    PACKED_MAGIC = auto()
    PACKED_LAYOUT = auto()
    MAGIC = auto()
    ZIP = auto()


class Candidate:
    """A file whose format is not known yet: its bytes and name, and facts that several signs use."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.start = data[: LIMITS.shown]
        self.name = name.lower()
        self.is_zip = data.startswith(ZIP_START)

    @cached_property
    def ending(self) -> str:
        """The last extension of the name in lower case, with its dot."""
        return extension(self.name)

    @cached_property
    def tail(self) -> bytes:
        """The last megabyte, in which a ZIP names its members."""
        return self.data[-LIMITS.tail :]

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names of a ZIP's members; empty if they cannot be read."""
        try:
            with zipfile.ZipFile(BytesIO(self.data)) as archive:
                return tuple(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
            return ()

    @cached_property
    def unpacked_start(self) -> bytes:
        """The first bytes of a compressed stream after decompression, or b""."""
        head = self.data[: LIMITS.peeked]
        try:
            if head.startswith(b"\x1f\x8b"):
                return zlib.decompressobj(_GZIP_WINDOW).decompress(head, LIMITS.shown)
            if head.startswith(_ZLIB_STARTS):
                return zlib.decompressobj().decompress(head, LIMITS.shown)
            if head.startswith(b"BZh"):
                # A bzip2 block is up to 900 kB and unpacks only as a whole.
                return bz2.BZ2Decompressor().decompress(self.data[: LIMITS.bzip2_peeked], LIMITS.shown)
            if head.startswith(b"\xfd7zXZ\x00"):
                return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=1 << 28).decompress(head, LIMITS.shown)
        except (zlib.error, OSError, lzma.LZMAError, ValueError, EOFError):
            return b""
        return b""


@dataclass(frozen=True)
class Sign:
    """One way to recognise that a file is in a format, and when it is tested."""

    order: Order
    test: Callable[[Candidate], bool]


def magic(order: Order, *starts: bytes) -> Sign:
    """Return the sign that a file begins with one of `starts`."""
    return Sign(order, lambda file: file.data.startswith(starts))


@dataclass(frozen=True, eq=False)
class Format:
    """A file format.

    `endings` are those of its files' names, the usual one first; another ending is reported as a disagreement
    (except for a format without endings). `looks` recognises its files by their bytes; a `text` format has
    none and goes by `endings` alone. `read` and `rebuild` are functions or "package.module:function";
    without `rebuild` no copy can be released. `large` opens large files to be read in pieces. `preload` names
    modules that the first file of one of `endings` has loaded before its process is forked. A `raster`
    picture is released as PNG under any picture's name. `copy` and `library` are words for the reference;
    `refused` is why files of the format are never read.
    """

    name: str
    mime: str
    endings: tuple[str, ...]
    read: PartReader | str
    looks: tuple[Sign, ...] = ()
    rebuild: Rebuilder | str | None = None
    large: LargeOpener | str | None = None
    preload: tuple[str, ...] = ()
    text: bool = False
    raster: bool = False
    copy: str = ""
    library: str = ""
    refused: str = ""

    def artefacts(self, part: Part, context: Context) -> Iterator[Artefact]:
        """Yield the contents of a part in this format."""
        yield from cast("PartReader", loaded(self.read))(part, context)

    def rebuilt(self, part: Part, context: Context) -> Rebuilt:
        """Return the copy of a part in this format; there must be a rebuilder."""
        return cast("Rebuilder", loaded(self.rebuild))(part, context)

    def modules(self) -> tuple[str, ...]:
        """Return the modules that its functions are in, where these are not loaded yet."""
        places = (self.read, self.rebuild, self.large)
        return tuple(each.partition(":")[0] for each in places if isinstance(each, str))


def refusing(
    name: str, mime: str, endings: tuple[str, ...], kind: ProblemKind, detail: str, *looks: Sign
) -> Format:
    """Return a format that is never read: every such file is a problem whose detail says what to do."""
    return Format(
        name, mime, endings, lambda part, _: iter((part.problem(kind, detail),)), looks, refused=detail
    )


def loaded(function: Callable[..., Any] | str | None) -> Callable[..., Any]:
    """Return a function; import it if only its name was given."""
    if not isinstance(function, str):
        return cast("Callable[..., Any]", function)
    module, _, name = function.partition(":")
    return cast("Callable[..., Any]", getattr(import_module(module), name))


def extension(name: str) -> str:
    """Return the last extension of a name in lower case, with its dot; "" without one."""
    return PurePosixPath(name).suffix.lower()


def usual_ending(kind: Kind) -> str:
    """Return the ending that most files of a format have, or ""."""
    return kind.endings[0] if kind.endings else ""
