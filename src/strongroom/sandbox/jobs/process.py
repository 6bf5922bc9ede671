"""One job's processes: started under bubblewrap, watched, and all ended before anything else happens."""

import ctypes
import json
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from strongroom.sandbox.jobs import recipe
from strongroom.sandbox.jobs.caps import Group
from strongroom.sandbox.jobs.job import Cause, JobLimits
from strongroom.sandbox.jobs.stage import PLACE
from strongroom.sandbox.jobs.streams import Streams
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    watch_seconds: float = threshold(
        0.2, "seconds", "cost: the watchdog reads all of /proc; a job takes about 1 GiB in that time"
    )
    room: int = threshold(
        4 << 30, "bytes", "judgement: a data library reserves 2 GiB of addresses more than it uses"
    )
    open_files: int = threshold(4096, "descriptors", "judgement: event tables of many parts are read at once")
    status_bytes: int = threshold(1 << 16, "bytes", "cost: bubblewrap says two lines")


LIMITS = _Limits()

_PARENT_DEATH, _SUBREAPER = 1, 36  # fixed: PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, linux/prctl.h


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; if that has happened already, end now.

    `parent` is a process descriptor: the number of an orphan's new parent says nothing.
    """
    ctypes.CDLL(None).prctl(_PARENT_DEATH, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
    if select.select([parent], [], [], 0)[0]:
        os._exit(1)
    os.close(parent)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that `end_all` can wait for them."""
    ctypes.CDLL(None).prctl(_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0)


class Launcher:
    """A process that becomes the job: forked beforehand, in the job's group, it waits for its command.

    Moving a process into a group can take longer than everything else that starts a job.
    """

    def __init__(self, group: Group | None, pipes: Streams, filtered: bytes) -> None:
        self.group, self.pipes, self.filtered = group, pipes, filtered
        self._status, status = os.pipe2(os.O_CLOEXEC)
        orders, self._orders = os.pipe2(os.O_CLOEXEC)
        parent = os.pidfd_open(os.getpid())
        self.number = os.fork()
        if self.number == 0:
            os.close(self._orders)  # or it would wait for itself
            _become(orders, status, self, parent)
        os.close(parent)
        os.close(status)
        os.close(orders)
        pipes.close_writers()

    def run(self, caller: socket.socket, asked: Mapping[str, Any], limits: JobLimits) -> dict[str, Any]:
        """Run the job that was asked for; return how it ended, as plain values.

        It ends by itself, at a limit, or when the caller sends anything or closes its end.
        """
        began = time.monotonic()
        self.pipes.keep(limits.stream_bytes)
        with suppress(BrokenPipeError), os.fdopen(self._orders, "wb") as orders:
            orders.write(json.dumps(asked).encode())
        watched = _Watched(self.number, limits, self.group, began + limits.seconds)
        cause = _wait(caller, self.pipes, watched)
        end_all([self.number])
        self.pipes.drain()
        status = _status(self._status)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        most = max(watched.peak, used.ru_maxrss * 1024)
        return {
            "cause": _cause(cause, status, self.group).value,
            "status": status.get("exit-code"),
            "seconds": time.monotonic() - began,
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "memory": most if self.group is None else self.group.peak(),
            "cut": self.pipes.cut,
        }


def end_all(first: Sequence[int] = ()) -> None:
    """Kill `first` and wait until this process has no descendants left.

    Bubblewrap's processes die with it, and with the first of a process namespace dies every other.
    """
    for number in first:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _become(orders: int, status: int, launcher: Launcher, parent: int) -> None:
    """In the launcher: wait for the command, start bubblewrap, and wait for every process."""
    try:
        die_with_parent(parent)
        if launcher.group is not None:
            launcher.group.enter()
        system = recipe.System.found()
        with os.fdopen(orders, "rb") as reader:
            asked = json.loads(reader.read() or b"null")
        if asked is not None and os.fork() == 0:
            command = _command(asked, system, launcher.filtered, status)
            _limit(JobLimits(**asked["limits"]), capped=launcher.group is not None)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            launcher.pipes.attach()
            os.set_inheritable(status, True)
            # Its environment is empty, because a job could read it in /proc.
            os.execve(command[0], command, {})  # noqa: S606 - a fixed program, no shell
        # The first process of a namespace waits for all others, or the time they took would not be counted.
        os.close(status)
        launcher.pipes.close_writers()
        end_all()
    finally:
        os._exit(127)


def _command(asked: Mapping[str, Any], system: recipe.System, filtered: bytes, status: int) -> list[str]:
    options = recipe.arguments(
        system,
        readable=asked["readable"],
        library=asked["library"],
        environment=asked["environment"],
        filter_fd=recipe.in_memory(filtered),
        status_fd=status,
    )
    listed = recipe.in_memory(b"\0".join(word.encode() for word in options) + b"\0")
    return [asked["bubblewrap"], "--args", str(listed), "--", *asked["command"]]


