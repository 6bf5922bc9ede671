"""Many threads, one writer: entries that arrive together share one durable commit.

A commit costs a disk flush whether it holds one entry or a thousand. Each submitter waits for its own entry
and gets its index only when the commit that holds it has returned; a commit that fails, fails for everybody
in it.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from time import monotonic
from types import TracebackType
from typing import Self

from strongroom.errors import LedgerError
from strongroom.ledger.entry import Entry
from strongroom.ledger.log import Ledger

_Submission = tuple[Entry, Future[int]]


class GroupCommitter:
    """Writes submitted entries in groups of up to `limit`, none waiting longer than `wait` seconds for more.

    `transaction` opens one durable transaction of the ledger's database. While the committer is open nobody
    else uses that connection; other connections and processes may write as ever.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        transaction: Callable[[], AbstractContextManager[None]],
        limit: int = 64,
        wait: float = 0.005,
    ) -> None:
        self._ledger, self._transaction = ledger, transaction
        self._limit, self._wait = limit, wait
        self._waiting: queue.SimpleQueue[_Submission | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._writer = threading.Thread(target=self._run, name="ledger-writer")
        self._writer.start()

    def submit(self, entry: Entry) -> Future[int]:
        """Hand over an entry; the future holds its index once it is durable, or the error of its commit.

        Raises LedgerError at once where the entry cannot be encoded, so that it spoils no group, and after
        `close`.
        """
        entry.to_bytes()
        future: Future[int] = Future()
        # Running from the start: an entry that was handed over is written, nobody can cancel it.
        future.set_running_or_notify_cancel()
        with self._gate:
            if self._closed:
                raise LedgerError("the ledger's writer is closed.")
            self._waiting.put((entry, future))
        return future

    def append(self, entry: Entry) -> int:
        """Write one entry and return its index when it is durable."""
        return self.submit(entry).result()

    def close(self) -> None:
        """Write what was submitted, and stop."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._writer.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, last = self._gather(first)
            self._commit(group)
            if last:
                return

    def _gather(self, first: _Submission) -> tuple[list[_Submission], bool]:
        """Return the group that begins with `first`, and whether the committer was closed meanwhile."""
        group, deadline = [first], monotonic() + self._wait
        while len(group) < self._limit:
            try:
                following = self._waiting.get(timeout=max(0.0, deadline - monotonic()))
            except queue.Empty:
                return group, False
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _commit(self, group: list[_Submission]) -> None:
        try:
            with self._transaction():
                indices = self._ledger.append([entry for entry, _ in group])
        except BaseException as error:  # noqa: BLE001 - the submitters must hear of it
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), index in zip(group, indices, strict=True):
            future.set_result(index)
