"""The tables refuse to be rewritten by mistake, and exist for two engines only."""

import sqlite3

import pytest

from ledger.samples import add, seal
from strongroom.errors import UsageError
from strongroom.ledger import SqliteDatabase, create_schema, drop_statements, statements


@pytest.mark.parametrize("table", ["entry", "node", "checkpoint"])
@pytest.mark.parametrize("change", ["UPDATE ledger_{} SET {} = {}", "DELETE FROM ledger_{} WHERE {} >= {}"])
def test_rows_cannot_be_changed_or_deleted_by_mistake(ledger, table, change):
    add(ledger, 0, 2)
    seal(ledger)
    key = '"index"' if table == "entry" else "number"
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), ledger.db.transaction():
        ledger.db.execute(change.format(table, key, 0))


def test_the_head_is_one_row(ledger):
    with pytest.raises(sqlite3.IntegrityError), ledger.db.transaction():
        ledger.db.execute("INSERT INTO ledger_head (id, size) VALUES (2, 0)")


def test_another_engine_is_refused():
    with pytest.raises(UsageError, match="oracle"):
        statements("oracle")


def test_the_schema_can_be_taken_down_and_made_again():
    database = SqliteDatabase(sqlite3.connect(":memory:", isolation_level=None))
    for _ in range(2):
        with database.transaction():
            create_schema(database, "sqlite")
            for statement in drop_statements("sqlite"):
                database.execute(statement)
    assert database.execute("SELECT count(*) FROM sqlite_master") == [(0,)]
    database.close()
