"""Group commit: entries that several threads submit at about the same time share one durable commit.

A commit costs one disk flush, whether for one entry or a thousand. Each submitter receives the index of its
entry only after the commit has returned. If a commit fails, every submitter in it gets the error.
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
    """Writes submitted entries in groups of up to `limit`, waiting at most `wait` seconds for more entries.

    `transaction` opens one durable transaction of the ledger's database. While the committer is open,
    it has sole use of that connection; other connections and processes may still write.
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
        """Submit an entry; the future gives its index once it is durable, or the error of its commit.

        Raises LedgerError immediately if the entry cannot be encoded, so that no group fails because of it,
        or if the committer is closed.
        """
        entry.to_bytes()
        future: Future[int] = Future()
        # Marked as running from the start: a submitted entry is written and cannot be cancelled.
        future.set_running_or_notify_cancel()
        with self._gate:
            if self._closed:
                raise LedgerError("the ledger's group committer is closed.")
            self._waiting.put((entry, future))
        return future

    def append(self, entry: Entry) -> int:
        """Write one entry and return its index when it is durable."""
        return self.submit(entry).result()

    def close(self) -> None:
        """Write all submitted entries, then stop the writer."""
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
        """Return the group that begins with `first`, and whether the committer was closed in the meantime."""
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
        except BaseException as error:  # noqa: BLE001 - every submitter gets the error
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), index in zip(group, indices, strict=True):
            future.set_result(index)
