"""Running jobs: from a program and a view to collected outputs.

The view is written by the caller, who has its keys, into memory that only the job's processes see; the caller
reaches it by a directory descriptor.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

from strongroom.errors import RefusedError
from strongroom.loading import PACKAGE
from strongroom.sandbox import bpf
from strongroom.sandbox.confinement import bubblewrap, end
from strongroom.sandbox.jobs import recipe
from strongroom.sandbox.jobs.collect import Collected, collect, write_files
from strongroom.sandbox.jobs.job import Cause, Job, JobResult, Usage
from strongroom.sandbox.jobs.supervisor import FILLED, OPENED
from strongroom.thresholds import Thresholds, threshold

Fill = Callable[[Path], None]
"""Writes a view's files to a directory, which is memory of the job's own."""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    answer_bytes: int = threshold(1 << 16, "bytes", "cost: of one message; a result is a few plain values")
    start_seconds: float = threshold(
        30.0, "seconds", "judgement: a stage takes milliseconds; a busy machine must not lose a job"
    )
    grace_seconds: float = threshold(
        30.0, "seconds", "judgement: ending every process takes milliseconds; later the supervisor is broken"
    )


LIMITS = _Limits()

_START = (
    "import sys; sys.path.insert(0, sys.argv[1])\n"
    "from strongroom.sandbox.jobs.supervisor import serve; serve(int(sys.argv[2]))"
)
LIBRARY = Path(__file__).with_name("library")
"""What every job can import: `strongroom_data`."""
OUTPUTS = "outputs"
"""Where collected files are, below the directory of a result; its streams are beside it."""


class Supervisor:
    """A running supervisor, which starts a job in milliseconds; use it as a context manager.

    Several threads may run jobs on one supervisor. Raises RefusedError on a machine that cannot isolate.
    """

    def __init__(self) -> None:
        program = bubblewrap()
        if not program or not bpf.known():
            raise RefusedError(
                "The job was not started: this machine cannot isolate it.",
                hint="Run 'strongroom doctor', which says what is missing.",
            )
        self.bubblewrap = program[0]
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                [sys.executable, "-I", "-S", "-B", "-c", _START, str(PACKAGE.parent), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={},
            )

    @property
    def pid(self) -> int:
        """The supervisor's process number."""
        return self._process.pid

    def ask(self, request: dict[str, Any]) -> socket.socket:
        """Ask for a job; return the socket over which it is run."""
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs, self._asking:
                socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno()])
        except OSError as error:
            mine.close()
            raise _broken() from error
        return mine

    def close(self) -> None:
        """End it; jobs that run are ended first."""
        self._control.close()
        end(self._process, LIMITS.grace_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def run(
    job: Job,
    *,
    view: Fill,
    outputs: Path,
    supervisor: Supervisor | None = None,
    stop: threading.Event | None = None,
) -> JobResult:
    """Run a job beside a view; the new directory `outputs` gets its streams, and what it wrote in outputs/.

    `view` is called once, with a directory to fill; the job sees it, read-only, as /data. Standard output and
    error become stdout.txt and stderr.txt, if there is anything. Where one output is refused, none is
    collected. Raises RefusedError on a machine that cannot isolate, and whatever `view` raises.
    """
    if supervisor is None:
        with Supervisor() as started:
            return run(job, view=view, outputs=outputs, supervisor=started, stop=stop)
    with prepared(job, view=view, supervisor=supervisor) as (caller, level, directories):
        ended = _ended(caller, stop)
        return _result(job, ended, level, directories, outputs)


@contextmanager
def prepared(
    job: Job, *, view: Fill, supervisor: Supervisor
) -> Iterator[tuple[socket.socket, str, dict[str, int]]]:
    """Yield a job that is ready: the socket over which it is started, what caps it, and its directories."""
    with closing(_asked(supervisor, job)) as caller:
        level, directories = _opened(caller)
        try:
            filled = {name: directories[name] for name in FILLED}
            write_files(filled["code"], job.files)
            write_files(filled["inputs"], job.inputs)
            _copy_fonts(job, directories["home"])
            view(Path(f"/proc/self/fd/{filled['data']}"))
            for name in FILLED:  # an open descriptor for writing would keep it from being sealed
                os.close(directories.pop(name))
            yield caller, level, directories
        finally:
            for each in directories.values():
                os.close(each)


def _copy_fonts(job: Job, home: int) -> None:
    """Give the job its runtime's list of fonts: matplotlib wants it where it may write."""
    fonts = job.runtime.fonts
    if fonts is not None and fonts.is_dir():
        os.mkdir(recipe.FIGURES, 0o700, dir_fd=home)
        figures = os.open(recipe.FIGURES, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=home)
        try:
            write_files(figures, {each.name: each.read_bytes() for each in fonts.glob("fontlist*.json")})
        finally:
            os.close(figures)


def _asked(supervisor: Supervisor, job: Job) -> socket.socket:
    python = str(job.runtime.python)
    programs = {"python": [python, "-B"]}
    first, *rest = job.command
    return supervisor.ask(
        {
            "bubblewrap": supervisor.bubblewrap,
            "command": [*programs.get(first, [first]), *rest],
            "readable": [str(each) for each in job.runtime.directories],
            "library": str(LIBRARY),
            "environment": recipe.environment(
                path=str(job.runtime.python.parent), seed=job.seed, processors=round(job.limits.cpus)
            ),
            "limits": asdict(job.limits),
        }
    )


def _opened(caller: socket.socket) -> tuple[str, dict[str, int]]:
    """Return the level of caps and the descriptors of the job's directories."""
    caller.settimeout(LIMITS.start_seconds)
    try:
        message, descriptors, _, _ = socket.recv_fds(caller, LIMITS.answer_bytes, len(OPENED))
    except OSError as error:
        raise _broken() from error
    if not message:
        raise _broken()
    said = json.loads(message)
    if "error" in said:
        raise RefusedError(
            f"The job was not started: {said['error']}.",
            hint="Run 'strongroom doctor', which says what to do.",
        )
    caller.settimeout(None)
    return said["level"], dict(zip(OPENED, descriptors, strict=True))


def _ended(caller: socket.socket, stop: threading.Event | None) -> dict[str, Any]:
    """Start the job, wait for its end, and return how it ended."""
    with suppress(BrokenPipeError):
        caller.send(b"go")
    if stop is not None:
        threading.Thread(target=_stop_when, args=(caller, stop), daemon=True).start()
    message = caller.recv(LIMITS.answer_bytes)
    if not message:
        raise _broken()
    return dict(json.loads(message))


def _stop_when(caller: socket.socket, stop: threading.Event) -> None:
    stop.wait()
    with suppress(OSError):
        caller.send(b"stop")


def _result(
    job: Job, ended: dict[str, Any], level: str, directories: dict[str, int], outputs: Path
) -> JobResult:
    cause = Cause(ended["cause"])
    outputs.mkdir(mode=0o700)
    if cause is Cause.NOT_STARTED:  # what is on the streams is bubblewrap's
        collected = Collected()
    else:
        collected = _collected(job, directories, outputs)
        if collected.refused and cause is Cause.FINISHED:
            cause = Cause.OUTPUTS_REFUSED
    return JobResult(
        cause=cause,
        status=ended["status"],
        usage=Usage(ended["seconds"], ended["cpu_seconds"], ended["memory"]),
        outputs=tuple(collected.outputs),
        refused=dict(collected.refused),
        cut=ended["cut"],
        isolation=f"bubblewrap, seccomp and {level}",
    )


def _collected(job: Job, directories: dict[str, int], outputs: Path) -> Collected:
    """Return what the job wrote to /outputs, all or none of it, and its streams unless they are empty."""
    into = outputs / OUTPUTS
    written = collect(directories["outputs"], into, job.limits, declared=job.outputs)
    if written.refused:
        shutil.rmtree(into)
        written.outputs.clear()
    streams = collect(directories["streams"], outputs / "streams", job.limits)
    for each in streams.outputs:
        if each.size:
            (outputs / "streams" / each.name).rename(outputs / each.name)
    shutil.rmtree(outputs / "streams")
    named = [replace(each, name=f"{OUTPUTS}/{each.name}") for each in written.outputs]
    said = [each for each in streams.outputs if each.size]
    return Collected([*named, *said], written.refused)


def _broken() -> RefusedError:
    return RefusedError("The job was stopped: its supervisor ended.", hint="Run it again.")
