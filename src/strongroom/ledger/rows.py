"""Paged reads of the ledger's tables, so that a long log needs little memory."""

from collections.abc import Iterator
from typing import NamedTuple

from strongroom.ledger.database import Database
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    page: int = threshold(
        1024, "rows", "cost: bounds memory; a power of two, so that a page is a complete subtree"
    )


LIMITS = _Limits()
PAGE = LIMITS.page


_LAST = 2**63 - 1  # fixed: the largest SQL bigint
_PAGE_OF_ENTRIES = (
    'SELECT "index", time, body, leaf_hash FROM ledger_entry '
    'WHERE "index" >= %s AND "index" < %s ORDER BY "index" LIMIT %s'
)


class StoredRow(NamedTuple):
    """One row of ledger_entry."""

    number: int
    time: str
    body: bytes
    leaf_hash: bytes


def stored_rows(db: Database, start: int = 0, stop: int = _LAST) -> Iterator[StoredRow]:
    """Yield the rows from index `start` up to but excluding `stop`, by index."""
    for page in stored_pages(db, start, stop):
        yield from page


def stored_pages(db: Database, start: int = 0, stop: int = _LAST) -> Iterator[list[StoredRow]]:
    """Yield the same rows as lists of `PAGE` rows, the last one shorter."""
    while rows := db.execute(_PAGE_OF_ENTRIES, [start, stop, PAGE]):
        yield [
            StoredRow(index, _text(time), as_bytes(body), as_bytes(leaf)) for index, time, body, leaf in rows
        ]
        start = rows[-1][0] + 1


def as_bytes(value: object) -> bytes:
    """Return a stored value; b"", which no entry or hash is, for one of another type (SQLite keeps any)."""
    if type(value) is bytes:
        return value
    return bytes(value) if isinstance(value, memoryview) else b""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def stored_nodes(db: Database, start: int, stop: int) -> dict[int, bytes]:
    """Return {number: hash} of the nodes numbered from `start` up to but excluding `stop`."""
    sql = "SELECT number, hash FROM ledger_node WHERE number >= %s AND number < %s"
    return {number: as_bytes(digest) for number, digest in db.execute(sql, [start, stop])}
