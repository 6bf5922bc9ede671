"""The parent side of the query engine: starts it, sends it tables, and stops it after the time limit."""

import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, Self

import pyarrow as pa

from strongroom.errors import RefusedError
from strongroom.loading import PACKAGE
from strongroom.sandbox.confinement import ENVIRONMENT, REQUIRED, confined_command, described
from strongroom.sandbox.queries.channel import ChannelError, receive, send
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    ending_seconds: float = threshold(
        2.0, "seconds", "cost: a process that has closed its output ends within milliseconds"
    )


LIMITS = _Limits()

# -I removes the caller's folder and environment from the path, so the package's folder is passed.
_PATH = "import sys; sys.path.insert(0, sys.argv[1])\n"
_START = f"{_PATH}from strongroom.sandbox.queries.worker import serve; serve()"


class EngineFailure(RefusedError):  # noqa: N818 - an event that the gateway answers, not a mistake
    """A statement failed, or was stopped because it took too long (`late`); why is not known."""

    def __init__(self, *, late: bool) -> None:
        super().__init__(f"The query {'took too long' if late else 'failed'}.", hint="Simplify the query.")
        self.late = late


@dataclass(frozen=True)
class QueryLimits:
    """A query's limits: seconds per statement, bytes of memory, threads, and the policy's isolation."""

    seconds: float = 120.0
    memory_bytes: int = 8 << 30
    threads: int = 2
    isolation: str = REQUIRED


class QueryEngine:
    """DuckDB in a confined process with the given tables; use it as a context manager.

    RefusedError is raised if the process cannot be confined, does not start or cannot load the tables,
    EngineFailure if a statement or the process fails, takes too long or needs too much memory. After the
    time limit, or once the process has died, every further statement fails.
    """

    def __init__(self, tables: Mapping[str, pa.Table], *, limits: QueryLimits | None = None) -> None:
        self._tables = tables
        self._limits = limits or QueryLimits()
        self._process: subprocess.Popen[bytes] | None = None
        self._walls: list[str] = []

    def __enter__(self) -> Self:
        package = str(PACKAGE.parent)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            confined_command(["-c", _START, package], isolation=self._limits.isolation),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        loading = "did not start"
        try:
            ready, _ = self._ask({"memory_bytes": self._limits.memory_bytes, "threads": self._limits.threads})
            self._walls = [name for name in ("Landlock", "seccomp") if ready.get(name) is True]
            loading = "could not load the tables"
            for name, table in self._tables.items():
                self._ask({"do": "table", "name": name}, table)
        except EngineFailure as failure:
            raise self._not_ready(loading, late=failure.late) from None
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    @property
    def isolation(self) -> str:
        """How the process is confined, in words."""
        return described(self._walls)

    def run(self, sql: str) -> pa.Table:
        """Run one statement and return its rows."""
        _, found = self._ask({"do": "run", "sql": sql})
        if found is None:
            raise EngineFailure(late=False)
        return found

    def _not_ready(self, what: str, *, late: bool) -> RefusedError:
        """Stop the process; return an error that says how far it came, which depends on no query."""
        ended = None
        if self._process is not None:
            # It has closed its output, and may be about to end.
            with suppress(subprocess.TimeoutExpired):
                ended = self._process.wait(0 if late else LIMITS.ending_seconds)
        self.close()
        in_time = " in time" if late else "" if ended is None else f" (its exit code is {ended})"
        return RefusedError(f"The query engine {what}{in_time}.", hint="Try again; nothing was charged.")

    def close(self) -> None:
        """Stop the process."""
        if self._process is None:
            return
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()
        self._process = None

    def _ask(
        self, header: dict[str, Any], body: pa.Table | None = None
    ) -> tuple[dict[str, Any], pa.Table | None]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise EngineFailure(late=False)
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, _stop, (process, late))
        timer.start()
        try:
            return _exchanged(process.stdin, process.stdout, header, body)  # type: ignore[arg-type]
        except (ChannelError, OSError):
            # A cause would name what the engine did.
            raise EngineFailure(late=late.is_set()) from None
        finally:
            timer.cancel()


def _stop(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def _exchanged(
    commands: BinaryIO, answers: BinaryIO, header: dict[str, Any], body: pa.Table | None
) -> tuple[dict[str, Any], pa.Table | None]:
    send(commands, header, body)
    answer, table = receive(answers)
    if not (answer.get("done") or answer.get("ready")):
        raise ChannelError("the statement failed")
    return answer, table
