"""The ledger's database is Django's own connection, so that an entry and what it records commit together."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from strongroom.errors import LedgerError, VerificationError


def forget_old_pages() -> None:
    """Make what was overwritten unrecoverable: SQLite keeps old pages in its write-ahead log.

    Raises LedgerError while another program still reads them; the state itself has changed by then.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    if busy:
        raise LedgerError(
            "old pages of the database are still in its write-ahead log.",
            hint="Close other programs that use this home; the next command then clears the log.",
        )


def queue_for_writing() -> None:
    """Let one act write at a time on PostgreSQL, as SQLite's immediate transactions do by themselves.

    What an act looks up before it writes then still holds when it does.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT size FROM ledger_head FOR UPDATE")


def require_intact() -> None:
    """Have SQLite check the whole file's structure; VerificationError where it is damaged."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        found = str(cursor.fetchone()[0])
    if found != "ok":
        raise VerificationError(
            f"the database is damaged: {found.splitlines()[-1]}.", hint="Restore it from a backup."
        )


class DjangoDatabase:
    """`strongroom.ledger.Database` over the portal's connection."""

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of parameters."""
        with connection.cursor() as cursor:
            cursor.executemany(sql, list(rows))
