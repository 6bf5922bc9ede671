"""One confined process that has the parsers loaded and forks a child a file; it parses nothing itself.

Starting Python and loading Arrow takes a third of a second, a fork a few milliseconds. A fork copies only the
thread that calls it, so this process must never have a second one. Its instructions come over a socket on
its standard input: a request with two descriptors (the file, and where the answer goes), or whom to stop.
When the socket closes, everything ends.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from strongroom.checker.confined.child import (
    Request,
    answer_request,
    refuse_request,
    request_from_json,
    take_limits,
)
from strongroom.errors import RefusedError
from strongroom.loading import leave_pandas
from strongroom.sandbox import landlock, seccomp
from strongroom.sandbox.confinement import readable
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from strongroom.checker.formats.registry import Registry


class _Limits(Thresholds):
    """The numbers this module decides by."""

    message_bytes: int = threshold(
        1 << 16, "bytes", "cost: a request holds a name, limits and an id query; a longer one cannot be sent"
    )


LIMITS = _Limits()


Work = Callable[[Request, int, BinaryIO, "Registry"], None]

_CONTROL, _FILE, _ANSWER = 0, 0, 3  # fixed: descriptors: standard input, and the first after standard error
_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE = 1, 4  # fixed: prctl(2)
# All that a large table needs, so that it need not wait for the other readers to load.
LOADED_FIRST = (
    "encodings.utf_8_sig",
    "pyarrow.csv",
    "pyarrow.compute",
    "strongroom.checker.contents.frames",
    "strongroom.checker.disguises.search_file",
    "strongroom.checker.formats.tables.scanned",
    "strongroom.checker.formats.tables.large_delimited",
)


def serve(work: Work = answer_request) -> None:
    """Serve requests until the socket on standard input closes; a child calls `work` for each."""
    leave_pandas()
    load(LOADED_FIRST)
    # Late, so that Arrow is loaded without pandas first.
    from strongroom.checker.formats.registry import BUILT_IN, with_plugins  # noqa: PLC0415 - see above

    try:
        formats = with_plugins()
    except RefusedError as refusal:
        formats, work = BUILT_IN, partial(refuse_request, str(refusal))

    # Without this a child could open its parent's memory under /proc: both run as the same user.
    _prctl(_SET_DUMPABLE, 0)
    with socket.socket(fileno=_CONTROL) as control:
        server = _Server(control, work, formats)
        control.send(
            json.dumps({"Landlock": landlock.version() > 0, "seccomp": server.seccomp_works()}).encode()
        )
        server.run()
    os._exit(0)  # nothing is open, and shutting the interpreter down delays waiting processes


def load(modules: tuple[str, ...]) -> None:
    """Import modules and keep them out of the garbage collector; missing ones are ignored here."""
    missing = [module for module in modules if module not in sys.modules]
    if not missing:
        return
    # What is imported stays: looking for garbage in it takes a tenth of the time.
    gc.disable()
    for module in missing:
        with suppress(ImportError):  # reported later, as a file that cannot be read
            importlib.import_module(module)
    gc.freeze()  # a collection in a child must not touch, and so copy, every page
    gc.enable()


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0)


class _Server:
    def __init__(self, control: socket.socket, work: Work, formats: "Registry") -> None:
        self._control = control
        self._work = work
        self._formats = formats
        self._children: dict[int, int] = {}  # request number -> process id
        self._watched: dict[int, int] = {}  # descriptor of a process -> request number
        self._complete = False  # whether all readers are loaded
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def seccomp_works(self) -> bool:
        """Return whether the kernel accepts our list of system calls; tested in a child: it is permanent."""
        process = os.fork()
        if process == 0:
            try:
                os._exit(0 if seccomp.confine() else 1)
            finally:
                os._exit(1)
        self._seccomp = os.waitpid(process, 0)[1] == 0
        return self._seccomp

    def run(self) -> None:
        while True:
            # Without requests it loads what the next may need; during a request, loading would slow it down.
            idle = not self._complete and not self._children
            ready = self._poll.poll(0 if idle else None)
            if idle and not ready:
                self._load_next()
            for descriptor, _ in ready:
                if descriptor != self._control.fileno():
                    self._bury(descriptor)
                elif not self._obey():
                    for number in list(self._children):
                        self._stop(number)
                    return

    def _load_next(self) -> None:
        if not self._complete:
            load(self._formats.modules())
        self._complete = True

    def _obey(self) -> bool:
        message, descriptors, _, _ = socket.recv_fds(self._control, LIMITS.message_bytes, 2)
        if not message:
            return False
        try:
            request = json.loads(message)
            if "stop" in request:
                self._stop(request["stop"])
            else:
                self._fork(request, *descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _fork(self, request: dict[str, object], file: int, answer: int) -> None:
        if request["mode"] != "judge large":
            self._load_next()
            # The lists are the formats' own: a file's name only picks from them.
            load(self._formats.preloaded(str(request["name"])))
        process = os.fork()
        if process == 0:
            try:
                self._be_child(request, file, answer)
                os._exit(0)
            finally:
                os._exit(1)
        watched = os.pidfd_open(process)
        number = int(str(request["number"]))
        self._children[number], self._watched[watched] = process, number
        self._poll.register(watched, select.POLLIN)

    def _be_child(self, request: dict[str, object], file: int, answer: int) -> None:
        _prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        file, answer = os.dup(file), os.dup(answer)  # away from their target descriptors
        os.dup2(file, _FILE)
        os.dup2(answer, _ANSWER)
        os.closerange(_ANSWER + 1, os.sysconf("SC_OPEN_MAX"))
        asked = request_from_json(request)
        take_limits(asked.limits, judging=asked.mode.startswith("judge"))
        landlock.restrict(readable())
        if self._seccomp:
            seccomp.confine()
        with os.fdopen(_ANSWER, "wb", buffering=1 << 16, closefd=False) as stream:
            self._work(asked, _FILE, stream, self._formats)

    def _stop(self, number: int) -> None:
        process = self._children.get(number)
        if process is not None:
            os.kill(process, signal.SIGKILL)  # still ours: it is not waited for before it is forgotten

    def _bury(self, watched: int) -> None:
        number = self._watched.pop(watched)
        os.waitpid(self._children.pop(number), 0)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        # All children's: a message that does not fit is made up for by the next.
        said = json.dumps({"processor_seconds": used.ru_utime + used.ru_stime}).encode()
        with suppress(OSError):
            self._control.send(said, socket.MSG_DONTWAIT)
        self._poll.unregister(watched)
        os.close(watched)
