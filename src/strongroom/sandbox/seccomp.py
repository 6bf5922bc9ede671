"""A system-call filter: allows the calls that reading a file needs and rejects all others with EPERM.

The process may start threads but no processes; it cannot open a connection, execute a program, trace, mount
or send signals.
"""

import ctypes
import errno
import os
import platform
import struct

from strongroom.sandbox.bpf import INSTRUCTION_BYTES, Never, Rule, known, numbers, program

__all__ = ["confine", "known"]

_SET_NO_NEW_PRIVILEGES = 38  # fixed: linux/prctl.h
_SET_FILTER, _ALL_THREADS = 1, 1  # fixed: SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, linux/seccomp.h
_SET_NAME = 15  # fixed: PR_SET_NAME, linux/prctl.h
_CLONE_THREAD = 0x10000  # fixed: linux/sched.h
# The requests made by isatty and by opening a file: TCGETS, TIOCGWINSZ, FIONREAD, FIONCLEX, FIOCLEX.
_HARMLESS_REQUESTS = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)

# The most frequent first: the kernel compares one after the other.
_CALLS = (
    "read write open close stat fstat lstat poll lseek mmap mprotect munmap brk rt_sigaction "
    "rt_sigprocmask rt_sigreturn ioctl pread64 readv writev access select sched_yield mremap msync "
    "mincore madvise dup nanosleep getpid clone exit uname fcntl getcwd readlink gettimeofday getrlimit "
    "getrusage sysinfo times getuid getgid geteuid getegid getppid sigaltstack statfs fstatfs prctl "
    "arch_prctl gettid time futex sched_getaffinity getdents64 set_tid_address restart_syscall fadvise64 "
    "clock_gettime clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl tgkill openat newfstatat "
    "readlinkat faccessat pselect6 ppoll set_robust_list get_robust_list epoll_pwait eventfd2 "
    "epoll_create1 pipe2 preadv prlimit64 getcpu getrandom membarrier statx rseq clone3 close_range "
    "faccessat2"
)


def confine() -> bool:
    """Install the filter permanently; False if there is none for this machine, OSError if the kernel refuses.

    It applies to all threads: libraries start some as they are loaded.
    """
    if not known():
        return False
    filtered = program(_CALLS.split(), _rules())
    code = ctypes.create_string_buffer(filtered)
    header = struct.pack("@HP", len(filtered) // INSTRUCTION_BYTES, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    no = ctypes.c_ulong(0)
    refused = libc.prctl(_SET_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), no, no, no) != 0
    call = numbers(platform.machine())["seccomp"]
    number, operation, flags = map(ctypes.c_ulong, (call, _SET_FILTER, _ALL_THREADS))
    # A positive result is the number of a thread that has another filter.
    if refused or libc.syscall(number, operation, flags, header) != 0:
        raise OSError(ctypes.get_errno(), "the kernel refused the system-call filter")
    return True


def _rules() -> dict[str, Rule]:
    """Return what is allowed with some arguments only: new threads, own limits, signals to itself."""
    return {
        "clone": Rule(has=_CLONE_THREAD),
        # A filter cannot read its flags, which are behind a pointer; on ENOSYS C libraries use clone.
        "clone3": Never(otherwise=errno.ENOSYS),
        "prctl": Rule(equals=(_SET_NAME,)),
        "prlimit64": Rule(equals=(0,)),
        "tgkill": Rule(equals=(os.getpid(),)),
        "ioctl": Rule(argument=1, equals=_HARMLESS_REQUESTS),
    }
