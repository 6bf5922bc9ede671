"""Readers: one format a file, all pure: bytes in, artefacts out. Run them only in a confined process."""

from strongroom.checker.readers.dispatch import read_bytes
from strongroom.checker.readers.kinds import FileKind, identify

__all__ = ["FileKind", "identify", "read_bytes"]
