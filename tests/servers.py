"""Servers that a test starts itself and stops again."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a PostgreSQL server, give its address; skip where none is installed."""
    pytest.importorskip("psycopg")
    try:
        with running_postgresql() as address:
            yield address
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


@contextmanager
def running_postgresql() -> Iterator[str]:
    """Start a PostgreSQL server, give its address; FileNotFoundError if none is installed."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        raise FileNotFoundError("no PostgreSQL server is installed")
    # PostgreSQL does not run as root; Debian's package brings a user for it.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user and shutil.which("runuser") is None:
        raise FileNotFoundError("PostgreSQL cannot be started as another user here")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    folder.chmod(0o777)
    data = str(folder / "data")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_user, str(binaries[-1] / "pg_ctl"), "-D", data, "-w"]
    try:
        _run([*as_user, str(binaries[-1] / "initdb"), "-D", data, "-U", "strongroom", "-A", "trust", "-N"])
        _run([*control, "-o", options, "start"])
        yield f"host={folder} user=strongroom dbname=postgres"
    finally:
        if Path(data, "postmaster.pid").exists():
            _run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    # The server inherits no pipe of ours: with one open, waiting for pg_ctl would be waiting for the server.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
