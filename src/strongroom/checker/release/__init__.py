"""What leaves is made anew from what was checked, so that nothing leaves that no detector saw."""

from strongroom.checker.release.write_copy import rebuild

__all__ = ["rebuild"]
