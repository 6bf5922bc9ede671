"""Empty ledgers on SQLite and PostgreSQL, and a witness with a memory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.samples import LOG, ORIGIN, WITNESS
from strongroom.ledger import FileMemory, Ledger, SqliteDatabase, Witness, create_schema


@pytest.fixture
def new_ledger(tmp_path: Path) -> Iterator[Callable[[str], Ledger]]:
    opened: list[SqliteDatabase] = []

    def create(name: str) -> Ledger:
        database = SqliteDatabase.open(tmp_path / f"{name}.sqlite3")
        opened.append(database)
        with database.transaction():
            create_schema(database, "sqlite")
        return Ledger(database, origin=ORIGIN)

    yield create
    for database in opened:
        database.close()


@pytest.fixture
def ledger(new_ledger: Callable[[str], Ledger]) -> Ledger:
    return new_ledger("ledger")


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    FileMemory.create(tmp_path / "witness.json")
    return Witness(tmp_path / "witness.json", WITNESS, log_keys=[LOG.verifier_key])
