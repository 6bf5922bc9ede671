"""RAR archives are refused by name: no free library reads all of them, so none can be checked."""

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.format import Order, magic, refusing

FORMAT = refusing(
    "RAR",
    "application/vnd.rar",
    (".rar",),
    ProblemKind.UNKNOWN_TYPE,
    "RAR archives are not opened here: unpack it, and pack it as zip, tar.gz or tar.xz",
    magic(Order.PACKED_MAGIC, b"Rar!\x1a\x07"),
)
