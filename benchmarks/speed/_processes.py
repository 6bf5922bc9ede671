"""Run work in a process of its own and account for all the processes it starts."""

import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_EVERY_SECONDS = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Measure:
    """Wall seconds of the work (imports not counted), processor seconds and peak MiB of the whole tree.

    The peak adds up resident pages, so pages that processes share are counted for each.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    result: Any


def measured(work: Callable[..., Any], *arguments: Any) -> Measure:
    """Run `work(begin, *arguments)` in a fresh process; the clock runs from its call of `begin`."""
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, arguments, send))
    process.start()
    send.close()
    peak = _Peak(process.pid)
    seconds, cpu, result = receive.recv()
    process.join()
    return Measure(seconds, cpu, peak.stop(), result)


def _run(work: Callable[..., Any], arguments: tuple[Any, ...], send: Connection) -> None:
    began = [time.perf_counter(), _cpu()]

    def begin() -> None:
        began[:] = [time.perf_counter(), _cpu()]

    result = work(begin, *arguments)
    seconds = time.perf_counter() - began[0]
    _close_readers()
    send.send((seconds, _cpu() - began[1], result))


def _close_readers() -> None:
    # Their time counts once they are waited for.
    from strongroom.checker.confined import running  # noqa: PLC0415 - the peer's process never loads it

    running.close()


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


class _Peak:
    """Looks at a process and its descendants twenty times a second."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self._most / 2**20

    def _watch(self) -> None:
        while not self._over.wait(_EVERY_SECONDS):
            self._most = max(self._most, _tree_bytes(self._root))


def _tree_bytes(root: int) -> int:
    parents, sizes = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        parents[number], sizes[number] = int(fields[1]), int(fields[21]) * _PAGE
    total, tree = 0, {root}
    while tree:
        total += sum(sizes.get(number, 0) for number in tree)
        tree = {number for number, parent in parents.items() if parent in tree}
    return total
