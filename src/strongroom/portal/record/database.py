"""The ledger's database is Django's own connection, so that an entry and what it records commit together."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


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
