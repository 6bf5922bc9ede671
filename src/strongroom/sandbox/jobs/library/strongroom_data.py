# ruff: noqa: INP001 - a module by itself, in the path of jobs
"""The project's view inside a job: `import strongroom_data; data = strongroom_data.open()`.

Runs in the job's own environment, with DuckDB alone.
"""

import json
from pathlib import Path

import duckdb

DATA = Path("/data")


def open() -> duckdb.DuckDBPyConnection:  # noqa: A001 - read as `strongroom_data.open`
    """Return a DuckDB connection with one view a table: `open().sql("SELECT * FROM participants").pl()`."""
    connection = duckdb.connect()
    for name, path in tables().items():
        quoted = name.replace('"', '""')
        connection.sql(f"CREATE VIEW \"{quoted}\" AS SELECT * FROM read_parquet('{path}')")  # noqa: S608 - a name is quoted
    return connection


def tables() -> dict[str, str]:
    """Return the Parquet file of each table."""
    return {path.stem: str(path) for path in sorted(DATA.glob("*.parquet"))}


def dictionary() -> list[dict[str, object]]:
    """Return what the data dictionary says of each column: table, name, title, unit, codes."""
    path = DATA / "dictionary.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []
