"""New namespaces, mounts and file system roots: what would undo the walls from within."""

import ctypes
import os
from collections.abc import Callable

from strongroom.sandbox.probes.attempts.probe import (
    LEAKS,
    LEAKS_AS_ROOT,
    Attempt,
    Bait,
    Family,
    Held,
    in_child,
    permitted,
)

FAMILY = Family("namespaces")

# Flags of linux/sched.h.
_NAMESPACES: tuple[tuple[int, str], ...] = (
    (0x10000000, "user"),
    (0x00020000, "mount"),
    (0x40000000, "network"),
    (0x20000000, "process"),
    (0x08000000, "ipc"),
    (0x04000000, "host-name"),
    (0x02000000, "control-group"),
    (0x00000080, "time"),
)
_USER = 0x10000000  # fixed: CLONE_NEWUSER, linux/sched.h
_SIGCHLD = 17  # fixed: asm/signal.h


def _unshared(flag: int) -> Attempt:
    def attempt(bait: Bait) -> str:
        def work() -> str:
            bait.call("unshare", flag)
            return "a namespace of this kind was made"

        return in_child(work)

    return attempt


for _flag, _name in _NAMESPACES:
    FAMILY.probe(
        f"Makes a new {_name} namespace with unshare.",
        control="a machine may forbid user namespaces" if _flag == _USER else LEAKS_AS_ROOT,
        name=f"unshare-{_name}",
    )(_unshared(_flag))


@FAMILY.probe("Makes a user namespace with clone.", control="a machine may forbid user namespaces")
def clone_user_namespace(bait: Bait) -> str:
    """Within it, a job would have all capabilities."""

    def work() -> str:
        number = bait.call("clone", _USER | _SIGCHLD, 0, 0, 0, 0)
        if number == 0:
            os._exit(0)
        os.waitpid(number, 0)
        return "a user namespace was made"

    return in_child(work)


@FAMILY.probe("Makes a user namespace with clone3.", control="a machine may forbid user namespaces")
def clone3_user_namespace(bait: Bait) -> str:
    """Its flags are behind a pointer, which a filter cannot read."""
    arguments = (ctypes.c_uint64 * 8)(_USER, 0, 0, 0, _SIGCHLD, 0, 0, 0)

    def work() -> str:
        number = bait.call("clone3", arguments, ctypes.sizeof(arguments))
        if number == 0:
            os._exit(0)
        os.waitpid(number, 0)
        return "a user namespace was made"

    return in_child(work)


@FAMILY.probe("Enters the namespaces of another process with setns.", control=LEAKS_AS_ROOT)
def enter_namespace(bait: Bait) -> str:
    """Of a process of the host if one is visible, else of the first."""
    target = bait.victim if os.path.exists(f"/proc/{bait.victim}") else 1

    def work() -> str:
        place = os.open(f"/proc/{target}/ns/net", os.O_RDONLY)
        bait.call("setns", place, 0)
        return "another namespace was entered"

    return in_child(work)


@FAMILY.probe("Mounts a file system.", control=LEAKS_AS_ROOT)
def mount(bait: Bait) -> str:
    """Of a kind that does not exist, so that nothing is mounted."""
    names = [ctypes.c_char_p(each) for each in (b"x", bait.scratch.encode(), b"none-such")]
    return permitted(bait, (19,), "mount", *names, 0, None)


@FAMILY.probe("Makes its read-only file systems writable again.", control=LEAKS_AS_ROOT)
def remount(bait: Bait) -> str:
    """MS_REMOUNT of a directory that is no mount fails only after permission."""
    names = [ctypes.c_char_p(each) for each in (b"x", b"/proc/self/fd", b"x")]
    return permitted(bait, (22, 2, 20), "mount", *names, 32 | 4096, None)


@FAMILY.probe("Unmounts what hides the host.", control=LEAKS_AS_ROOT)
def unmount(bait: Bait) -> str:
    """A place that is no mount."""
    return permitted(bait, (22, 2), "umount2", ctypes.c_char_p(b"/proc/self/fd"), 0)


