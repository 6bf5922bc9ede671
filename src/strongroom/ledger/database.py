"""The database interface the ledger needs: two methods, called within the caller's transaction."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from strongroom.errors import LedgerError

Row = tuple[Any, ...]


class Database(Protocol):
    """A connection with an open transaction; SQL comes with %s placeholders."""

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and return its rows."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""


class SqliteDatabase:
    """Adapts a sqlite3 connection to `Database`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def open(cls, path: Path) -> "SqliteDatabase":
        """Open a database file in durable mode: a completed commit survives a power failure.

        Another thread may use the connection (a GroupCommitter's writer), but never two threads at once.
        """
        connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return cls(connection)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Take SQLite's write lock at the start, so that a second writer waits instead of failing midway."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        self._require_transaction(sql)
        return self.connection.execute(sql.replace("%s", "?"), params).fetchall()

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        self._require_transaction(sql)
        self.connection.executemany(sql.replace("%s", "?"), rows)

    def _require_transaction(self, sql: str) -> None:
        # In autocommit mode each statement is its own transaction: a crash could store an entry without its
        # tree nodes.
        autocommits = self.connection.isolation_level is None and not self.connection.in_transaction
        if autocommits and sql.startswith(("INSERT", "UPDATE")):
            raise LedgerError(
                "the ledger can be written only inside a transaction.",
                hint="Wrap the call in SqliteDatabase.transaction().",
            )
