"""The parent's client of the fork server: starts it on first use, requests children, ends it at exit."""

import fcntl
import itertools
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from strongroom.checker.confined.child import Request
    from strongroom.checker.contents.frames import FrameError


class _Limits(Thresholds):
    """The numbers this module decides by."""

    pipe_bytes: int = threshold(
        1 << 20, "bytes", "standard: /proc/sys/fs/pipe-max-size, the most an ordinary user may ask for"
    )
    hello_bytes: int = threshold(4_096, "bytes", "cost: the server's greeting is a line")
    grace_seconds: float = threshold(
        5.0, "seconds", "judgement: how long a killed child may take to go before the whole server is killed"
    )
    leaving_seconds: float = threshold(
        1.0, "seconds", "judgement: how long a server may take to end by itself"
    )


LIMITS = _Limits()

WALLS = ("Landlock", "seccomp")
"""What restricts a child inside bubblewrap: the files it reads, and its system calls."""


class Answer:
    """What a child writes, read as a stream until its time is up; `complete` once all of it was read."""

    def __init__(self, server: "ForkServer", number: int, descriptor: int, seconds: float) -> None:
        self._server = server
        self._number = number
        self.complete = False
        self._descriptor = descriptor
        self._until = time.monotonic() + seconds
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def readinto(self, buffer: memoryview) -> None:
        """Fill a buffer; raise FrameError when the child ends first, or its time does."""
        filled = 0
        while filled < len(buffer):
            left = self._until - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1_000):
                raise _broken("ran out of time")
            got = os.readv(self._descriptor, [buffer[filled:]])
            if got == 0:
                raise _broken("ended before its answer was complete")
            filled += got

    def close(self) -> None:
        """Ensure that the child has ended; if it has not, kill the server."""
        try:
            self._server.stop(self._number)
            if not self.complete and not self._ended():
                self._server.kill()
        finally:
            os.close(self._descriptor)

    def _ended(self) -> bool:
        """Return whether the child closed its end within the time of grace."""
        until = time.monotonic() + LIMITS.grace_seconds
        while self._poll.poll(max(until - time.monotonic(), 0) * 1_000):
            if not os.read(self._descriptor, LIMITS.pipe_bytes):
                return True
        return False


class ForkServer:
    """A running fork server; `command` starts it with its control socket as standard input."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.command = tuple(command)
        self._environment = environment
        self._owner = os.getpid()
        self._numbers = itertools.count()
        self._facts: dict[str, object] | None = None
        self._hearing = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        started = threading.Event()
        # Bubblewrap dies with the thread that started it, so a separate thread stays until the end.
        self._keeper = threading.Thread(target=self._keep, args=(theirs, started), daemon=True)
        self._keeper.start()
        started.wait()

    def _keep(self, theirs: socket.socket, started: threading.Event) -> None:
        try:
            with (
                theirs,
                subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                    self.command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=self._environment,
                    start_new_session=True,
                ) as self._process,
            ):
                theirs.close()
                started.set()
        finally:
            started.set()

    @property
    def usable(self) -> bool:
        """Whether it runs and belongs to this process, not to the one this was forked from."""
        return self._owner == os.getpid() and self._keeper.is_alive()

    def ask(self, request: "Request", file: int) -> Answer:
        """Have a child read an open file; raise FrameError when the server is not running."""
        number = next(self._numbers)
        asked = request.to_json() | {"number": number}
        mine, theirs = os.pipe2(os.O_CLOEXEC)
        try:
            with suppress(OSError):  # a smaller pipe is only slower
                fcntl.fcntl(mine, fcntl.F_SETPIPE_SZ, LIMITS.pipe_bytes)
            socket.send_fds(self._control, [json.dumps(asked).encode()], [file, theirs])
        except OSError as error:
            os.close(mine)
            raise _broken("could not be started") from error
        finally:
            os.close(theirs)
        return Answer(self, number, mine, request.limits.wall_seconds)

    def stop(self, number: int) -> None:
        """Have one child killed."""
        with suppress(OSError):
            self._control.send(json.dumps({"stop": number}).encode())

    def walls(self, seconds: float) -> list[str]:
        """Return which restrictions its children are under, by name; waits so long until it is up."""
        with self._hearing:
            if self._facts is None:
                hello = select.poll()
                hello.register(self._control, select.POLLIN)
                hello.poll(seconds * 1_000)
                self._facts = {}
                self._hear()
            return [name for name in WALLS if self._facts.get(name) is True]

    def processor_seconds(self) -> float:
        """Return the processor time of the children that have ended, as far as the server has said so."""
        with self._hearing:
            self._hear()
            used = (self._facts or {}).get("processor_seconds", 0.0)
            return float(used) if isinstance(used, int | float) else 0.0

    def _hear(self) -> None:
        """Take what the server has said since: which restrictions it found, and the time of its children."""
        with suppress(OSError, ValueError, TypeError):
            while message := self._control.recv(LIMITS.hello_bytes, socket.MSG_DONTWAIT):
                self._facts = {**(self._facts or {}), **dict(json.loads(message))}

    def kill(self) -> None:
        """End it and all its children, and wait until they are gone."""
        self._control.close()
        if self._owner != os.getpid() or self._process is None:
            return
        self._keeper.join(LIMITS.leaving_seconds)
        if self._keeper.is_alive():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._keeper.join(LIMITS.grace_seconds)


def _broken(why: str) -> "FrameError":
    # Late: a server is started before Arrow is loaded.
    from strongroom.checker.contents.frames import FrameError  # noqa: PLC0415 - see above

    return FrameError(why)
