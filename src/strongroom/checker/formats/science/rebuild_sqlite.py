"""Rebuilt SQLite databases: their tables and rows, in a new database."""

import sqlite3

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.science.sqlite_file import columns, opened, quoted, tables
from strongroom.checker.formats.science.sqlite_tables import contents

_TYPES = ("INT", "CHAR", "CLOB", "TEXT", "REAL", "FLOA", "DOUB", "NUM", "DEC", "DATE", "BOOL")
_OWN = "sqlite_"


def rebuild_sqlite(part: Part, context: Context) -> Rebuilt:
    """Return a database of the same tables; raise UnreadableError where one holds blobs."""
    new = sqlite3.connect(":memory:")
    try:
        with opened(part) as old:
            for name in tables(old):
                if not name.lower().startswith(_OWN):
                    _copy(old, new, name, context)
        new.commit()
        new.execute("PRAGMA temp_store = MEMORY")  # the child can write no file
        new.execute("VACUUM")
        data = new.serialize()
    except sqlite3.Error as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a table that cannot be rebuilt") from error
    finally:
        new.close()
    change = f"{part.where}: tables rebuilt; indexes, views, triggers and unused pages are left out"
    return one_file(part, data, change)


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, name: str, context: Context) -> None:
    table, blobs = contents(old, name, context)
    if blobs:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a table with binary values (blobs)")
    described = columns(old, name)
    stated = ", ".join(f"{quoted(column.name)} {_type(column.declared)}".strip() for column in described)
    new.execute(f"CREATE TABLE {quoted(name)} ({stated})")
    marks = ", ".join("?" * len(described))
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    new.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", rows)  # noqa: S608 - a quoted name


def _type(declared: str) -> str:
    """Return a declared type as one of a few words: SQLite allows free text there."""
    return next((word for word in _TYPES if word in declared.upper()), "")
