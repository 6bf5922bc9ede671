"""Readers: one format a file, all pure: bytes in, artefacts out. Run them only in a confined process.

The names are loaded on first use: who reads a large table needs few of the readers, and must not wait for
the others.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.checker.readers.dispatch import read_bytes
    from strongroom.checker.readers.kinds import FileKind, identify

_PLACES = {"FileKind": "kinds", "identify": "kinds", "read_bytes": "dispatch"}

__all__ = ["FileKind", "identify", "read_bytes"]

__getattr__ = on_first_use(__name__, _PLACES)
