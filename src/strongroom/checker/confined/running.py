"""The process that the readers are forked from: started early, so that it loads while this one does.

Nothing here waits for Arrow: a command starts it before it loads what it works with.
"""

import atexit
import threading

from strongroom.checker.confined.client import ForkServer
from strongroom.loading import PACKAGE
from strongroom.sandbox import confinement
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    start_seconds: float = threshold(
        60.0, "seconds", "judgement: a busy machine takes seconds to start the server; later it is broken"
    )


LIMITS = _Limits()

# Arrow allocates memory as needed, so that the limit applies to memory in use.
_ENVIRONMENT = confinement.ENVIRONMENT | {"MIMALLOC_ARENA_EAGER_COMMIT": "0"}
# -I keeps the caller's folder and environment out of the path, so the package's own place is named.
_PATH = "import sys; sys.path.insert(0, sys.argv[1])\n"
_START = f"{_PATH}from strongroom.checker.confined.server import serve; serve()"

_starting = threading.Lock()
_running: ForkServer | None = None


def fork_server(isolation: str) -> ForkServer:
    """Return the process's fork server; another one where it died, or belongs to the process forked from.

    Raises RefusedError where bubblewrap cannot be used and `isolation` does not say "limits_only".
    """
    global _running  # noqa: PLW0603 - one server a process, started on first use
    command = confinement.confined_command(["-c", _START, str(PACKAGE.parent)], isolation=isolation)
    with _starting:
        if _running is None or not _running.usable or _running.command != tuple(command):
            if _running is not None:
                _running.kill()
            _running = ForkServer(command, _ENVIRONMENT)
        return _running


def prepare() -> None:
    """Start what confines the readers, if it does not run and can be confined, and do not wait for it."""
    if confinement.bubblewrap():
        fork_server(confinement.REQUIRED)


def prepare_meanwhile() -> None:
    """Do the same in a thread: testing whether bubblewrap works takes as long as loading a library."""
    threading.Thread(target=prepare, daemon=True).start()


def isolation() -> str:
    """Say how readers are confined on this machine: bubblewrap, Landlock, seccomp, as far as each works."""
    return described(fork_server(confinement.LIMITS_ONLY), LIMITS.start_seconds)


def described(server: ForkServer, seconds: float) -> str:
    """Say how a server's children are confined; waits so many seconds until it is up."""
    return confinement.described(server.walls(seconds))


def processor_seconds() -> float:
    """Return the processor time of the readers so far; it begins at 0 where they are started again."""
    with _starting:
        return 0.0 if _running is None else _running.processor_seconds()


def close() -> None:
    """End the fork server and its children; the next file read starts another."""
    global _running  # noqa: PLW0603 - as above
    with _starting:
        if _running is not None:
            _running.kill()
        _running = None


atexit.register(close)
