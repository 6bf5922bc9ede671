"""System calls that no analysis needs, and that kernels have had flaws in."""

import ctypes
import mmap
import os
import platform
from collections.abc import Callable

from strongroom.sandbox.probes.attempts.probe import (
    LEAKS_AS_ROOT,
    Bait,
    CannotTell,
    Family,
    Held,
    in_child,
    permitted,
)

FAMILY = Family("kernel")
_BUILT = "a kernel may be built without it, or keep it for root"
_NOWHERE = b"/none-such"


@FAMILY.probe("Sets up an io_uring, whose requests pass by the filter.", control=_BUILT)
def io_uring(bait: Bait) -> str:
    """Its operations are no system calls of their own."""
    os.close(bait.call("io_uring_setup", 1, ctypes.create_string_buffer(256)))
    return "an io_uring was set up"


@FAMILY.probe("Handles page faults itself with userfaultfd.", control=_BUILT)
def userfaultfd(bait: Bait) -> str:
    """It stops the kernel in the middle of a copy, which exploits need."""
    os.close(bait.call("userfaultfd", os.O_CLOEXEC | 1))
    return "page faults can be handled"


@FAMILY.probe("Makes a BPF map.", control=_BUILT)
def bpf_map(bait: Bait) -> str:
    """Programs in the kernel."""
    os.close(bait.call("bpf", 0, (ctypes.c_uint32 * 32)(2, 4, 8, 1), 128))
    return "a BPF map was made"


@FAMILY.probe("Counts events of the processor.", control=_BUILT)
def performance_counters(bait: Bait) -> str:
    """They show what other programs on the same processor do."""
    wanted = (ctypes.c_uint32 * 32)(1, 128)
    os.close(bait.call("perf_event_open", wanted, 0, -1, -1, 0))
    return "events can be counted"


@FAMILY.probe("Reads its session's keys, which are the host's session's.", control=_BUILT)
def session_keys(bait: Bait) -> str:
    """Keyrings have no namespace of their own on every kernel."""
    bait.call("keyctl", 0, -3, 0)
    return "the session's keyring was reached"


@FAMILY.probe("Adds a key to the kernel's keyrings.", control=_BUILT)
def added_key(bait: Bait) -> str:
    """A key stays when the job is over, for the next to read."""
    words = [ctypes.c_char_p(each) for each in (b"user", b"strongroom-probe", b"x")]
    number = bait.call("add_key", *words, 1, -2)
    bait.call("keyctl", 3, number)
    return "a key was added"


@FAMILY.probe("Asks the kernel for a key of the host.", control=_BUILT)
def requested_key(bait: Bait) -> str:
    """ENOKEY comes after permission."""
    words = [ctypes.c_char_p(each) for each in (b"user", b"strongroom-none-such")]
    return permitted(bait, (126,), "request_key", *words, None, -2)


@FAMILY.probe("Loads a module into the kernel.", control="a kernel may be built without modules")
def kernel_module(bait: Bait) -> str:
    """From a file that is none."""
    place = os.open(os.devnull, os.O_RDONLY)
    return permitted(bait, (8, 22, 9), "finit_module", place, ctypes.c_char_p(b""), 0)


@FAMILY.probe("Removes a module from the kernel.", control="a kernel may be built without modules")
def removed_module(bait: Bait) -> str:
    """One that does not exist."""
    return permitted(bait, (2,), "delete_module", ctypes.c_char_p(b"none_such"), os.O_NONBLOCK)


@FAMILY.probe("Restarts the machine.", control=LEAKS_AS_ROOT)
def restart(bait: Bait) -> str:
    """With wrong numbers: EINVAL comes after permission."""
    return permitted(bait, (22,), "reboot", 0, 0, 0, None)


@FAMILY.probe("Starts another kernel.", control="a kernel may be built without it")
def other_kernel(bait: Bait) -> str:
    """With more segments than there can be: EINVAL comes after permission."""
    return permitted(bait, (22,), "kexec_load", 0, 1000, None, 0)


@FAMILY.probe("Sets the machine's clock.", control=LEAKS_AS_ROOT)
def clock(bait: Bait) -> str:
    """Adjtimex with a tick of nothing: EINVAL comes after permission."""
    wanted = (ctypes.c_uint32 * 64)(0x4000)
    return permitted(bait, (22,), "adjtimex", wanted)


@FAMILY.probe("Adds swap, or accounting of processes, to the machine.", control=LEAKS_AS_ROOT)
def swap(bait: Bait) -> str:
    """From a file that does not exist: ENOENT comes after permission."""
    return permitted(bait, (2,), "swapon", ctypes.c_char_p(_NOWHERE), 0)


@FAMILY.probe("Reads the kernel's log.", control=_BUILT)
def kernel_log(bait: Bait) -> str:
    """It names devices, addresses and programs of the host."""
    buffer = ctypes.create_string_buffer(4096)
    bait.call("syslog", 3, buffer, 4096)
    return "the log was read"


@FAMILY.probe("Talks to hardware by its ports.", control=_BUILT)
def hardware_ports(bait: Bait) -> str:
    """ioperm, of this process alone."""

    def work() -> str:
        bait.call("ioperm", 0x80, 1, 1)
        return "a port of the hardware is open"

    return in_child(work)


@FAMILY.probe("Watches the whole file system.", control=LEAKS_AS_ROOT)
def watched_files(bait: Bait) -> str:
    """Fanotify shows which files others open."""
    os.close(bait.call("fanotify_init", 0, 0))
    return "files of others can be watched"


@FAMILY.probe("Changes the quotas of a disk.", control=_BUILT)
def quotas(bait: Bait) -> str:
    """Q_SYNC of a device that is none."""
    return permitted(bait, (15, 2, 19), "quotactl", 0x80000100, ctypes.c_char_p(_NOWHERE), 0, None)


