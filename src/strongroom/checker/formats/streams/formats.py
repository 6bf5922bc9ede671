"""Formats of compressed files."""

from strongroom.checker.formats.format import Candidate, Format, Order, Sign, magic

_IN = "strongroom.checker.formats.streams"
_LARGE = "strongroom.checker.formats.archives.compressed_tar:open_packed"
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
_COPY = "the rebuilt file, compressed again as one stream"


def _compressed(name: str, mime: str, endings: tuple[str, ...], library: str, *looks: Sign) -> Format:
    return Format(
        name,
        mime,
        endings,
        f"{_IN}.compressed:read",
        looks,
        f"{_IN}.compressed:rebuild",
        _LARGE,
        copy=_COPY,
        library=library,
    )


def _is_bzip2(file: Candidate) -> bool:
    return file.data.startswith(b"BZh") and file.data[4:10] in _BZIP2_BLOCKS


def _is_lzma(file: Candidate) -> bool:
    """Tell LZMA without a container, which has no magic of its own: the name decides."""
    return file.data.startswith(b"\x5d\x00\x00") and file.name.endswith(".lzma")


GZIP = Format(
    "gzip",
    "application/gzip",
    (".gz", ".bgz", ".tgz"),
    f"{_IN}.gz:read",
    (magic(Order.MAGIC, b"\x1f\x8b"),),
    f"{_IN}.gz:rebuild",
    _LARGE,
    copy=_COPY,
    library="isal",
)
BZIP2 = _compressed(
    "bzip2",
    "application/x-bzip2",
    (".bz2", ".tbz2"),
    "Python's bz2",
    Sign(Order.PACKED_LAYOUT, _is_bzip2),
)
XZ = _compressed(
    "xz",
    "application/x-xz",
    (".xz", ".txz", ".lzma"),
    "Python's lzma",
    magic(Order.PACKED_MAGIC, b"\xfd7zXZ\x00"),
    Sign(Order.PACKED_LAYOUT, _is_lzma),
)
# A skippable frame may come first, RFC 8878 section 3.1.2.
ZSTD = _compressed(
    "Zstandard",
    "application/zstd",
    (".zst", ".tzst"),
    "zstandard",
    magic(
        Order.PACKED_MAGIC,
        b"\x28\xb5\x2f\xfd",
        *(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60)),
    ),
)
