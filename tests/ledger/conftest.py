"""Empty ledgers on SQLite and PostgreSQL, and a witness with a memory."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.samples import LOG, ORIGIN, WITNESS
from strongroom.ledger import Ledger, SqliteDatabase, Witness, create_schema


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
    return Witness(tmp_path / "witness.json", WITNESS, log_keys=[LOG.verifier_key])


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a PostgreSQL server on a Unix socket, give its address; skip where none is installed."""
    pytest.importorskip("psycopg")
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        pytest.skip("no PostgreSQL server is installed")
    # PostgreSQL does not run as root; Debian's package brings a user for it.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL cannot be started as another user here")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o777)
    data = str(folder / "data")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_user, str(binaries[-1] / "pg_ctl"), "-D", data, "-w"]
    try:
        _run([*as_user, str(binaries[-1] / "initdb"), "-D", data, "-U", "strongroom", "-A", "trust", "-N"])
        _run([*control, "-o", options, "start"])
        yield f"host={folder} user=strongroom dbname=postgres"
        _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    # The server inherits no pipe of ours: with one open, waiting for pg_ctl would be waiting for the server.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