@FAMILY.probe(
    "Changes how the kernel runs programs, without address randomisation.",
    control="every kernel allows it; the filter need not",
)
def personality(bait: Bait) -> str:
    """Exploits are easier where addresses are known."""

    def work() -> str:
        bait.call("personality", 0x0040000)
        return "address randomisation was turned off"

    return in_child(work)


def _machine_code(code: bytes) -> int:
    if platform.machine() != "x86_64":
        raise CannotTell("only x86-64 has such calls")
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return int(ctypes.CFUNCTYPE(ctypes.c_long)(address)())


@FAMILY.probe("Makes a system call of 32-bit programs, which a filter may not know.", control=_BUILT)
def i386_call(_: Bait) -> str:
    """Its numbers mean other calls: getpid is 20."""

    def work() -> str:
        # mov eax, 20; int 0x80; ret
        if _machine_code(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3") == os.getpid():
            return "a 32-bit system call was answered"
        raise Held("it was not answered")

    return in_child(work)


@FAMILY.probe("Makes a socket by a 32-bit system call.", control=_BUILT)
def i386_socket(_: Bait) -> str:
    """Call 359, with an address family in ebx: AF_INET."""

    def work() -> str:
        # push rbx; mov eax, 359; mov ebx, 2; mov ecx, 1; xor edx, edx; int 0x80; pop rbx; cdqe; ret
        code = (
            b"\x53\xb8\x67\x01\x00\x00\xbb\x02\x00\x00\x00\xb9\x01\x00\x00\x00"
            b"\x31\xd2\xcd\x80\x5b\x48\x98\xc3"
        )
        if _machine_code(code) >= 0:
            return "a socket was made"
        raise Held("it was refused")

    return in_child(work)


@FAMILY.probe("Makes a system call of the x32 kind, whose numbers differ.", control=_BUILT)
def x32_call(bait: Bait) -> str:
    """Getpid with the bit of x32."""
    if platform.machine() != "x86_64":
        raise CannotTell("only x86-64 has such calls")

    def work() -> str:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syscall(ctypes.c_long(0x40000000 | bait.calls["getpid"])) == os.getpid():
            return "an x32 system call was answered"
        raise OSError(ctypes.get_errno(), "x32")

    return in_child(work)


@FAMILY.probe("Makes a system call that is newer than the filter.", control="a kernel may have no newer call")
def newer_call(_: Bait) -> str:
    """462 is mseal; what a filter does not know must be refused."""

    def work() -> str:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syscall(ctypes.c_long(462), ctypes.c_long(0), ctypes.c_long(0), ctypes.c_long(0)) == 0:
            return "a call that the filter does not know was made"
        raise OSError(ctypes.get_errno(), "mseal")

    return in_child(work)


# What each device gives: virtual machines, memory, the log, the hypervisor, file systems, networks, disks.
_DEVICES = (
    "kvm",
    "mem",
    "port",
    "kmsg",
    "vsock",
    "vhost-vsock",
    "fuse",
    "net/tun",
    "loop-control",
    "loop0",
    "vda",
    "sda",
    "nvme0n1",
    "dm-0",
    "mapper/control",
    "userfaultfd",
    "cuse",
    "uinput",
    "rtc0",
    "hpet",
    "console",
    "tty0",
)


def _opened(names: tuple[str, ...]) -> str:
    for name in names:
        for flags in (os.O_RDWR, os.O_RDONLY):
            try:
                os.close(os.open(f"/dev/{name}", flags | os.O_NONBLOCK | os.O_NOCTTY))
            except OSError:
                continue
            return "a device of the host was opened"
    raise Held("no device of the host is there")


@FAMILY.probe("Opens devices of the host: virtual machines, memory, disks, the log.", control=LEAKS_AS_ROOT)
def devices(_: Bait) -> str:
    """All of them but the harmless ones."""
    return _opened(_DEVICES)


@FAMILY.probe("Lists devices in /dev beyond those that every program needs.")
def devices_listed(_: Bait) -> str:
    """null, zero, full, random, urandom, tty and terminals."""
    plain = {
        "null",
        "zero",
        "full",
        "random",
        "urandom",
        "tty",
        "pts",
        "ptmx",
        "shm",
        "fd",
        "core",
        "console",
    }
    if set(os.listdir("/dev")) - plain - {"stdin", "stdout", "stderr"}:
        return "other devices are there"
    raise Held("only those are there")


def _first(attempts: tuple[Callable[[], object], ...], said: str) -> str:
    refused: OSError | None = None
    for each in attempts:
        try:
            each()
        except OSError as error:
            refused = error
        else:
            return said
    raise refused or Held("nothing was tried")


@FAMILY.probe("Ties its memory to processors and nodes of the machine.", control=_BUILT)
def memory_policy(bait: Bait) -> str:
    """Mbind and set_mempolicy: old calls that have had flaws."""
    return _first(
        (
            lambda: bait.call("set_mempolicy", 0, None, 0),
            lambda: bait.call("migrate_pages", os.getpid(), 0, None, None),
        ),
        "the machine's memory can be chosen",
    )


@FAMILY.probe("Opens old calls that are kept for compatibility.", control=_BUILT)
def old_calls(bait: Bait) -> str:
    """modify_ldt, uselib, ustat, sysfs."""
    return _first(
        (
            lambda: bait.call("modify_ldt", 0, ctypes.create_string_buffer(64), 64),
            lambda: bait.call("ustat", 0, ctypes.create_string_buffer(64)),
            lambda: bait.call("sysfs", 3, 0, 0),
        ),
        "an old call was answered",
    )
