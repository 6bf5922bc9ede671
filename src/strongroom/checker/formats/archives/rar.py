"""RAR archives are refused: no free library reads all of them, so they cannot be checked."""

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.format import Order, magic, refusing

FORMAT = refusing(
    "RAR",
    "application/vnd.rar",
    (".rar",),
    ProblemKind.UNKNOWN_TYPE,
    "RAR archives are not supported; unpack the files and repack them as zip, tar.gz or tar.xz",
    magic(Order.PACKED_MAGIC, b"Rar!\x1a\x07"),
)
