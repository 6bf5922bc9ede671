"""A released copy is rebuilt from what was checked, so it contains nothing that no detector examined."""

from strongroom.checker.release.write_copy import rebuild

__all__ = ["rebuild"]
