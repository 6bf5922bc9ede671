"""What probes look for, prepared on the host: listeners, another project's file, a process, shared memory."""

import ctypes
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from strongroom.sandbox.bpf import numbers
from strongroom.sandbox.jobs.job import JobLimits
from strongroom.sandbox.probes.attempts.probe import Bait
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    output_bytes: int = threshold(16 << 20, "bytes", "cost: filled in a fraction of a second")
    memory: int = threshold(320 << 20, "bytes", "cost: of a trial; twice the home directory's file system")
    processes: int = threshold(64, "processes", "cost: of a trial; the probes' own programs need few")
    beyond_bytes: int = threshold(
        160 << 20, "bytes", "derived: more than any file system of such a job: its home has 128 MiB"
    )
    beyond_memory: int = threshold(640 << 20, "bytes", "derived: twice what such a job may use")
    beyond_files: int = threshold(
        25_000, "files", "derived: more than any file system of a job may have (20,000)"
    )
    beyond_processes: int = threshold(200, "processes", "derived: three times what such a job may start")
    seconds: float = threshold(1.0, "seconds", "cost: of each trial of the time limit")
    beyond_seconds: float = threshold(3.0, "seconds", "derived: three times the limit of such a job")


LIMITS = _Limits()

JOB = JobLimits(
    seconds=60.0,
    memory=LIMITS.memory,
    processes=LIMITS.processes,
    output_bytes=LIMITS.output_bytes,
    scratch_bytes=LIMITS.output_bytes,
    stream_bytes=1 << 16,
)
"""The limits of jobs that are probed: small, so that floods end soon."""

_CREATE, _REMOVE = 0o1600, 0  # fixed: IPC_CREAT for the owner alone, IPC_RMID, linux/ipc.h
_VARIABLE = "STRONGROOM_PROBE"


@dataclass(frozen=True)
class Prepared:
    """The bait, and a directory of the host for what is tried."""

    bait: Bait
    directory: Path


@contextmanager
def prepared() -> Iterator[Prepared]:
    """Prepare everything that probes look for; it is gone afterwards."""
    token = secrets.token_hex(8)
    with ExitStack() as stack:
        directory = Path(tempfile.mkdtemp(prefix=f"strongroom-{token}-"))
        stack.callback(_remove, directory)
        project = directory / "project"
        project.mkdir()
        secret = project / "participants.csv"
        secret.write_text(f"eid,token\n1,{token}\n", encoding="ascii")
        os.environ[_VARIABLE] = token
        stack.callback(os.environ.pop, _VARIABLE)
        abstract = f"strongroom-{token}"
        bait = Bait(
            token=token,
            calls=numbers(platform.machine()),
            tcp=stack.enter_context(_stream(socket.AF_INET, ("127.0.0.1", 0))),
            tcp6=_over_ipv6(stack),
            udp=stack.enter_context(_packets()),
            abstract=abstract,
            path_socket=str(directory / "socket"),
            secret_file=str(secret),
            project=str(project),
            victim=stack.enter_context(_process(token)),
            shared_memory=stack.enter_context(_segment(token)),
            queue=stack.enter_context(_queue(token)),
            size=LIMITS.beyond_bytes,
            files=LIMITS.beyond_files,
            processes=LIMITS.beyond_processes,
            memory=LIMITS.beyond_memory,
            seconds=LIMITS.beyond_seconds,
        )
        stack.enter_context(_stream(socket.AF_UNIX, f"\0{abstract}"))
        stack.enter_context(_stream(socket.AF_UNIX, bait.path_socket))
        stack.enter_context(_shared_file(token))
        yield Prepared(bait, directory)


def _over_ipv6(stack: ExitStack) -> int:
    with suppress(OSError):
        return stack.enter_context(_stream(socket.AF_INET6, ("::1", 0)))
    return 0


@contextmanager
def _stream(family: int, address: object) -> Iterator[int]:
    """Listen until the end; yield the port."""
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.bind(address)  # type: ignore[arg-type]
        listening.listen()
        threading.Thread(target=_accept, args=(listening,), daemon=True).start()
        try:
            name = listening.getsockname()
            yield name[1] if isinstance(name, tuple) else 0
        finally:
            # Closing alone would leave the thread waiting.
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket) -> None:
    with suppress(OSError):
        while True:
            listening.accept()[0].close()


@contextmanager
def _packets() -> Iterator[int]:
    """Answer each packet until the end; yield the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answering:
        answering.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer, args=(answering,), daemon=True)
        thread.start()
        try:
            yield answering.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", answering.getsockname())
            thread.join()


def _answer(answering: socket.socket) -> None:
    with suppress(OSError):
        while True:
            message, sender = answering.recvfrom(1024)
            if not message:
                return
            answering.sendto(b"answer", sender)


@contextmanager
def _process(token: str) -> Iterator[int]:
    """Run a process with the token in its environment and on its command line; yield its number."""
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()", token]
    with subprocess.Popen(command, env={_VARIABLE: token}, stdin=subprocess.PIPE) as running:  # noqa: S603 - our own interpreter
        try:
            yield running.pid
        finally:
            running.kill()


@contextmanager
def _segment(token: str) -> Iterator[int]:
    """Make System V shared memory with the token; yield its key."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    key = 1 + secrets.randbelow((1 << 31) - 2)
    number = libc.shmget(key, 4096, _CREATE)
    if number < 0:
        yield key
        return
    try:
        address = libc.shmat(number, None, 0)
        ctypes.memmove(address, token.encode(), len(token))
        libc.shmdt(ctypes.c_void_p(address))
        yield key
    finally:
        libc.shmctl(number, _REMOVE, None)


@contextmanager
def _queue(token: str) -> Iterator[str]:
    """Make a POSIX message queue, where the kernel has them; yield its name."""
    bait, name = Bait(token, numbers(platform.machine())), f"strongroom-{token}"
    word = ctypes.c_char_p(name.encode())
    with suppress(OSError):
        os.close(bait.call("mq_open", word, os.O_CREAT | os.O_RDWR, 0o600, None))
    try:
        yield name
    finally:
        with suppress(OSError):
            bait.call("mq_unlink", word)


@contextmanager
def _shared_file(token: str) -> Iterator[None]:
    path = Path("/dev/shm") / f"strongroom-{token}"  # noqa: S108 - where shared memory is
    with suppress(OSError):
        path.write_text(token, encoding="ascii")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _remove(directory: Path) -> None:
    """Remove a directory in which a probe may have closed others."""
    for folder, names, _ in os.walk(directory):
        for name in names:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(directory)
