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

    `parents` are the directories above its own, each with its controllers; `entrances` move a process into
    it; `memory` says the peak, and how often the kernel ended a process for want of memory.
    """

    name: str
    level: str
    parents: Mapping[int, str]
    entrances: tuple[int, ...]
    memory: tuple[int, ...]

    def limit(self, limits: JobLimits) -> None:
        """Set the caps of a job; OSError if one cannot be set."""
        for parent, controllers in self.parents.items():
            for controller in controllers.split():
                for setting, value in _settings(self.level, controller, limits):
                    _set(f"{self.name}/{setting}", value, parent)

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
    group = make_group()
    if group is None:
        return WATCHDOG
    group.remove()
    return group.level


def make_group() -> Group | None:
    """Return a new group with the default caps; None where only resource limits are possible."""
    name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    return _version_2(name) or _version_1(name)


def _settings(level: str, controller: str, limits: JobLimits) -> Iterator[tuple[str, str]]:
    """Yield the files of a controller and what is written to them."""
    quota = int(limits.cpus * LIMITS.period)
    match level, controller:
        case (_, "pids"):
            yield "pids.max", str(limits.processes)
        case ("cgroup v2", "memory"):
            yield "memory.max", str(limits.memory)
            yield "memory.swap.max", "0"
        case ("cgroup v2", "cpu"):
            yield "cpu.max", f"{quota} {LIMITS.period}"
        case (_, "memory"):
            yield "memory.limit_in_bytes", str(limits.memory)
        case _:
            yield "cpu.cfs_quota_us", str(quota)


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


def _version_2(name: str) -> Group | None:
    for parent in _delegated():
        with suppress(OSError):
            _set(f"{parent}/cgroup.subtree_control", "+memory +pids +cpu")
            return _made(name, VERSION_2, {parent: "memory pids cpu"}, ("memory.peak", "memory.events"))
    return None


def _version_1(name: str) -> Group | None:
    parents = _parents_1()
    controllers = ("memory", "pids", "cpu")
    if not parents.keys() >= set(controllers):
        return None
    facts = ("memory.max_usage_in_bytes", "memory.oom_control")
    with suppress(OSError):
        return _made(name, VERSION_1, {parents[each]: each for each in controllers}, facts)
    return None


def _made(name: str, level: str, parents: Mapping[str, str], facts: tuple[str, str]) -> Group:
    """Return a new group below each directory, the first that of memory; OSError if one is refused."""
    opened: dict[int, str] = {}
    files: list[int] = []
    try:
        for parent, controllers in parents.items():
            descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            opened[descriptor] = controllers
            os.mkdir(name, 0o755, dir_fd=descriptor)
            files.append(os.open(f"{name}/{_PROCESSES}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=descriptor))
        # Without the count of what the kernel ended, a job out of memory would seem to have failed by itself.
        memory = next(iter(opened))
        told = [os.open(f"{name}/{each}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=memory) for each in facts]
        made = Group(name, level, opened, tuple(files), tuple(told))
        made.limit(JobLimits())
    except OSError:
        Group(name, level, opened, tuple(files), ()).remove()
        raise
    return made


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


def _set(path: str, value: str, directory: int | None = None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC, dir_fd=directory)
    try:
        os.write(descriptor, value.encode())
    finally:
        os.close(descriptor)
