"""A system-call filter: allows the calls that reading a file needs and rejects all others with EPERM.

Seccomp-BPF as in the kernel's `seccomp_filter` documentation, without a library: the program uses only a few
kinds of instruction. The process may start threads but no processes; it cannot open a connection, execute a
program, trace, mount or send signals.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # fixed: linux/bpf_common.h
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000  # fixed: linux/seccomp.h
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # fixed: struct seccomp_data
_INSTRUCTION = struct.Struct("<HBBI")
_SET_NO_NEW_PRIVILEGES = 38  # fixed: linux/prctl.h
_SET_FILTER, _ALL_THREADS = 1, 1  # fixed: SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, linux/seccomp.h
_SET_NAME = 15  # fixed: PR_SET_NAME, linux/prctl.h
_CLONE_THREAD = 0x10000  # fixed: linux/sched.h
_X32 = 0x40000000  # fixed: __X32_SYSCALL_BIT
# The requests made by isatty and by opening a file: TCGETS, TIOCGWINSZ, FIONREAD, FIONCLEX, FIOCLEX.
_HARMLESS_REQUESTS = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)

# fmt: off
_X86_64 = {
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8,
    "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "ioctl": 16, "pread64": 17, "readv": 19, "writev": 20, "access": 21, "select": 23,
    "sched_yield": 24, "mremap": 25, "msync": 26, "mincore": 27, "madvise": 28, "dup": 32, "nanosleep": 35,
    "getpid": 39, "clone": 56, "exit": 60, "uname": 63, "fcntl": 72, "getcwd": 79, "readlink": 89,
    "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102,
    "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "sigaltstack": 131, "statfs": 137,
    "fstatfs": 138, "prctl": 157, "arch_prctl": 158, "gettid": 186, "time": 201, "futex": 202,
    "sched_getaffinity": 204, "getdents64": 217, "set_tid_address": 218, "restart_syscall": 219,
    "fadvise64": 221, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231,
    "epoll_wait": 232, "epoll_ctl": 233, "tgkill": 234, "openat": 257, "newfstatat": 262, "readlinkat": 267,
    "faccessat": 269, "pselect6": 270, "ppoll": 271, "set_robust_list": 273, "get_robust_list": 274,
    "epoll_pwait": 281, "eventfd2": 290, "epoll_create1": 291, "pipe2": 293, "preadv": 295,
    "prlimit64": 302, "getcpu": 309, "getrandom": 318, "membarrier": 324, "statx": 332, "rseq": 334,
    "clone3": 435, "close_range": 436, "faccessat2": 439,
}
_AARCH64 = {
    "getcwd": 17, "eventfd2": 19, "epoll_create1": 20, "epoll_ctl": 21, "epoll_pwait": 22, "dup": 23,
    "fcntl": 25, "ioctl": 29, "statfs": 43, "fstatfs": 44, "faccessat": 48, "openat": 56, "close": 57,
    "pipe2": 59, "getdents64": 61, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66,
    "pread64": 67, "preadv": 69, "pselect6": 72, "ppoll": 73, "readlinkat": 78, "newfstatat": 79,
    "fstat": 80, "exit": 93, "exit_group": 94, "set_tid_address": 96, "futex": 98, "set_robust_list": 99,
    "get_robust_list": 100, "nanosleep": 101, "clock_gettime": 113, "clock_getres": 114,
    "clock_nanosleep": 115, "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128,
    "tgkill": 131, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139,
    "times": 153, "uname": 160, "getrlimit": 163, "getrusage": 165, "prctl": 167, "getcpu": 168,
    "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176,
    "getegid": 177, "gettid": 178, "sysinfo": 179, "brk": 214, "munmap": 215, "mremap": 216, "clone": 220,
    "mmap": 222, "fadvise64": 223, "mprotect": 226, "msync": 227, "mincore": 232, "madvise": 233,
    "prlimit64": 261, "getrandom": 278, "membarrier": 283, "statx": 291, "rseq": 293, "clone3": 435,
    "close_range": 436, "faccessat2": 439,
}
# fmt: on


@dataclass(frozen=True)
class _Machine:
    audit: int
    seccomp: int
    calls: Mapping[str, int]


# The architecture's number in linux/audit.h, and that of its system call `seccomp`.
_MACHINES = {"x86_64": _Machine(0xC000003E, 317, _X86_64), "aarch64": _Machine(0xC00000B7, 277, _AARCH64)}


def known() -> bool:
    """Return whether there is a filter for this machine's architecture."""
    return platform.machine() in _MACHINES


def confine() -> bool:
    """Install the filter permanently; False if there is none for this machine, OSError if the kernel refuses.

    It applies to all threads: libraries start some as they are loaded.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = _program(machine)
    code = ctypes.create_string_buffer(program)
    header = struct.pack("@HP", len(program) // _INSTRUCTION.size, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    no = ctypes.c_ulong(0)
    refused = libc.prctl(_SET_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), no, no, no) != 0
    number, operation, flags = map(ctypes.c_ulong, (machine.seccomp, _SET_FILTER, _ALL_THREADS))
    # A positive result is the number of a thread that has another filter.
    if refused or libc.syscall(number, operation, flags, header) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the system-call filter")
    return True


def _program(machine: _Machine) -> bytes:
    refused = _ERRNO | errno.EPERM
    steps = [
        *(_step(_LOAD, _ARCHITECTURE), _step(_EQUAL, machine.audit, 1, 0), _step(_RETURN, _KILL)),
        *(_step(_LOAD, _NUMBER), _step(_AT_LEAST, _X32, 0, 1), _step(_RETURN, refused)),
    ]
    for name, number in machine.calls.items():
        answer = list(_ANSWERS[name]()) if name in _ANSWERS else [_step(_RETURN, _ALLOW)]
        steps += [_step(_EQUAL, number, 0, len(answer)), *answer]
    return b"".join([*steps, _step(_RETURN, refused)])


def _step(code: int, value: int, when: int = 0, otherwise: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, when, otherwise, value)


def _only_if(test: int, values: tuple[int, ...]) -> Iterator[bytes]:
    yield _step(_LOAD, _FIRST_ARGUMENT)
    yield from _any_of(test, values)


def _any_of(test: int, values: tuple[int, ...]) -> Iterator[bytes]:
    for value in values:
        yield _step(test, value, 0, 1)
        yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _ERRNO | errno.EPERM)


def _requests() -> Iterator[bytes]:
    yield _step(_LOAD, _FIRST_ARGUMENT + 8)
    yield from _any_of(_EQUAL, _HARMLESS_REQUESTS)


# Calls allowed only with some arguments: new threads, the process's own limits, signals to itself.
_ANSWERS = {
    "clone": lambda: _only_if(_ANY_BIT, (_CLONE_THREAD,)),
    # A filter cannot read its flags, which are behind a pointer; on ENOSYS the C library falls back to clone.
    "clone3": lambda: iter((_step(_RETURN, _ERRNO | errno.ENOSYS),)),
    "prctl": lambda: _only_if(_EQUAL, (_SET_NAME,)),
    "prlimit64": lambda: _only_if(_EQUAL, (0,)),
    "tgkill": lambda: _only_if(_EQUAL, (os.getpid(),)),
    "ioctl": _requests,
}
