"""The kernel's files in /proc as a confined process sees them: read-only, without what only root may read.

Where root starts a confined process, it keeps root's number on the host, though no capability. The files of
/proc/sys are root's: it could change the kernel's settings, one of which names a program that the kernel runs
as root, outside of everything.
"""

import os
import stat
from collections.abc import Iterator

# Keys' descriptions, and directories in which drivers and file systems put what they like.
_COVERED = frozenset({"keys", "key-users", "acpi", "asound", "fs", "pressure", "scsi"})
_SETTINGS = "/proc/sys"


def process_options() -> Iterator[str]:
    """Yield bubblewrap's options for /proc: settings are read-only, what describes the host is covered."""
    yield from ("--proc", "/proc", "--ro-bind", _SETTINGS, _SETTINGS)
    for entry in sorted(os.scandir("/proc"), key=lambda each: each.name):
        if entry.name.isdigit() or entry.is_symlink() or not _is_covered(entry):
            continue
        if entry.is_dir():
            yield from ("--perms", "0555", "--tmpfs", entry.path, "--remount-ro", entry.path)
        else:
            # A device on a mount without devices: it can neither be read nor written.
            yield from ("--ro-bind", "/dev/null", entry.path)


def _is_covered(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry tells of the host; what only root may use matters where root started it."""
    if entry.name in _COVERED:
        return True
    mode = entry.stat().st_mode
    return os.geteuid() == 0 and stat.S_ISREG(mode) and (not mode & stat.S_IROTH or bool(mode & stat.S_IWUSR))
