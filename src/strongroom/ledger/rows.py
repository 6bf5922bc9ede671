"""Paged reads of the ledger's tables, so that a long log needs little memory."""

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row of ledger_entry."""

    index: int
    time: str
    body: bytes
    leaf_hash: bytes


def stored_rows(db: Database, start: int = 0, stop: int = _LAST) -> Iterator[StoredRow]:
    """Yield the rows from index `start` up to but excluding `stop`, by index."""
    while rows := db.execute(_PAGE_OF_ENTRIES, [start, stop, PAGE]):
        for index, time, body, leaf in rows:
            yield StoredRow(index, time, bytes(body), bytes(leaf))
        start = rows[-1][0] + 1


def stored_nodes(db: Database, start: int, stop: int) -> dict[int, bytes]:
    """Return {number: hash} of the nodes numbered from `start` up to but excluding `stop`."""
    sql = "SELECT number, hash FROM ledger_node WHERE number >= %s AND number < %s"
    return {number: bytes(digest) for number, digest in db.execute(sql, [start, stop])}
