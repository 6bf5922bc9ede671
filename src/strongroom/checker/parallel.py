"""Jobs shared among forks of this process: Python runs one thread at a time, and judging is Python.

A fork has all that its parent has read, so nothing is sent to it; it answers one line of text per job. It has
none of its parent's threads: no job may wait for one. A job that ends its process loses only its own answer.
"""

import ctypes
import fcntl
import gc
import os
import select
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from strongroom.thresholds import Thresholds, threshold

_SET_PARENT_DEATH_SIGNAL = 1  # fixed: prctl(2)
Job = Callable[[], str]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_processes: int = threshold(
        8,
        "processes",
        "cost: each fork may hold a copy of what it changes of the cohort's columns; more than 8 gain "
        "little on one request",
    )
    pipe_bytes: int = threshold(
        1 << 20,
        "bytes",
        "cost: answers that fit the pipe do not hold up the next job; Linux lets any user have 1 MiB",
    )
    again_seconds: float = threshold(
        0.1,
        "seconds",
        "judgement: between two interruptions, so that cleaning up is not interrupted too",
    )
    read_bytes: int = threshold(
        1 << 16, "bytes", "cost: answers are a few kilobytes; a larger buffer is rarely filled"
    )


LIMITS = _Limits()


def cores() -> int:
    """Return how many processes can work at once."""
    return min(len(os.sched_getaffinity(0)), LIMITS.most_processes)


def available_memory() -> int:
    """Return how many bytes this process and its children can still take, of machine and container."""
    found = [
        int(line.split()[1]) << 10 for line in _lines("/proc/meminfo") if line.startswith("MemAvailable:")
    ]
    group = next((line[3:] for line in _lines("/proc/self/cgroup") if line.startswith("0::")), "/")
    for folder in (f"/sys/fs/cgroup{group}".rstrip("/"), "/sys/fs/cgroup"):
        most, used = (_lines(f"{folder}/memory.{name}") for name in ("max", "current"))
        if most and used and most[0].isdigit():
            found.append(max(int(most[0]) - int(used[0]), 0))
    return min(found, default=0)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []


def shared_out(jobs: Sequence[Job], *, processes: int, seconds: float) -> list[str | None]:
    """Return the answers to jobs, each one line; None for one that ended its process, or took too long.

    The first job, and every so many after it, is done by this process, where an exception is raised; in a
    thread that cannot be interrupted, by a fork as well.
    """
    answers: list[str | None] = [None] * len(jobs)
    shares = [range(first, len(jobs), processes) for first in range(min(processes, len(jobs)))]
    ours = shares[:1] if interruptible() else []
    forks = [_Fork(jobs, share, seconds) for share in shares[len(ours) :]]
    try:
        for number in (number for share in ours for number in share):
            with suppress(OutOfTimeError), at_most(seconds):
                answers[number] = jobs[number]()
        while forks:
            fork = forks[0]
            for number, answer in fork.answers():
                answers[number] = answer
            lost = fork.left
            fork.end()
            forks[:1] = [_Fork(jobs, lost[1:], seconds)] if lost[1:] else []
    finally:
        for fork in forks:
            fork.end()
    return answers


class OutOfTimeError(BaseException):
    """What `at_most` raises; not an Exception, so that work which catches those ends too."""


def interruptible() -> bool:
    """Whether `at_most` can end this thread's work: Python interrupts its main thread alone."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError in a `with` block that takes longer; do nothing where not `interruptible`."""
    if not interruptible():
        yield
        return
    running = True

    def interrupt(_number: int, _frame: object) -> None:
        if running:
            raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, interrupt)
    # Again and again: where an exception is ignored, as in a finaliser, the first is lost.
    signal.setitimer(signal.ITIMER_REAL, max(seconds, LIMITS.again_seconds), LIMITS.again_seconds)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Fork:
    """A process that does some jobs; `left` are those not answered yet."""

    def __init__(self, jobs: Sequence[Job], numbers: Sequence[int], seconds: float) -> None:
        self.left = list(numbers)
        self._seconds = seconds
        self._answers, answers = os.pipe2(os.O_CLOEXEC)
        with suppress(OSError):  # a smaller pipe is only slower
            fcntl.fcntl(answers, fcntl.F_SETPIPE_SZ, LIMITS.pipe_bytes)
        self._process = os.fork()
        if self._process == 0:
            try:
                # A killed check must not leave forks that judge on and hold its locks.
                ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
                _do([jobs[number] for number in numbers], answers)
                os._exit(0)
            finally:
                os._exit(1)
        os.close(answers)

    def answers(self) -> Iterator[tuple[int, str]]:
        """Yield numbers of jobs and their answers until all are there, it ended, or one takes too long."""
        unfinished = b""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        while self.left and poll.poll(self._seconds * 1_000):
            read = os.read(self._answers, LIMITS.read_bytes)
            if not read:
                return
            *lines, unfinished = (unfinished + read).split(b"\n")
            for line in lines:
                yield self.left.pop(0), line.decode()

    def end(self) -> None:
        """End the process."""
        os.close(self._answers)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _do(jobs: Sequence[Job], answers: int) -> None:
    # The fork must not collect its parent's objects: open connections, and pages of memory they share.
    gc.freeze()
    for job in jobs:
        line = job().encode() + b"\n"
        while line:
            line = line[os.write(answers, line) :]
