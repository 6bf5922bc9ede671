"""Whether a machine is fit for real data: how it isolates jobs, what probes find, what else it lacks."""

import ctypes
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from strongroom.errors import RefusedError
from strongroom.sandbox import advice, bpf, landlock
from strongroom.sandbox.confinement import bubblewrap, installed
from strongroom.sandbox.jobs import caps
from strongroom.sandbox.jobs.job import DEFAULTS
from strongroom.sandbox.probes import examine
from strongroom.sandbox.probes.attempts.catalogue import PROBES
from strongroom.sandbox.probes.attempts.probe import HELD, LEAK
from strongroom.sandbox.probes.examine import Finding
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    free_disk: int = threshold(
        10 << 30, "bytes", "judgement: a cohort's vault, its index and a few views; less fills up in use"
    )
    free_memory: int = threshold(DEFAULTS.memory, "bytes", "derived: what one job may use")
    seconds: float = threshold(10.0, "seconds", "cost: asking bubblewrap takes milliseconds")


LIMITS = _Limits()

GOOD, WARNING, FAULT = "ok", "warning", "fault"
"""What a check finds; a machine with a fault is not fit for real data."""

FAIRNESS = "floods/processors"
"""A probe that leaks no data: without control groups, a job may slow down others."""

_UNSYNCHRONISED = 5  # fixed: TIME_ERROR, adjtimex(2)
_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs")
_ENCRYPTED_SWAP = ("/dev/dm-", "/dev/mapper/", "/dev/zram")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was found, and what to do about it if anything."""

    name: str
    state: str
    says: str
    do: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All checks, and what the probes found."""

    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    full: bool

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """The probes that found a way out, or past a limit."""
        return tuple(each for each in self.findings if each.verdict == LEAK and each.name != FAIRNESS)

    @property
    def fit(self) -> bool:
        """Whether the machine is fit for real data."""
        return not self.leaks and all(each.state != FAULT for each in self.checks)

    @property
    def sentence(self) -> str:
        """The verdict, with the first reason if it is bad."""
        if self.fit:
            return "This machine is fit for real data."
        if self.leaks:
            first = self.leaks[0]
            return f"This machine is not fit for real data: a probe was not held ({first.name})."
        fault = next(each for each in self.checks if each.state == FAULT)
        return f"This machine is not fit for real data: {fault.says[0].lower()}{fault.says[1:]}"


def diagnose(home: Path, *, full: bool = False) -> Diagnosis:
    """Look at this machine; `full` runs every probe, else only those that share one job.

    The home need not exist. Nothing is changed.
    """
    findings, jobs = _probed(full=full)
    checks = [
        *_isolation(),
        jobs,
        *_caps(),
        *_other_walls(),
        *_machine(),
        *_home(home),
    ]
    return Diagnosis(tuple(checks), findings, full)


def _probed(*, full: bool) -> tuple[tuple[Finding, ...], Check]:
    names = [name for name, probe in PROBES.items() if full or not probe.alone]
    try:
        examined = examine.inside(names)
    except RefusedError as error:
        return (), Check("jobs", FAULT, "Jobs cannot be isolated.", error.hint)
    held = sum(each.verdict == HELD for each in examined.findings)
    untold = [each for each in examined.findings if each.verdict not in {HELD, LEAK}]
    if len(untold) == len(examined.findings):
        return examined.findings, Check("jobs", FAULT, "A job cannot run its probes.", advice.RUNTIME)
    says = f"{held} of {len(names)} probes were held by {examined.isolation}."
    return examined.findings, Check("jobs", GOOD if held + len(untold) == len(names) else WARNING, says)


def _isolation() -> Iterator[Check]:
    program = installed()
    if not program:
        yield Check("bubblewrap", FAULT, "Bubblewrap is not installed.", advice.INSTALL)
        return
    yield Check("bubblewrap", GOOD, f"{_version(program)} is installed ({program}).")
    if bubblewrap():
        yield Check("namespaces", GOOD, "Processes may have namespaces of their own.")
    else:
        yield Check("namespaces", FAULT, "Bubblewrap may not make namespaces.", advice.namespaces())
    if bpf.known():
        yield Check("system calls", GOOD, "System calls can be filtered (seccomp).")
    else:
        says = "There is no filter of system calls for this processor."
        yield Check("system calls", FAULT, says, advice.PROCESSOR)


