"""The filter of jobs, run as the kernel would: what is listed passes, everything else fails with an error."""

import errno
import struct

import pytest

from strongroom.sandbox import bpf, seccomp
from strongroom.sandbox.jobs.system_calls import job_filter

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def verdict(program, number, *arguments, audit):
    """Interpret a filter: "allowed", "killed", or the error's number."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *(*arguments, *[0] * (6 - len(arguments))))
    steps = list(struct.iter_unpack("<HBBI", program))
    at = value = 0
    while True:
        code, when, otherwise, operand = steps[at]
        at += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("<I", data, operand)
            case 0x15:
                at += when if value == operand else otherwise
            case 0x35:
                at += when if value >= operand else otherwise
            case 0x45:
                at += when if value & operand else otherwise
            case _:
                return {ALLOW: "allowed", KILL: "killed"}.get(operand, operand - ERROR)


@pytest.fixture(params=["x86_64", "aarch64"])
def ask(request):
    program, numbers = job_filter(machine=request.param), bpf.numbers(request.param)

    def asked(name, *arguments):
        return verdict(program, numbers[name], *arguments, audit=AUDIT[request.param])

    asked.program, asked.machine = program, request.param
    return asked


@pytest.mark.parametrize(
    "name",
    [
        *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "process_madvise"),
        *(
            "unshare",
            "setns",
            "mount",
            "umount2",
            "pivot_root",
            "chroot",
            "fsopen",
            "move_mount",
            "mount_setattr",
        ),
        *("keyctl", "add_key", "request_key", "io_uring_setup", "userfaultfd", "bpf", "perf_event_open"),
        *("init_module", "finit_module", "kexec_load", "reboot", "swapon", "settimeofday", "clock_settime"),
        *(
            "open_by_handle_at",
            "name_to_handle_at",
            "fanotify_init",
            "mknodat",
            "personality",
            "seccomp",
            "syslog",
        ),
    ],
)
def test_what_reaches_beyond_the_job_is_refused(ask, name):
    assert ask(name) == errno.EPERM


@pytest.mark.parametrize(
    "name", ["read", "openat", "mmap", "execve", "futex", "wait4", "kill", "memfd_create"]
)
def test_what_programs_do_is_allowed(ask, name):
    assert ask(name) == "allowed"


@pytest.mark.parametrize("call", ["socket", "socketpair"])
def test_sockets_are_of_the_unix_family_alone(ask, call):
    assert ask(call, 1) == "allowed"
    for family in (2, 10, 16, 17, 38, 40):
        assert ask(call, family) in {errno.EINVAL, errno.EAFNOSUPPORT}
        # The kernel reads 32 bits; what is above them changes nothing.
        assert ask(call, family | 1 << 32) in {errno.EINVAL, errno.EAFNOSUPPORT}


def test_threads_and_processes_may_start_but_no_namespace(ask):
    assert ask("clone", 0x11) == "allowed"
    assert ask("clone", 0x10000 | 0x100) == "allowed"
    for flag in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert ask("clone", flag | 0x11) == errno.EPERM
    # Its flags cannot be seen: C libraries fall back to clone.
    assert ask("clone3") == errno.ENOSYS


def test_nothing_can_be_typed_into_a_terminal(ask):
    assert ask("ioctl", 0, 0x5412) == errno.ENOTTY
    assert ask("ioctl", 0, 0x541C) == errno.ENOTTY
    assert ask("ioctl", 0, 0x5413) == "allowed"


def test_calls_of_other_tables_do_not_pass(ask):
    audit = AUDIT[ask.machine]
    assert verdict(ask.program, 59, audit=0x40000003) == "killed"
    assert verdict(ask.program, 0x40000000 | 59, audit=audit) == errno.EPERM
    assert verdict(ask.program, 462, audit=audit) == errno.ENOSYS


def test_readers_have_fewer_calls_than_jobs():
    program = bpf.program(seccomp._CALLS.split(), seccomp._rules(), machine="x86_64")
    numbers, audit = bpf.numbers("x86_64"), AUDIT["x86_64"]
    assert verdict(program, numbers["read"], audit=audit) == "allowed"
    for name in ("execve", "socket", "kill", "unlink", "fork", "memfd_create", "ptrace"):
        assert verdict(program, numbers[name], audit=audit) == errno.EPERM
    assert verdict(program, numbers["clone"], 0x11, audit=audit) == errno.EPERM
    assert verdict(program, numbers["clone"], 0x10000, audit=audit) == "allowed"


def test_an_unknown_architecture_has_no_filter():
    with pytest.raises(KeyError):
        job_filter(machine="vax")
