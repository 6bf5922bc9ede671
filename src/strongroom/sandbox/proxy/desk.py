"""The portal's side of a proxy: starts its process, judges what it asks, records what it says."""

import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from strongroom.errors import RefusedError
from strongroom.loading import PACKAGE
from strongroom.sandbox.confinement import end
from strongroom.sandbox.proxy.bundles import Part
from strongroom.thresholds import Thresholds, threshold

Judging = Callable[[Sequence[Part]], str | None]
"""Says why outputs may not be shown, None if they may; it may take seconds."""
Recording = Callable[[str, Mapping[str, Any]], None]
"""Records an event with its facts; where it raises, what depended on it does not happen."""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    line_bytes: int = threshold(
        64 << 20, "bytes", "cost: all that a session showed, as JSON, is judged at once at times"
    )
    look_seconds: float = threshold(0.5, "seconds", "cost: how long a session that was ended goes on")
    grace_seconds: float = threshold(10.0, "seconds", "judgement: later the proxy is killed")


LIMITS = _Limits()

_START = (
    "import sys; sys.path[:0] = sys.argv[1].split(':')\n"
    "from strongroom.sandbox.proxy.server import main\n"
    "main(*map(int, sys.argv[2:5]), sys.stdin.readline())"
)


class Desk:
    """A running proxy; use it as a context manager.

    `directory` is a descriptor of the directory that has the session's socket, `name` that of the socket,
    `lab` the folder of the platform's JupyterLab. `port` is that of the local address, 0 for any.
    """

    def __init__(self, *, directory: int, name: str, lab: Path, port: int = 0) -> None:
        key = secrets.token_urlsafe(32)
        self._mine, theirs = socket.socketpair()
        with socket.create_server(("127.0.0.1", port)) as listening, theirs:
            host = f"127.0.0.1:{listening.getsockname()[1]}"
            fds = [theirs.fileno(), listening.fileno(), directory]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                [sys.executable, "-I", "-B", "-c", _START, str(PACKAGE.parent), *map(str, fds)],
                pass_fds=fds,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                env={},
            )
            settings = {"host": host, "key": key, "lab": str(lab), "socket": name}
            # By a pipe: a command line shows the key to every user of the machine.
            if self._process.stdin is not None:
                with suppress(BrokenPipeError), self._process.stdin as pipe:
                    pipe.write(json.dumps(settings).encode() + b"\n")
        self.address = f"http://{host}/open?key={key}"

    def serve(self, judge: Judging, record: Recording, *, goes_on: Callable[[], bool]) -> str:
        """Answer the proxy until the session ends; return why: "idle", "ended" or "proxy"."""
        for line in self._lines(goes_on):
            if line is None:
                return "ended"
            asked = json.loads(line)
            if asked.get("event") == "idle":
                return "idle"
            answer = self._answer(asked, judge, record)
            if "number" in asked:
                with suppress(OSError):
                    reply = {"number": asked["number"], "answer": answer}
                    self._mine.sendall(json.dumps(reply).encode() + b"\n")
        return "proxy"

    def close(self) -> None:
        """End the proxy."""
        self._mine.close()
        end(self._process, LIMITS.grace_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def _answer(asked: Mapping[str, Any], judge: Judging, enter: Recording) -> Any:
        """Return the answer to a request; whatever fails is refused."""
        try:
            if asked["kind"] == "judge":
                return judge([Part(*each) for each in asked["parts"]])
            enter(asked["event"], asked["facts"])
        except Exception as error:  # noqa: BLE001 - what cannot be judged or recorded does not happen
            return f"it could not be judged ({type(error).__name__})" if asked["kind"] == "judge" else False
        return True

    def _lines(self, goes_on: Callable[[], bool]) -> Iterator[bytes | None]:
        """Yield the proxy's lines until it ends; None once `goes_on` says no."""
        self._mine.settimeout(LIMITS.look_seconds)
        unread, looked = b"", time.monotonic()
        while True:
            try:
                piece = self._mine.recv(1 << 20)
                if not piece:
                    return
                *lines, unread = (unread + piece).split(b"\n")
                yield from lines
            except TimeoutError:
                pass
            if len(unread) > LIMITS.line_bytes:
                raise RefusedError("The session was ended: its proxy sent too much.")
            if time.monotonic() - looked > LIMITS.look_seconds:
                looked = time.monotonic()
                if not goes_on():
                    yield None
                    return
