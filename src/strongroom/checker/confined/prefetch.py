"""Files are opened in order, the next ones while those before are judged, as long as there is room."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path

from strongroom.checker.confined.request_budget import RequestBudget
from strongroom.checker.confined.running import close
from strongroom.checker.confined.snapshot import LARGE_BYTES, Opened, open_file
from strongroom.checker.contents.found import Artefact, FileContent, FoundTable, FoundText, Limits
from strongroom.checker.contents.id_query import IdQuery
from strongroom.checker.parallel import available_memory, cores
from strongroom.ids import readable_name
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    files_ahead: int = threshold(
        32, "files", "cost: opened files wait in memory; more gain nothing with few readers"
    )
    bytes_ahead: int = threshold(1 << 28, "bytes", "cost: memory of what is opened and not judged yet")
    memory_shares: int = threshold(
        2,
        "times a reader's memory",
        "derived: what a reader takes, and what this process keeps of its answer",
    )
    files_together: int = threshold(
        16, "files", "cost: judged in one go, so that several processes have work"
    )


LIMITS = _Limits()


_KEEPING = "rows kept of a large table by the airlock"
_Ahead = deque[tuple[str, Future[Opened]]]


class _Room:
    """How much may be opened and not judged yet; the file that is judged next always has room."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._held: dict[int, int] = {}
        self._first = 0
        self._closed = False

    def enter(self, number: int, size: int) -> None:
        """Wait until a file of so many bytes may be opened."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has(number, size))
            if self._closed:
                raise CancelledError
            self._held[number] = size

    def _has(self, number: int, size: int) -> bool:
        return number == self._first or sum(self._held.values()) + size <= LIMITS.bytes_ahead

    def hold(self, number: int, size: int) -> None:
        """Say how many bytes were found in a file."""
        with self._changed:
            self._held[number] = size

    def leave(self, count: int) -> None:
        """Release the next `count` files."""
        with self._changed:
            for number in range(self._first, self._first + count):
                del self._held[number]
            self._first += count
            self._changed.notify_all()

    def close(self) -> None:
        """Admit no more files and release all waiting threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class _Opener:
    """Opens files for threads, one large one at a time: each may take much memory while it is read."""

    def __init__(self, private: Path, query_for: Callable[[str], IdQuery], budget: RequestBudget) -> None:
        self._private, self._query_for, self._budget = private, query_for, budget
        self._one_large = threading.Lock()
        self.room = _Room()

    def open(self, number: int, path: Path, size: int) -> Opened:
        self.room.enter(number, size)
        if size < LARGE_BYTES:
            opened = self._open(number, path)
        else:
            with self._one_large:
                opened = self._open(number, path)
        self.room.hold(number, sum(map(_bytes, opened.content.artefacts)))
        return opened

    def _open(self, number: int, path: Path) -> Opened:
        copy, budget = self._private / str(number) / path.name, self._budget
        name = readable_name(path.name)
        if (problem := budget.problem(name)) is not None:
            return Opened(copy, FileContent("unknown", (problem,)))
        id_query = self._query_for(f"{_KEEPING}: {name}")
        return open_file(path, copy, id_query, budget.limits)


def opened_ahead(
    files: Sequence[tuple[Path, str]],
    private: Path,
    query_for: Callable[[str], IdQuery],
    budget: RequestBudget,
) -> Iterator[list[tuple[str, Opened]]]:
    """Yield files and their names in order, together those that have been opened by then.

    `query_for` returns what is looked for in all rows of a large table, and its sample's seed, by purpose.
    What was yielded counts as judged once the next is asked for.
    """
    opener = _Opener(private, query_for, budget)
    with ThreadPoolExecutor(readers_at_once(budget.limits)) as readers:
        ahead: _Ahead = deque()
        try:
            for number, (path, name) in enumerate(files):
                size = path.lstat().st_size if path.is_file() else 0
                ahead.append((name, readers.submit(opener.open, number, path, size)))
                if size >= LARGE_BYTES:
                    _load_kernels()  # meanwhile: nothing of it can be judged before all of it was read
                if len(ahead) == LIMITS.files_ahead:
                    yield from _next(ahead, opener.room)
            while ahead:
                yield from _next(ahead, opener.room)
        except BaseException:
            # An interrupted check does not wait for files being read.
            opener.room.close()
            readers.shutdown(wait=False, cancel_futures=True)
            close()
            raise


def readers_at_once(limits: Limits) -> int:
    """Return how many files are read at once: as many as there is memory for, and half of the processors."""
    for_memory = available_memory() // (LIMITS.memory_shares * limits.judged_bytes)
    return max(1, min(cores() // 2, for_memory))


def _next(ahead: _Ahead, room: _Room) -> Iterator[list[tuple[str, Opened]]]:
    """Yield the next file, once it is opened, and those after it that are."""
    together: list[tuple[str, Opened]] = []
    while ahead and (not together or ahead[0][1].done()) and len(together) < LIMITS.files_together:
        name, opened = ahead.popleft()
        together.append((name, opened.result()))
    yield together
    room.leave(len(together))


def _bytes(found: Artefact) -> int:
    if isinstance(found, FoundTable):
        return int(found.table.nbytes)
    return len(found.text) if isinstance(found, FoundText) else 0


def _load_kernels() -> None:
    from strongroom.matching import load_kernels  # noqa: PLC0415 - a compiler, which few checks need

    load_kernels()
