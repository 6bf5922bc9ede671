"""The engine's process: receives tables, runs statements and returns rows.

An engine's error message may quote a value, so only the fact of a failure is returned.
"""

import resource
import sys
from typing import BinaryIO

import duckdb

from strongroom.sandbox import landlock, seccomp
from strongroom.sandbox.confinement import readable
from strongroom.sandbox.queries.channel import ChannelError, receive, send

_SETTINGS = (
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
)


def serve() -> None:
    """Answer messages on standard input until it ends."""
    commands, answers = sys.stdin.buffer, sys.stdout.buffer
    # Before DuckDB starts its threads: it holds for this one and those it starts.
    on_files = landlock.restrict(readable())
    with duckdb.connect() as engine:
        try:
            settings, _ = receive(commands)
            _confine(engine, int(settings["memory_bytes"]), int(settings["threads"]))
            # From here on the process cannot open a file for writing, connect, or start a process.
            send(answers, {"ready": True, "Landlock": on_files, "seccomp": seccomp.confine()})
            while _answer(engine, commands, answers):
                pass
        except ChannelError:
            return


def _confine(engine: duckdb.DuckDBPyConnection, memory: int, threads: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    for setting in _SETTINGS:
        engine.execute(setting)
    engine.execute(f"SET memory_limit = '{memory}B'")
    engine.execute(f"SET threads = {threads}")
    engine.execute("SET lock_configuration = true")


def _answer(engine: duckdb.DuckDBPyConnection, commands: BinaryIO, answers: BinaryIO) -> bool:
    header, table = receive(commands)
    try:
        match header.get("do"):
            case "table":
                engine.register("incoming", table)
                name = str(header["name"]).replace('"', '""')
                engine.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming')  # noqa: S608 - quoted
                engine.unregister("incoming")
                send(answers, {"done": True})
            case "run":
                send(answers, {"done": True}, engine.sql(header["sql"]).to_arrow_table())
            case _:
                return False
    except Exception:  # noqa: BLE001 - whatever went wrong, only the fact leaves this process
        send(answers, {"done": False})
    return True
