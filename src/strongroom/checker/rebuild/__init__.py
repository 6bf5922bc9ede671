"""What leaves is made anew from what was checked, so that nothing leaves that no detector saw."""

from strongroom.checker.rebuild.release import rebuild

__all__ = ["rebuild"]
