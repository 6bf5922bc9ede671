"""Readers: one format a file, all pure: bytes in, artefacts out. Run them only in a confined process.

The names are loaded on first use: who reads a large table needs few of the readers, and must not wait for
the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strongroom.checker.readers.dispatch import read_bytes
    from strongroom.checker.readers.kinds import FileKind, identify

_PLACES = {"FileKind": "kinds", "identify": "kinds", "read_bytes": "dispatch"}

__all__ = ["FileKind", "identify", "read_bytes"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
