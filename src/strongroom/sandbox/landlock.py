"""A second restriction on files: Landlock, as in the kernel's `landlock` documentation, without a library.

It holds where bubblewrap is missing or has a flaw: the process reads only the listed paths and creates
nothing. It also stops it from looking into processes outside the restriction.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from contextlib import suppress

# The same numbers on every architecture of `seccomp`.
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # fixed: landlock_create_ruleset(2) and the next two
_ASK_VERSION = 1  # fixed: LANDLOCK_CREATE_RULESET_VERSION
_PATH_BENEATH = 1  # fixed: LANDLOCK_RULE_PATH_BENEATH
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3  # fixed: linux/landlock.h
_FILE_RIGHTS = ((1, 13), (2, 14), (3, 15), (5, 16))  # fixed: ABI version, bits of rights it knows
_NETWORK, _SCOPES = (4, 3), (6, 3)  # fixed: ABI version, all its bits: TCP; abstract sockets and signals
_SET_NO_NEW_PRIVILEGES = 38  # fixed: linux/prctl.h
# What libraries open: random numbers, the machine's memory and processors, and nothing of other processes.
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/devices/system/cpu", "/sys/fs/cgroup")


def version() -> int:
    """Return the version of Landlock that the kernel offers; 0 for none."""
    return max(_call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION)), 0)


def restrict(readable: Iterable[str]) -> bool:
    """Let this thread, and those it starts, only read `readable` paths, for good.

    Return False where the kernel has no Landlock; raise OSError when it has and refuses.
    """
    offered = version()
    if offered == 0:
        return False
    rights = (1 << max(bits for least, bits in _FILE_RIGHTS if offered >= least)) - 1
    attributes = struct.pack(
        "=QQQ", rights, *(bits if offered >= least else 0 for least, bits in (_NETWORK, _SCOPES))
    )
    # An older kernel takes the fields it knows.
    size = 8 * (1 + (offered >= _NETWORK[0]) + (offered >= _SCOPES[0]))
    ruleset = _required(_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in (*readable, *_DEVICES, *_FACTS):
            with suppress(FileNotFoundError, PermissionError):
                _allow(ruleset, path)
        ctypes.CDLL(None).prctl(_SET_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), 0, 0, 0)
        _required(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: str) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_READ_DIR | _EXECUTE if os.path.isdir(path) else 0)  # noqa: PTH112 - pathlib is slow to load
        rule = struct.pack("=Qi", rights, place)
        _required(_ADD, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(place)


def _required(number: int, *arguments: object) -> int:
    result = _call(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the restriction of files")
    return result


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(ctypes.c_long(number), *arguments))