@FAMILY.probe("Uses the newer calls that mount.", control=LEAKS_AS_ROOT)
def new_mount_calls(bait: Bait) -> str:
    """fsopen, open_tree and move_mount."""
    refused: OSError | None = None
    attempts: tuple[Callable[[], int], ...] = (
        lambda: bait.call("fsopen", ctypes.c_char_p(b"tmpfs"), 0),
        lambda: bait.call("open_tree", -100, ctypes.c_char_p(b"/"), 1),
    )
    for each in attempts:
        try:
            os.close(each())
        except OSError as error:
            refused = error
        else:
            return "a new call that mounts was permitted"
    raise refused or Held("no call is there")


@FAMILY.probe("Changes the root with pivot_root.", control=LEAKS_AS_ROOT)
def pivot_root(bait: Bait) -> str:
    """Of directories that do not exist."""
    nowhere = ctypes.c_char_p(b"/none-such")
    return permitted(bait, (2,), "pivot_root", nowhere, nowhere)


@FAMILY.probe("Changes the root with chroot.", control=LEAKS_AS_ROOT)
def chroot(bait: Bait) -> str:
    """With a root of its own, setuid programs can be deceived."""

    def work() -> str:
        bait.call("chroot", ctypes.c_char_p(b"/"))
        return "the root was changed"

    return in_child(work)


@FAMILY.probe("Makes a device file.", control=LEAKS_AS_ROOT)
def device_file(bait: Bait) -> str:
    """A disk's device file is the disk; here, that of /dev/null."""
    path = f"{bait.scratch}/device-{os.getpid()}"
    os.mknod(path, 0o020600, os.makedev(1, 3))
    try:
        os.close(os.open(path, os.O_RDONLY))
    finally:
        os.unlink(path)
    return "a device file was made and opened"


@FAMILY.probe("Changes the host's name.", control=LEAKS_AS_ROOT)
def host_name(bait: Bait) -> str:
    """With a length that no name has: EINVAL comes after permission."""
    return permitted(bait, (22,), "sethostname", ctypes.c_char_p(b"x"), 1000)


@FAMILY.probe("Has capabilities, or could get them.", control=LEAKS)
def capabilities(_: Bait) -> str:
    """Also those that a setuid program could give: the bounding set."""
    with open("/proc/self/status", encoding="utf-8") as file:
        found = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    if any(int(found[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")):
        return "the process has capabilities, or may get them"
    raise Held("there are none")


@FAMILY.probe("Could get privileges from a setuid program.", control="the host may have started it without")
def new_privileges(_: Bait) -> str:
    """A process with no_new_privs never gets any."""
    with open("/proc/self/status", encoding="utf-8") as file:
        found = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    if found["NoNewPrivs"].strip() != "1":
        return "setuid programs give privileges"
    raise Held("they give none")


@FAMILY.probe("Runs without a filter of system calls.", control="the host may have a filter of its own")
def system_call_filter(_: Bait) -> str:
    """The filter is what stops the calls of the other probes."""
    with open("/proc/self/status", encoding="utf-8") as file:
        found = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    if found["Seccomp"].strip() != "2":
        return "there is no filter"
    raise Held("there is one")


@FAMILY.probe("Becomes root by a setuid program that it makes.", control="root is root without it")
def setuid_file(bait: Bait) -> str:
    """On a file system that honours the bit, for its own user, so that nothing is gained."""
    path = f"{bait.scratch}/setuid-{os.getpid()}"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o700))
    try:
        os.chmod(path, 0o6755)
        honoured = not os.statvfs(path).f_flag & os.ST_NOSUID
    finally:
        os.unlink(path)
    if honoured:
        return "setuid programs are honoured"
    raise Held("the file system ignores the bit")


@FAMILY.probe("Changes its user to root.", control=LEAKS_AS_ROOT)
def become_root(_: Bait) -> str:
    """In a child."""

    def work() -> str:
        os.setresuid(0, 0, 0)
        return "the process is root"

    return in_child(work)