def _version(program: str) -> str:
    with suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(  # noqa: S603 - a fixed program
            [program, "--version"], capture_output=True, text=True, timeout=LIMITS.seconds, check=False
        )
        if done.stdout.strip():
            return done.stdout.strip()
    return "Bubblewrap"


def _caps() -> Iterator[Check]:
    level = caps.level()
    if level == caps.WATCHDOG:
        says = "Memory is limited by a watchdog, processors are not limited: there is no control group."
        yield Check("limits", WARNING, says, advice.DELEGATE)
    else:
        yield Check("limits", GOOD, f"Memory, processes and processors are limited by {level}.")


def _other_walls() -> Iterator[Check]:
    version = landlock.version()
    if version:
        says = f"Readers of files are confined by Landlock too (version {version})."
        yield Check("Landlock", GOOD, says)
    else:
        yield Check("Landlock", WARNING, "The kernel has no Landlock to confine readers.", advice.LANDLOCK)
    if os.geteuid() == 0:
        yield Check(
            "user", WARNING, "This is root, whose number jobs then have on this machine.", advice.USER
        )
    else:
        yield Check("user", GOOD, "This is an ordinary user.")
    with suppress(OSError):
        if Path("/proc/sys/kernel/core_pattern").read_text(encoding="utf-8").startswith("|"):
            says = "A program takes the memory of processes that crash."
            yield Check("core dumps", WARNING, says, advice.CORE)


def _machine() -> Iterator[Check]:
    free = _memory()
    enough = free >= LIMITS.free_memory
    says = f"{free / (1 << 30):.1f} GiB of memory are free."
    yield Check("memory", GOOD if enough else WARNING, says, "" if enough else advice.MEMORY)
    with suppress(OSError):
        swaps = Path("/proc/swaps").read_text(encoding="utf-8").splitlines()[1:]
        if any(not each.startswith(_ENCRYPTED_SWAP) for each in swaps):
            says = "Swap may write decrypted data to a disk."
            yield Check("swap", WARNING, says, advice.SWAP)
    # struct timex is 208 bytes, and the first word, of what to change, is 0.
    if ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(256)) == _UNSYNCHRONISED:
        yield Check("clock", WARNING, "Nothing keeps the clock right.", advice.CLOCK)
    else:
        yield Check("clock", GOOD, "The clock is kept right.")


def _memory() -> int:
    with suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "MemAvailable":
                return int(value.split()[0]) * 1024
    return 0


def _home(home: Path) -> Iterator[Check]:
    place = next(each for each in (home, *home.absolute().parents) if each.exists())
    free = shutil.disk_usage(place).free
    enough = free >= LIMITS.free_disk
    says = f"{free / (1 << 30):.0f} GiB are free where the home is."
    yield Check("disk", GOOD if enough else WARNING, says, "" if enough else advice.DISK)
    kind = _file_system(place.resolve())
    if kind in _NETWORK:
        yield Check("home", WARNING, f"The home is on a network file system ({kind}).", advice.NETWORK)
    elif kind == "tmpfs":
        yield Check("home", WARNING, "The home is in memory, and gone after a restart.", advice.NETWORK)
    private = [each for each in (home, home / "keys", home / "keys" / "master.key") if each.exists()]
    if any(each.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) for each in private):
        yield Check("keys", FAULT, "Others on this machine may read the home or its keys.", advice.KEYS)
    elif private:
        yield Check("keys", GOOD, "Only its owner can read the home and its keys.")


def _file_system(path: Path) -> str:
    """Return the kind of the file system that a path is on: the longest mount point above it."""
    best, found = "", ""
    with suppress(OSError):
        for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
            _, place, kind, *_ = line.split(" ")
            if path.is_relative_to(place) and len(place) >= len(best):
                best, found = place, kind
    return found
