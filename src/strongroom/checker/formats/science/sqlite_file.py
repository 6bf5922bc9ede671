"""An SQLite database opened from bytes in memory, and what its pages hold besides its rows.

The file format is SQLite's own (sqlite.org/fileformat2.html).
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Part, UnreadableError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    piece: int = threshold(
        12, "bytes", "judgement: shorter pieces recur by chance, longer ones miss remainders of short rows"
    )
    sampled: int = threshold(
        100, "pieces", "cost: each is searched for in the whole database; the share is good to a tenth"
    )


LIMITS = _Limits()


_HEADER_BYTES = 100  # fixed: SQLite file format, 1.3
_WIDE_PAGE = 65_536  # fixed: SQLite file format, 1.3.2, the page size that is written as 1
_VERSIONS = slice(18, 20)
_ROLLBACK = b"\x01\x01"  # a database left in WAL mode opens from memory only as one that is not
_INTERIOR = {2, 5}
_TREES = {2, 5, 10, 13}
_LIMITS = (
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_COLUMN, 4_000),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 50),
    (sqlite3.SQLITE_LIMIT_VDBE_OP, 100_000),
)


@dataclass(frozen=True)
class Header:
    """What the first bytes say: page size, pages, the first free page, free pages, reserved bytes."""

    page: int
    pages: int
    first_free: int
    free: int
    reserved: int


@dataclass(frozen=True)
class Column:
    """A column of a table: its name and the type it was declared with."""

    name: str
    declared: str


@contextmanager
def opened(part: Part) -> Iterator[sqlite3.Connection]:
    """Open the bytes as a database that trusts nothing in its schema; raise UnreadableError on damage."""
    connection = sqlite3.connect(":memory:")
    try:
        for limit, most in _LIMITS:
            connection.setlimit(limit, most)
        connection.deserialize(_in_rollback(part.data))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.text_factory = bytes
        yield connection
    except (sqlite3.Error, OverflowError, ValueError, UnicodeError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged SQLite database") from error
    finally:
        connection.close()


def _in_rollback(data: bytes) -> bytes:
    """Return a database as one that is not in WAL mode; another copy only where it is."""
    if data[_VERSIONS] == _ROLLBACK:
        return data
    return data[: _VERSIONS.start] + _ROLLBACK + data[_VERSIONS.stop :]


def tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of real tables, SQLite's own included; a virtual table's rows are in its shadows."""
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
    return [
        name.decode("utf-8", errors="replace")
        for name, sql in found
        if not (sql or b"").lstrip().upper().startswith(b"CREATE VIRTUAL")
    ]


def columns(connection: sqlite3.Connection, table: str) -> list[Column]:
    """Return the columns that reading a table gives, in their order."""
    found = connection.execute(f"PRAGMA table_info({quoted(table)})")
    return [Column(_text(row[1]), _text(row[2])) for row in found]


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def header(data: bytes) -> Header:
    """Return what the first bytes say; raise UnreadableError where they contradict each other."""
    if len(data) < _HEADER_BYTES:
        raise UnreadableError(ProblemKind.UNREADABLE, "a truncated database header")
    (page,) = struct.unpack_from(">H", data, 16)
    page = _WIDE_PAGE if page == 1 else page
    pages, first_free, free = struct.unpack_from(">III", data, 28)
    if page < 512 or page & (page - 1):  # noqa: PLR2004 - the least the format allows
        raise UnreadableError(ProblemKind.UNREADABLE, "a database with a damaged header")
    return Header(page, pages or len(data) // page, first_free, free, data[20])


def free_pages(data: bytes, about: Header) -> list[int]:
    """Return the numbers of the free pages whose old content is still there, trunk pages first."""
    found: list[int] = []
    trunk, seen = about.first_free, set[int]()
    while trunk and trunk not in seen and trunk * about.page <= len(data):
        seen.add(trunk)
        start = (trunk - 1) * about.page
        following, count = struct.unpack_from(">II", data, start)
        count = min(count, about.page // 4 - 2)
        found.extend(struct.unpack_from(f">{count}I", data, start + 8))
        trunk = following
    inside = [number for number in found if 0 < number * about.page <= len(data)]
    return [number for number in inside if any(page_bytes(data, about, number))]


def page_bytes(data: bytes, about: Header, number: int) -> bytes:
    """Return a page by its number, from 1."""
    return data[(number - 1) * about.page : number * about.page]


def excess_bytes(connection: sqlite3.Connection, data: bytes, about: Header) -> int:
    """Return how many more bytes that are not zero the file has than its rows need when rebuilt.

    A page that was split keeps copies of rows that are stored elsewhere; these are not counted.
    """
    connection.execute("PRAGMA query_only = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)  # VACUUM works in a second database
    connection.execute("PRAGMA temp_store = MEMORY")  # the child can write no file
    connection.execute("PRAGMA journal_mode = OFF")  # nothing is rolled back, so no page is kept for it
    connection.execute("VACUUM")
    needed = connection.serialize()
    gaps = b"".join(_gaps(data, about))
    pieces = [gaps[at : at + LIMITS.piece] for at in range(0, len(gaps) - LIMITS.piece, LIMITS.piece)]
    sample = [piece for piece in pieces if piece.count(0) < LIMITS.piece // 2][
        :: max(1, len(pieces) // LIMITS.sampled)
    ]
    copies = sum(piece in needed for piece in sample) / max(1, len(sample))
    excess = (len(data) - data.count(0)) - (len(needed) - needed.count(0))
    return int(excess - copies * (len(gaps) - gaps.count(0)))


def _gaps(data: bytes, about: Header) -> Iterator[bytes]:
    """Yield the bytes between the cell pointers and the cells of every page of a b-tree."""
    for start in range(about.page, len(data) - about.page + 1, about.page):
        if data[start] in _TREES:
            count, content = struct.unpack_from(">HH", data, start + 3)
            first = 8 + 4 * (data[start] in _INTERIOR) + 2 * count
            if first < (content or _WIDE_PAGE) <= about.page:
                yield data[start + first : start + (content or _WIDE_PAGE)]


def _text(value: object) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
