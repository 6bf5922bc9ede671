"""The same log on PostgreSQL: the same tables, proofs, guards, and writers that queue on the head."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from ledger.samples import KEYS, ORIGIN, WITNESS, add, entry, seal
from strongroom.ledger import (
    FileMemory,
    Ledger,
    Witness,
    create_schema,
    drop_statements,
    merkle,
    verify_export,
)

psycopg = pytest.importorskip("psycopg")


class PostgresqlDatabase:
    """A psycopg connection in autocommit mode, as the ledger's Database."""

    def __init__(self, address: str) -> None:
        self.connection = psycopg.connect(address, autocommit=True)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.connection.transaction():
            yield

    def execute(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(sql, params)
        return cursor.fetchall() if cursor.description else []

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self.connection.cursor() as cursor:
            cursor.executemany(sql, rows)


@pytest.fixture
def database(postgresql_server):
    database = PostgresqlDatabase(postgresql_server)
    with database.transaction():
        create_schema(database, "postgresql")
    yield database
    with database.transaction():
        for statement in drop_statements("postgresql"):
            database.execute(statement)
    database.connection.close()


@pytest.fixture
def ledger(database):
    return Ledger(database, origin=ORIGIN)


def test_the_log_is_the_one_sqlite_keeps(ledger, new_ledger, tmp_path):
    witness, twin = Witness(FileMemory.create(tmp_path / "w.json"), WITNESS), new_ledger("twin")
    for start, stop in ((0, 5), (5, 6), (6, 40)):
        assert add(ledger, start, stop) == add(twin, start, stop)
        seal(ledger, witness)
    assert ledger.root() == twin.root()
    assert ledger.prove(17) == twin.prove(17)
    assert ledger.consistency(5, 33) == twin.consistency(5, 33)
    assert list(ledger.entries(3, 9)) == list(twin.entries(3, 9))
    assert ledger.verify(KEYS).entries == 40
    ledger.export(tmp_path / "export.jsonl")
    assert verify_export(tmp_path / "export.jsonl", KEYS).root == ledger.root().hex()


@pytest.mark.parametrize("table", ["entry", "node", "checkpoint"])
@pytest.mark.parametrize("change", ["DELETE FROM", "TRUNCATE"])
def test_rows_cannot_be_deleted_by_mistake(ledger, table, change):
    add(ledger, 0, 2)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"), ledger.db.transaction():
        ledger.db.execute(f"{change} ledger_{table}")


def test_rows_cannot_be_changed_by_mistake(ledger):
    add(ledger, 0, 2)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"), ledger.db.transaction():
        ledger.db.execute("UPDATE ledger_entry SET time = time")


def test_a_rolled_back_act_leaves_no_gap(ledger):
    add(ledger, 0, 2)
    with pytest.raises(ZeroDivisionError), ledger.db.transaction():
        ledger.entry(ledger.append([entry(2)])[0] // 0)
    assert add(ledger, 2, 3) == [2]


def test_a_log_verifies_while_others_write(ledger, postgresql_server):
    """READ COMMITTED shows each statement another moment: a busy log must not look like a tampered one."""
    add(ledger, 0, 50)
    seal(ledger)
    other = Ledger(PostgresqlDatabase(postgresql_server), origin=ORIGIN)
    done = threading.Event()

    def work() -> None:
        start = 50
        while not done.is_set():
            start = add(other, start, start + 7)[-1] + 1

    writer = threading.Thread(target=work)
    writer.start()
    try:
        sizes = [ledger.verify(KEYS, witnesses=0).entries for _ in range(15)]
    finally:
        done.set()
        writer.join()
    other.db.connection.close()
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


def test_writers_on_several_connections_lose_nothing_and_leave_no_gap(ledger, postgresql_server):
    indices: list[int] = []

    def work(worker: int) -> None:
        own = Ledger(PostgresqlDatabase(postgresql_server), origin=ORIGIN)
        for number in range(20):
            indices.extend(add(own, worker * 100 + number, worker * 100 + number + 1))
        own.db.connection.close()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(indices) == list(range(80))
    edge = merkle.Frontier()
    for _, found in ledger.entries():
        edge.add(merkle.leaf_hash(found.to_bytes()))
    assert ledger.root() == edge.root()
    seal(ledger)
    assert ledger.verify(KEYS, witnesses=0).entries == 80
