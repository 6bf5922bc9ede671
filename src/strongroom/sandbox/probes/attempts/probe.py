"""What a probe is. This package is copied into a job, and runs there with Python's own library alone."""

import ctypes
import errno
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

HELD, LEAK, UNKNOWN = "held", "leak", "cannot tell"
"""The verdicts."""

PLANTED = "planted"
"""Something was left behind, and the one who runs the probe looks for it: no verdict yet."""

LEAKS, LEAKS_AS_ROOT = "leaks", "leaks as root"
"""What a control shows; otherwise it is a sentence that says why the control may hold on some machines."""

ITSELF, OUTPUTS, PROCESSES = "itself", "outputs", "processes"
"""Who judges: the probe, what is collected of its outputs, or whether a process of it is left."""


class Held(Exception):  # noqa: N818 - it is no error: the sandbox did its work
    """The way is closed; the message says how, without a value of the host."""


class CannotTell(Exception):  # noqa: N818 - nor is this
    """This machine does not have what the probe needs; the message says what."""


@dataclass(frozen=True)
class Bait:
    """What the host prepared, and where the probe may write.

    `token` is in everything that must not be reached: files, environments, command lines, names. `calls` are
    the numbers of system calls. The sizes are what floods must not reach.
    """

    token: str
    calls: Mapping[str, int]
    tcp: int = 0
    tcp6: int = 0
    udp: int = 0
    abstract: str = ""
    path_socket: str = ""
    secret_file: str = ""
    project: str = ""
    victim: int = 0
    shared_memory: int = 0
    queue: str = ""
    outputs: str = "/outputs"
    scratch: str = "/tmp"
    home: str = "/home/researcher"
    shared: str = "/dev/shm"
    size: int = 0
    files: int = 0
    processes: int = 0
    memory: int = 0
    seconds: float = 0.0

    def call(self, name: str, *arguments: Any) -> int:
        """Make a system call by its number; return its result, or raise OSError."""
        if name not in self.calls:
            raise CannotTell(f"this architecture has no {name}")
        libc = ctypes.CDLL(None, use_errno=True)
        libc.syscall.restype = ctypes.c_long
        words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
        result = int(libc.syscall(ctypes.c_long(self.calls[name]), *words))
        if result == -1:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return result

    def found_in(self, content: bytes) -> bool:
        """Return whether the token is in what was read."""
        return self.token.encode() in content


Attempt = Callable[[Bait], str]
"""Returns a sentence that says what was reached; raises Held, CannotTell, or OSError, which is held too."""


@dataclass(frozen=True)
class Probe:
    """A way out of a job: `alone` asks for a job of its own, because it uses up what others need."""

    name: str
    family: str
    tries: str
    attempt: Attempt
    control: str
    judge: str = ITSELF
    alone: bool = False


class Family:
    """The probes of one module."""

    def __init__(self, name: str, *, alone: bool = False) -> None:
        self.name = name
        self.probes: list[Probe] = []
        self._alone = alone

    def probe(
        self, tries: str, *, control: str = LEAKS, judge: str = ITSELF, name: str = ""
    ) -> Callable[[Attempt], Attempt]:
        """Make a probe of a function; `tries` says in one sentence what it attempts."""

        def kept(attempt: Attempt) -> Attempt:
            called = name or attempt.__name__.strip("_").replace("_", "-")
            alone = self._alone or judge != ITSELF
            self.probes.append(Probe(called, self.name, tries, attempt, control, judge, alone))
            return attempt

        return kept


def permitted(bait: Bait, beyond: tuple[int, ...], name: str, *arguments: Any) -> str:
    """Make a call that cannot succeed; an error in `beyond` comes only after the kernel's permission."""
    try:
        bait.call(name, *arguments)
    except OSError as error:
        if error.errno in beyond:
            return f"the kernel permitted {name}"
        raise
    return f"{name} succeeded"


@contextmanager
def child(work: Callable[[], None]) -> Iterator[int]:
    """Run `work` in a child process, which is killed at the end."""
    number = os.fork()
    if number == 0:
        try:
            work()
        finally:
            os._exit(0)
    try:
        yield number
    finally:
        os.kill(number, 9)
        os.waitpid(number, 0)


def in_child(work: Callable[[], str]) -> str:
    """Return what `work` returns in a child process, which may harm itself; raise what it raises."""
    read, write = os.pipe()
    number = os.fork()
    if number == 0:
        said = b"\0the child ended"
        try:
            said = b"L" + work().encode()
        except Held as error:
            said = b"H" + str(error).encode()
        except CannotTell as error:
            said = b"C" + str(error).encode()
        except OSError as error:
            said = b"E" + str(error.errno or 0).encode()
        finally:
            os.write(write, said)
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        said = file.read()
    _, status = os.waitpid(number, 0)
    return _repeated(said[:1], said[1:].decode(), status)


def _repeated(kind: bytes, said: str, status: int) -> str:
    if kind == b"L":
        return said
    if kind == b"H":
        raise Held(said)
    if kind == b"E":
        raise OSError(int(said), os.strerror(int(said)))
    if not kind and os.WIFSIGNALED(status) and os.WTERMSIG(status) == 31:  # SIGSYS
        raise Held("the kernel killed the process for the call")
    raise CannotTell(said or "the child ended without an answer")


def until(deadline: float) -> Iterator[None]:
    """Yield until the deadline, by the monotonic clock."""
    while time.monotonic() < deadline:
        yield
        time.sleep(0.01)


def reason(error: OSError) -> str:
    """Return an error's name: its text could hold a path of the host."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
