"""A program that listens on a socket until it is ended: the server of a session, confined like a job."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from strongroom.errors import RefusedError
from strongroom.sandbox.jobs.job import Job
from strongroom.sandbox.jobs.running import Fill, Supervisor, prepared
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    start_seconds: float = threshold(
        90.0, "seconds", "judgement: a server starts in three seconds; a busy machine must not lose it"
    )
    look_seconds: float = threshold(0.1, "seconds", "cost: one attempt to connect while it starts")


LIMITS = _Limits()


class Interactive:
    """A running program. `directory` is a descriptor of its /run/session, `isolation` says what holds it."""

    def __init__(self, caller: socket.socket, directory: int, level: str) -> None:
        self._caller = caller
        self.directory = directory
        self.isolation = f"bubblewrap, seccomp and {level}"

    def runs(self) -> bool:
        """Return whether it has not ended."""
        readable, _, _ = select.select([self._caller], [], [], 0)
        return not readable

    def wait_for(self, name: str) -> None:
        """Wait until it listens on a socket of this name; RefusedError if it ends first or takes too long."""
        until = time.monotonic() + LIMITS.start_seconds
        while self.runs() and time.monotonic() < until:
            with socket.socket(socket.AF_UNIX) as trying, suppress(OSError):
                trying.connect(f"/proc/self/fd/{self.directory}/{name}")
                return
            time.sleep(LIMITS.look_seconds)
        raise RefusedError(
            "The session was not started: its server did not answer.",
            hint="Try again; if it fails again, run 'strongroom doctor'.",
        )


@contextmanager
def interactive(job: Job, *, view: Fill, supervisor: Supervisor) -> Iterator[Interactive]:
    """Start a program beside a view; it is ended, with every process it started, at the end of the block."""
    with prepared(job, view=view, supervisor=supervisor) as (caller, level, directories):
        caller.send(b"go")
        try:
            yield Interactive(caller, directories["sockets"], level)
        finally:
            with suppress(OSError):
                caller.send(b"stop")
                caller.recv(1 << 16)
