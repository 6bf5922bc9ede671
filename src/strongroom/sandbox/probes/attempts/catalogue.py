"""All probes, and the program that runs them: `python -I -S probes.zip BAIT.json NAME...`."""

import json
import os
import select
import signal
import sys
import time

from strongroom.sandbox.probes.attempts import (
    descriptors,
    files,
    floods,
    kernel,
    namespaces,
    network,
    outputs,
    processes,
)
from strongroom.sandbox.probes.attempts.probe import (
    HELD,
    ITSELF,
    LEAK,
    PLANTED,
    UNKNOWN,
    Bait,
    CannotTell,
    Held,
    Probe,
    reason,
)

_FAMILIES = (network, files, processes, namespaces, kernel, descriptors, floods, outputs)
PROBES: dict[str, Probe] = {
    f"{each.family}/{each.name}": each for module in _FAMILIES for each in module.FAMILY.probes
}
"""Every probe by its family and name."""

_SECONDS = 30.0  # fixed: a probe takes at most a few seconds
_BAD_CALL = 31  # fixed: SIGSYS, asm/signal.h


def main(arguments: list[str]) -> None:
    """Run the probes that are named; print one line of JSON for each."""
    with open(arguments[0], encoding="ascii") as file:
        bait = Bait(**json.load(file))
    for name in arguments[1:]:
        verdict, why = verdict_of(PROBES[name], bait)
        sys.stdout.write(json.dumps({"probe": name, "verdict": verdict, "reason": why}) + "\n")
        sys.stdout.flush()


def verdict_of(probe: Probe, bait: Bait) -> tuple[str, str]:
    """Run a probe in a child of its own; return the verdict and its reason."""
    read, write = os.pipe()
    number = os.fork()
    if number == 0:
        os.close(read)
        said = [UNKNOWN, "the probe failed"]
        try:
            said = list(_attempted(probe, bait))
        finally:
            os.write(write, json.dumps(said).encode())
            os._exit(0)
    os.close(write)
    try:
        return _answer(read, number)
    finally:
        os.close(read)


def _answer(read: int, number: int) -> tuple[str, str]:
    ended = time.monotonic() + _SECONDS
    content = b""
    # Not until the pipe is closed: what a probe leaves behind may keep it open.
    while not content and select.select([read], [], [], max(ended - time.monotonic(), 0))[0]:
        content = os.read(read, 4096)
        if not content:
            break
    if not content and time.monotonic() >= ended:
        os.kill(number, signal.SIGKILL)
    _, status = os.waitpid(number, 0)
    if content:
        verdict, why = json.loads(content)
        return verdict, why
    ending = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if ending == _BAD_CALL:
        return HELD, "the kernel killed the process for the call"
    if ending == signal.SIGKILL and time.monotonic() < ended:
        return HELD, "the process was killed at a limit"
    return UNKNOWN, "the probe gave no answer"


def _attempted(probe: Probe, bait: Bait) -> tuple[str, str]:
    try:
        reached = probe.attempt(bait)
    except Held as error:
        return HELD, str(error)
    except CannotTell as error:
        return UNKNOWN, str(error)
    except MemoryError:
        return HELD, "no more memory"
    except OSError as error:
        return HELD, reason(error)
    return (LEAK if probe.judge == ITSELF else PLANTED), reached
