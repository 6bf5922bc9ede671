"""Starting the site: a server and a worker as children of one process, which ends them together."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from strongroom.cohort.keys import new_key
from strongroom.errors import RefusedError
from strongroom.portal.home import Home, write_secret
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    threads: int = threshold(
        4, "threads", "cost: connections to the database; pages wait for it more than for the processor"
    )
    backlog: int = threshold(1024, "connections", "cost: sockets that wait; 50 people open 6 each at most")
    grace_seconds: float = threshold(
        20.0, "seconds", "cost: how long a check may go on after the site is told to stop; it is redone later"
    )
    look_seconds: float = threshold(0.5, "seconds", "cost: how soon the end of a child is noticed")


LIMITS = _Limits()
_SERVER = "strongroom.portal.site.wsgi:application"
_WORKER = "strongroom.portal.site.worker_process"


@dataclass(frozen=True)
class Address:
    """Where the site listens; `names` are the host names it answers to beside its own."""

    host: str = "127.0.0.1"
    port: int = 8400
    names: Sequence[str] = field(default=())
    plain_http: bool = True

    @property
    def url(self) -> str:
        """What to open in a browser on this machine."""
        return f"http://{'localhost' if self.host == '127.0.0.1' else self.host}:{self.port}/"


def prepare(home: Home) -> None:
    """Make the key that signs cookies, once, and an empty directory for uploads."""
    uploading = home.vault / "uploading"
    shutil.rmtree(uploading, ignore_errors=True)
    uploading.mkdir(mode=0o700)
    secret = home.path / "keys" / "site.key"
    if not secret.exists():
        write_secret(secret, new_key(home.random))


def serve(home: Home, address: Address) -> int:
    """Run server and worker until one ends or a signal comes; return the exit code."""
    prepare(home)
    environment = _environment(home, address)
    children = [subprocess.Popen(command, env=environment) for command in _commands(address)]  # noqa: S603 - our own
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    while not stopping and all(child.poll() is None for child in children):
        time.sleep(LIMITS.look_seconds)
    ended = [child.returncode for child in children if child.returncode is not None]
    _end(children)
    return 0 if stopping else next((code for code in ended if code), 1)


def _commands(address: Address) -> list[list[str]]:
    server = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", address.host, "--port",
        str(address.port), "--workers", "1", "--blocking-threads", str(LIMITS.threads), "--backlog",
        str(LIMITS.backlog), "--no-ws", "--log-level", "warning", _SERVER,
    ]  # fmt: skip
    return [server, [sys.executable, "-m", _WORKER]]


def _environment(home: Home, address: Address) -> dict[str, str]:
    names = ",".join(dict.fromkeys([*address.names, "localhost", "127.0.0.1", address.host]))
    return {
        **os.environ,
        "STRONGROOM_HOME": str(home.path),
        "STRONGROOM_HOSTS": names,
        "STRONGROOM_PLAIN_HTTP": "1" if address.plain_http else "0",
        "DJANGO_SETTINGS_MODULE": "strongroom.portal.site.settings",
    }


def _end(children: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask every child to end, and kill what does not."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    limit = time.monotonic() + LIMITS.grace_seconds
    for child in children:
        try:
            child.wait(max(limit - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def require_port(address: Address) -> None:
    """Raise RefusedError where another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            raise RefusedError(
                f"Port {address.port} of {address.host} cannot be used: {error.strerror}.",
                hint="Choose another with --port.",
            ) from error
