"""A job's own mount namespace, which holds its file systems in memory and vanishes with its last process.

Without root: a user namespace allows mounts that only its processes see. The supervisor's child makes one for
each job; others reach the directories by descriptors alone.
"""

import ctypes
import os
from collections.abc import Mapping
from dataclasses import dataclass

_NEW_USER, _NEW_MOUNTS, _NEW_PROCESSES = 0x10000000, 0x00020000, 0x20000000  # fixed: linux/sched.h
_NO_SUID, _NO_DEVICES, _NO_EXEC, _READ_ONLY = 2, 4, 8, 1  # fixed: linux/mount.h
_REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 32, 4096, 16384, 1 << 18  # fixed: linux/mount.h

# Those that bubblewrap binds.
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")

PLACE = "/sys"
"""Where the stage is mounted, over a directory that every Linux has and no job needs."""


@dataclass(frozen=True)
class FileSystem:
    """One file system of a job: its size in bytes, its number of files and directories."""

    size: int
    inodes: int
    executable: bool = False


def enter(file_systems: Mapping[str, FileSystem]) -> None:
    """Move this process into its own namespaces and mount `file_systems` below `PLACE`.

    The process must have one thread. Raises OSError where user namespaces are not allowed.

    Its next child is the first process of a namespace of its own: whenever it is killed, all its descendants
    are. Bubblewrap's own child would wait for ever if bubblewrap were killed before it lets it go.
    """
    user, group = os.getuid(), os.getgid()
    _call("unshare", ctypes.c_int(_NEW_USER | _NEW_MOUNTS | _NEW_PROCESSES))
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    # Nothing that is mounted here shows outside.
    _mount("none", "/", "", _RECURSIVE | _PRIVATE, "")
    _seal_devices()
    _mount("stage", PLACE, "tmpfs", _NO_SUID | _NO_DEVICES | _NO_EXEC, "size=64k,nr_inodes=64,mode=0700")
    for name, each in file_systems.items():
        path = f"{PLACE}/{name}"
        os.mkdir(path, 0o700)  # noqa: PTH102 - pathlib is slow to load
        flags = _NO_SUID | _NO_DEVICES | (0 if each.executable else _NO_EXEC)
        _mount("stage", path, "tmpfs", flags, f"size={each.size},nr_inodes={each.inodes},mode=0700")


def resize(file_systems: Mapping[str, FileSystem]) -> None:
    """Give the stage's file systems other limits."""
    for name, each in file_systems.items():
        flags = _REMOUNT | _NO_SUID | _NO_DEVICES | (0 if each.executable else _NO_EXEC)
        _mount("none", f"{PLACE}/{name}", "", flags, f"size={each.size},nr_inodes={each.inodes}")


def seal(name: str) -> None:
    """Make one of the file systems read-only, for everybody."""
    flags = _REMOUNT | _READ_ONLY | _NO_SUID | _NO_DEVICES | _NO_EXEC
    _mount("none", f"{PLACE}/{name}", "", flags, "")


def _seal_devices() -> None:
    """Keep a job of root, which owns the host's /dev/null, from changing its permissions for everybody.

    A device on a read-only mount can still be written to.
    """
    for path in _DEVICES:
        if os.path.exists(path):  # noqa: PTH110 - pathlib is slow to load
            _mount(path, path, "", _BIND, "")
            kept = os.statvfs(path).f_flag & (_NO_DEVICES | _NO_EXEC)
            _mount("none", path, "", _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | kept, "")


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    _call(
        "mount",
        *(each.encode() for each in (source, target, kind)),
        ctypes.c_ulong(flags),
        options.encode(),
    )


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name} is not allowed here")
