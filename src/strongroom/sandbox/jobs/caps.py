"""Caps on a job's memory, processes and processors: control groups, or resource limits and a watchdog.

Chosen by trying, the strictest first: groups of version 2 below a delegated one, groups of version 1, and
where neither can be made, resource limits of each process with a watchdog over all of them.
"""

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from strongroom.sandbox.jobs.job import JobLimits
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    period: int = threshold(
        100_000, "microseconds", "standard: the kernel's default period of a processor quota"
    )
    fact_bytes: int = threshold(4096, "bytes", "cost: the kernel says a few lines")


LIMITS = _Limits()

VERSION_2, VERSION_1, WATCHDOG = "cgroup v2", "cgroup v1", "resource limits and a watchdog"
"""The levels, strictest first."""

_numbers = itertools.count()
_PREFIX = "strongroom-"
_PROCESSES = "cgroup.procs"


@dataclass(frozen=True)
class Group:
    """A job's control group, by descriptors: the job's stage hides the paths.

    `parents` are the directories above its own, one for each controller; `entrances` move a process into it;
    `memory` says the peak, and how often the kernel ended a process for want of memory.
    """

    name: str
    parents: tuple[int, ...]
    entrances: tuple[int, ...]
    memory: tuple[int, ...]

    def enter(self) -> None:
        """Move this process into the group."""
        for entrance in self.entrances:
            os.write(entrance, b"0")

    def peak(self) -> int:
        """Return the most memory that was used at once, in bytes; 0 where the kernel does not say."""
        with suppress(OSError, ValueError):
            return int(os.pread(self.memory[0], LIMITS.fact_bytes, 0))
        return 0

    def out_of_memory(self) -> bool:
        """Return whether the kernel ended a process because the group had no memory left."""
        with suppress(OSError, ValueError):
            for line in os.pread(self.memory[1], LIMITS.fact_bytes, 0).decode().splitlines():
                name, _, count = line.partition(" ")
                if name == "oom_kill":
                    return int(count) > 0
        return False

    def remove(self) -> None:
        """Remove the group, whose processes must have ended, and close the descriptors."""
        for parent in self.parents:
            with suppress(OSError):
                os.rmdir(self.name, dir_fd=parent)
        for each in (*self.parents, *self.entrances, *self.memory):
            os.close(each)


def level() -> str:
    """Return how jobs are capped on this machine; a trial group is made and removed."""
    group, found = make_group(JobLimits())
    if group is not None:
        group.remove()
    return found


def make_group(limits: JobLimits) -> tuple[Group | None, str]:
    """Return a new group with a job's caps and its level; None where only resource limits are possible."""
    name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    for found, attempt in ((VERSION_2, _version_2), (VERSION_1, _version_1)):
        group = attempt(name, limits)
        if group is not None:
            return group, found
    return None, WATCHDOG


def remove_abandoned() -> None:
    """Remove empty groups of supervisors that have been killed."""
    for parent in (*_delegated(), *_parents_1().values()):
        with suppress(OSError):
            for entry in os.scandir(parent):
                if entry.name.startswith(_PREFIX) and not _runs(entry.name[len(_PREFIX) :].partition("-")[0]):
                    with suppress(OSError):
                        os.rmdir(entry.path)  # noqa: PTH106


def _runs(number: str) -> bool:
    return os.path.exists(f"/proc/{number}")  # noqa: PTH110


def _version_2(name: str, limits: JobLimits) -> Group | None:
    settings = {
        "memory.max": limits.memory,
        "memory.swap.max": 0,
        "pids.max": limits.processes,
        "cpu.max": f"{int(limits.cpus * LIMITS.period)} {LIMITS.period}",
    }
    for parent in _delegated():
        with suppress(OSError):
            _set(f"{parent}/cgroup.subtree_control", "+memory +pids +cpu")
            return _made(name, {parent: settings}, parent, ("memory.peak", "memory.events"))
    return None


def _version_1(name: str, limits: JobLimits) -> Group | None:
    settings: dict[str, dict[str, object]] = {
        "memory": {"memory.limit_in_bytes": limits.memory},
        "pids": {"pids.max": limits.processes},
        "cpu": {"cpu.cfs_quota_us": int(limits.cpus * LIMITS.period)},
    }
    parents = _parents_1()
    if not settings.keys() <= parents.keys():
        return None
    asked = {parents[controller]: each for controller, each in settings.items()}
    with suppress(OSError):
        return _made(name, asked, parents["memory"], ("memory.max_usage_in_bytes", "memory.oom_control"))
    return None


def _made(name: str, asked: Mapping[str, Mapping[str, object]], memory: str, facts: tuple[str, str]) -> Group:
    """Return a new group below each of the directories in `asked`; OSError, and none, if one is refused."""
    parents: list[int] = []
    entrances: list[int] = []
    try:
        for parent, settings in asked.items():
            parents.append(os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
            os.mkdir(name, 0o755, dir_fd=parents[-1])
            for setting, value in settings.items():
                _set(f"{parent}/{name}/{setting}", str(value))
            entrances.append(os.open(f"{parent}/{name}/{_PROCESSES}", os.O_WRONLY | os.O_CLOEXEC))
        # Without the count of what the kernel ended, a job out of memory would seem to have failed by itself.
        told = tuple(os.open(f"{memory}/{name}/{each}", os.O_RDONLY | os.O_CLOEXEC) for each in facts)
    except OSError:
        Group(name, tuple(parents), tuple(entrances), ()).remove()
        raise
    return Group(name, tuple(parents), tuple(entrances), told)


def _delegated() -> Iterator[str]:
    """Yield groups of version 2 under which this process may make others: its own, and the one above."""
    own = _own_groups().get("")
    mounted = _mounted().get("")
    if own is not None and mounted is not None:
        directory = f"{mounted}{own}".rstrip("/")
        yield from (directory, os.path.dirname(directory))  # noqa: PTH120


def _parents_1() -> dict[str, str]:
    """Return the directory of this process's own group for each controller of version 1."""
    own, mounted = _own_groups(), _mounted()
    return {name: f"{mounted[name]}{own[name]}".rstrip("/") for name in mounted if name and name in own}


def _own_groups() -> dict[str, str]:
    """Return this process's group by controller; that of version 2 under ""."""
    with open("/proc/self/cgroup", encoding="utf-8") as file:  # noqa: PTH123
        lines = [line.rstrip("\n").split(":", 2) for line in file]
    return {name: path for _, names, path in lines for name in names.split(",")}


def _mounted() -> dict[str, str]:
    """Return where each controller is mounted; version 2 under ""."""
    found: dict[str, str] = {}
    with open("/proc/self/mounts", encoding="utf-8") as file:  # noqa: PTH123
        for line in file:
            _, place, kind, options, *_ = line.split(" ")
            if kind == "cgroup2":
                found.setdefault("", place)
            elif kind == "cgroup":
                found |= dict.fromkeys(options.split(","), place)
    return found


def _set(path: str, value: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, value.encode())
    finally:
        os.close(descriptor)
