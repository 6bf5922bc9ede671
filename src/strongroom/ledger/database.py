"""What the ledger asks of a database: two verbs, and that the caller holds the transaction."""

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
    """The ledger's view of a sqlite3 connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def open(cls, path: Path) -> "SqliteDatabase":
        """Open a database file durably: a commit that returned survives a power cut.

        The connection may be handed to another thread (a GroupCommitter's writer), never used by two at once.
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
        """Hold SQLite's one write lock from the start: a writer queues instead of failing half-way."""
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
        # In autocommit mode each statement would be a transaction of its own: a crash could part entry and
        # tree.
        autocommits = self.connection.isolation_level is None and not self.connection.in_transaction
        if autocommits and sql.startswith(("INSERT", "UPDATE")):
            raise LedgerError(
                "the ledger is written inside a transaction only.",
                hint="Wrap the call in SqliteDatabase.transaction().",
            )