def _limit(limits: JobLimits, *, capped: bool) -> None:
    largest = max(limits.output_bytes, limits.scratch_bytes)
    caps = {
        resource.RLIMIT_CORE: 1,  # at 0, but not at 1, a program that takes core dumps would be started
        resource.RLIMIT_FSIZE: largest,
        resource.RLIMIT_NOFILE: LIMITS.open_files,
        resource.RLIMIT_NPROC: limits.processes,
    }
    if not capped:
        caps[resource.RLIMIT_AS] = limits.memory + LIMITS.room
    for each, wanted in caps.items():
        _, hard = resource.getrlimit(each)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(each, (most, most))


class _Watched:
    """A job that runs: when it must end, and how much memory it has been seen to use."""

    def __init__(self, number: int, limits: JobLimits, group: Group | None, until: float) -> None:
        self.handle = os.pidfd_open(number)
        self.until = until
        self.peak = 0
        self._most = limits.memory
        self._capped = group is not None

    def wait_seconds(self) -> float:
        """Return how long may be waited until it must be looked at again."""
        left = max(self.until - time.monotonic(), 0.0)
        return left if self._capped else min(left, LIMITS.watch_seconds)

    def beyond(self) -> Cause | None:
        """Return which limit it is beyond, if any."""
        if time.monotonic() >= self.until:
            return Cause.TIME_LIMIT
        if not self._capped:
            self.peak = max(self.peak, _used())
            if self.peak > self._most:
                return Cause.MEMORY_LIMIT
        return None


def _wait(caller: socket.socket, pipes: Streams, watched: _Watched) -> Cause:
    """Wait until the job ends, passes a limit or is stopped."""
    waiting = select.poll()
    for each in (watched.handle, caller.fileno(), *pipes.readers):
        waiting.register(each, select.POLLIN)
    while (beyond := watched.beyond()) is None:
        for descriptor, _ in waiting.poll(watched.wait_seconds() * 1000):
            if descriptor == watched.handle:
                return Cause.FINISHED
            if descriptor == caller.fileno():
                return Cause.STOPPED
            if not pipes.take(descriptor):
                waiting.unregister(descriptor)
    return beyond


def _cause(cause: Cause, status: Mapping[str, Any], group: Group | None) -> Cause:
    if group is not None and group.out_of_memory():
        return Cause.MEMORY_LIMIT
    if cause is not Cause.FINISHED:
        return cause
    if "child-pid" not in status:
        return Cause.NOT_STARTED
    return Cause.FINISHED if status.get("exit-code") == 0 else Cause.SCRIPT_FAILED


def _status(descriptor: int) -> dict[str, Any]:
    """Return what bubblewrap said: the number of its child, and how the program ended."""
    said: dict[str, Any] = {}
    with os.fdopen(descriptor, "rb") as file:
        for line in file.read(LIMITS.status_bytes).splitlines():
            with suppress(ValueError):
                said |= json.loads(line)
    return said


def _used() -> int:
    """Return the memory in use, in bytes, of each process of another process namespace that descends from us.

    The supervisor's child is in the user namespace above the job's own, so these are the job's processes.
    Shared memory counts in full and once: pages that a process has let go of are still there.
    """
    own, page = os.stat("/proc/self/ns/pid").st_ino, os.sysconf("SC_PAGE_SIZE")  # noqa: PTH116
    private, shared = 0, dict[str, int]()
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208
        with suppress(OSError, ValueError):
            if os.stat(f"/proc/{name}/ns/pid").st_ino != own and _descends(int(name)):  # noqa: PTH116
                with open(f"/proc/{name}/statm", "rb") as file:  # noqa: PTH123
                    private += int(file.read().split()[1]) * page
                with open(f"/proc/{name}/maps", "rb") as file:  # noqa: PTH123
                    for number, extent in _shared(file):
                        shared[number] = max(extent, shared.get(number, 0))
    return private + sum(shared.values()) + _stored()


def _shared(maps: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    """Yield the number and extent of each memory in a process's map that is shared and has no file."""
    for line in maps:
        addresses, permissions, offset, _, number, *path = line.split(maxsplit=5)
        if permissions.endswith(b"s") and path and path[0].startswith(b"/dev/zero"):
            first, last = (int(each, 16) for each in addresses.split(b"-"))
            yield number.decode(), int(offset, 16) + last - first


def _descends(number: int) -> bool:
    """Return whether a process descends from this one."""
    while number > 1:
        if number == os.getpid():
            return True
        with open(f"/proc/{number}/stat", "rb") as file:  # noqa: PTH123
            number = int(file.read().rpartition(b")")[2].split()[1])
    return False


def _stored() -> int:
    """Return the bytes in the file systems that the job may fill, which are memory too."""
    used = (os.statvfs(f"{PLACE}/{name}") for name in recipe.WRITABLE)
    return sum((each.f_blocks - each.f_bfree) * each.f_frsize for each in used)
