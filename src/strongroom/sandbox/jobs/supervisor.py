"""The process that starts jobs: it has one thread, which namespaces need, and forks a child for each job.

A job's child makes the job's stage, waits until the caller has filled it, starts bubblewrap, and watches
time, memory and the job's streams. When the caller goes, or it is killed, nothing of the job remains: every
process dies with its parent, and the stage with its last process.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from strongroom.sandbox.jobs import caps, process, stage
from strongroom.sandbox.jobs.job import JobLimits
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    message_bytes: int = threshold(1 << 16, "bytes", "cost: of one message; commands and names are short")
    view_bytes: int = threshold(
        64 << 30, "bytes", "cost: the caller fills it; a view of 500,000 by 1,000 columns takes about 4 GiB"
    )
    inodes: int = threshold(
        20_000,
        "files",
        "cost: about 1 kB of the kernel's memory each; libraries keep a few hundred at a time",
    )
    private_bytes: int = threshold(128 << 20, "bytes", "cost: settings and caches below the home directory")


LIMITS = _Limits()

# What the caller fills, what the job fills, and what is read of it: its streams.
FILLED, STREAMS = ("code", "data", "inputs"), "streams"
OPENED = (*FILLED, "outputs", STREAMS)
"""The directories of which the caller gets descriptors, in this order."""


def serve(control: int) -> None:
    """Start a job for each socket that arrives on `control`, until its other end is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that have ended leave nothing to wait for
    caps.remove_abandoned()
    with socket.socket(fileno=control) as listening:
        while True:
            message, sockets, _, _ = socket.recv_fds(listening, LIMITS.message_bytes, 1)
            if not message:
                return
            if os.fork() == 0:
                listening.close()
                _begin(sockets[0], json.loads(message))
            os.close(sockets[0])


def _begin(descriptor: int, asked: Mapping[str, Any]) -> None:
    """Run one job in a forked child, and end the child whatever happens."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        process.die_with_parent()
        process.adopt_orphans()
        with socket.socket(fileno=descriptor) as caller:
            _run(caller, asked)
        status = 0
    except BaseException as error:  # noqa: BLE001 - a forked child must not go on with its parent's work
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        os._exit(status)


def _run(caller: socket.socket, asked: Mapping[str, Any]) -> None:
    limits = JobLimits(**asked["limits"])
    # Before the stage hides them.
    group, level = caps.make_group(limits)
    try:
        stage.enter(_file_systems(limits))
    except OSError as error:
        caller.send(json.dumps({"error": error.strerror}).encode())
        return
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    opened = [os.open(f"{stage.PLACE}/{name}", flags) for name in OPENED]
    socket.send_fds(caller, [json.dumps({"level": level}).encode()], opened)
    if not caller.recv(LIMITS.message_bytes):
        return
    for name in FILLED:
        stage.seal(name)
    try:
        ended = process.run(caller, asked, limits, group, streams=f"{stage.PLACE}/{STREAMS}")
    finally:
        process.end_all()
        if group is not None:
            group.remove()
    caller.send(json.dumps(ended).encode())
    # The outputs are there until the caller has collected them.
    with suppress(OSError):
        caller.recv(1)


def _file_systems(limits: JobLimits) -> dict[str, stage.FileSystem]:
    outputs = stage.FileSystem(limits.output_bytes, limits.output_files + 64)
    scratch = stage.FileSystem(limits.scratch_bytes, LIMITS.inodes, executable=True)
    private = stage.FileSystem(LIMITS.private_bytes, LIMITS.inodes, executable=True)
    return {
        **dict.fromkeys(FILLED, stage.FileSystem(LIMITS.view_bytes, LIMITS.inodes)),
        "outputs": outputs,
        STREAMS: stage.FileSystem(2 * limits.stream_bytes + (1 << 16), 8),
        "scratch": scratch,
        "home": private,
        "shared": stage.FileSystem(limits.scratch_bytes, LIMITS.inodes),
    }
