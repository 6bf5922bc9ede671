"""The formats that are read, all pure: bytes in, artefacts out. Run them only in a confined process.

The names are loaded on first use: who reads a large table needs few of the readers.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.checker.formats.kinds import FileKind, identify

_PLACES = {
    "FileKind": "kinds",
    "identify": "kinds",
}

__all__ = ["FileKind", "identify"]

__getattr__ = on_first_use(__name__, _PLACES)
