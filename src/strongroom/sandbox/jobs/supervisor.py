"""The process that starts jobs: it has one thread, which namespaces need, and forks a child for each job.

A child makes its job's stage beforehand, waits until the caller has filled it, starts bubblewrap, and watches
time, memory and the job's streams. When the caller goes, or it is killed, nothing of the job remains: every
process dies with its parent, and the stage with its last process.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any

from strongroom.sandbox.jobs import caps, process, recipe, stage
from strongroom.sandbox.jobs.job import JobLimits
from strongroom.sandbox.jobs.streams import Streams
from strongroom.sandbox.jobs.system_calls import job_filter
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
    socket_bytes: int = threshold(1 << 16, "bytes", "cost: a socket takes none; files do not belong there")
    socket_inodes: int = threshold(16, "files", "cost: a session has one socket")
    private_bytes: int = threshold(128 << 20, "bytes", "cost: settings and caches below the home directory")


LIMITS = _Limits()

# What the caller fills, what the job fills, and what is read of it: its streams.
FILLED, STREAMS = ("code", "data", "inputs"), "streams"
OPENED = (*FILLED, "outputs", STREAMS, "sockets", "home")
"""The directories of which the caller gets descriptors, in this order."""


def serve(control: int) -> None:
    """Start a job for each socket that arrives on `control`, until its other end is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children that have ended leave nothing to wait for
    caps.remove_abandoned()
    with socket.socket(fileno=control) as listening:
        filters = {capped: job_filter(capped=capped) for capped in (True, False)}
        while True:
            spare = _fork(listening, filters)
            message, sockets, _, _ = socket.recv_fds(listening, LIMITS.message_bytes, 1)
            if not message:
                return
            with suppress(OSError):  # a child that could not make its stage says so to the caller by ending
                socket.send_fds(spare, [message], sockets)
            os.close(sockets[0])
            spare.close()


def _fork(listening: socket.socket, filters: Mapping[bool, bytes]) -> socket.socket:
    """Fork a child that makes a stage and waits for its job; return the socket on which it waits."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    this = os.pidfd_open(os.getpid())
    if os.fork() == 0:
        listening.close()
        ours.close()
        _begin(theirs, filters, this)
    os.close(this)
    theirs.close()
    return ours


def _begin(waiting: socket.socket, filters: Mapping[bool, bytes], parent: int) -> None:
    """Prepare for one job in a forked child, run it, and end the child whatever happens.

    `filters` are those of system calls with and without a control group; `parent` is a process descriptor.
    """
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        process.die_with_parent(parent)
        process.adopt_orphans()
        group = caps.make_group()  # before the stage hides the groups
        try:
            _serve_one(waiting, group, filters[group is not None])
        finally:
            process.end_all()
            if group is not None:
                group.remove()
        status = 0
    except BaseException as error:  # noqa: BLE001 - a forked child must not go on with its parent's work
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        os._exit(status)


def _serve_one(waiting: socket.socket, group: caps.Group | None, filtered: bytes) -> None:
    """Make the stage, wait for a job, and run it."""
    refused = ""
    try:
        stage.enter(_file_systems(JobLimits()))
    except OSError as error:
        refused = error.strerror or "no namespaces"
    with ExitStack() as open_streams:
        if not refused:
            recipe.fill_etc()
            stage.seal("etc")
            pipes = open_streams.enter_context(Streams(f"{stage.PLACE}/{STREAMS}"))
            launcher = process.Launcher(group, pipes, filtered)
        message, sockets, _, _ = socket.recv_fds(waiting, LIMITS.message_bytes, 1)
        if not message:
            process.end_all([] if refused else [launcher.number])
            return
        with socket.socket(fileno=sockets[0]) as caller:
            if refused:
                caller.send(json.dumps({"error": refused}).encode())
            else:
                _run(caller, json.loads(message), launcher)


def _run(caller: socket.socket, asked: Mapping[str, Any], launcher: process.Launcher) -> None:
    limits = JobLimits(**asked["limits"])
    if limits != JobLimits():
        stage.resize(_of_the_job(limits))
        if launcher.group is not None:
            launcher.group.limit(limits)
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    opened = [os.open(f"{stage.PLACE}/{name}", flags) for name in OPENED]
    level = caps.WATCHDOG if launcher.group is None else launcher.group.level
    socket.send_fds(caller, [json.dumps({"level": level}).encode()], opened)
    for each in opened:
        os.close(each)
    if not caller.recv(LIMITS.message_bytes):
        process.end_all([launcher.number])
        return
    for name in FILLED:
        stage.seal(name)
    try:
        ended = launcher.run(caller, asked, limits)
    finally:
        process.end_all([launcher.number])
    caller.send(json.dumps(ended).encode())
    # The outputs are there until the caller has collected them.
    with suppress(OSError):
        caller.recv(1)


def _file_systems(limits: JobLimits) -> dict[str, stage.FileSystem]:
    filled = stage.FileSystem(LIMITS.view_bytes, LIMITS.inodes)
    private = stage.FileSystem(LIMITS.private_bytes, LIMITS.inodes, executable=True)
    etc = stage.FileSystem(LIMITS.private_bytes, LIMITS.inodes)
    return {**dict.fromkeys(FILLED, filled), "etc": etc, "home": private, **_of_the_job(limits)}


def _of_the_job(limits: JobLimits) -> dict[str, stage.FileSystem]:
    """Return the file systems whose size the job's limits say."""
    return {
        "outputs": stage.FileSystem(limits.output_bytes, limits.output_files + 64),
        STREAMS: stage.FileSystem(2 * limits.stream_bytes + (1 << 16), 8),
        "scratch": stage.FileSystem(limits.scratch_bytes, LIMITS.inodes, executable=True),
        "shared": stage.FileSystem(limits.scratch_bytes, LIMITS.inodes),
        "sockets": stage.FileSystem(LIMITS.socket_bytes, LIMITS.socket_inodes),
    }
