"""Confinement of a process with bubblewrap; without it nothing starts, unless the policy allows that.

Inside, every file system is read-only: what one child leaves, the next could read.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache

from strongroom.errors import RefusedError
from strongroom.loading import PACKAGE
from strongroom.sandbox.kernel_files import process_options
from strongroom.thresholds import Thresholds, threshold

ENVIRONMENT = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
"""The environment variables of a confined process."""

REQUIRED, LIMITS_ONLY = "required", "limits_only"
"""What a policy can say about isolation: bubblewrap must be there, or other limits are enough."""

BUBBLEWRAP = "bubblewrap"
LIMITS_ALONE = "resource limits only"
"""How a process is confined where nothing else works."""

# Never from PATH: who sets it would choose the program that confines.
_PROGRAMS = ("/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap")
_SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache")


class _Limits(Thresholds):
    """The numbers this module decides by."""

    probe_seconds: int = threshold(
        20,
        "seconds",
        "cost: starting an interpreter takes well under a second; a slow machine must not lose its "
        "confinement",
    )


LIMITS = _Limits()


def confined_command(arguments: Sequence[str], *, isolation: str = REQUIRED) -> list[str]:
    """Return the command that runs this interpreter with `arguments`, confined.

    With bubblewrap, the process has its own namespaces, no network, no capabilities, and a file system with
    only the interpreter, its libraries and this package, all read-only. Raises RefusedError where bubblewrap
    cannot be used, unless `isolation` is "limits_only".
    """
    require_isolation(isolation)
    return [*bubblewrap(), sys.executable, "-I", "-B", *arguments]


def require_isolation(isolation: str = REQUIRED) -> None:
    """Raise RefusedError where bubblewrap cannot be used and `isolation` does not say "limits_only"."""
    if isolation != LIMITS_ONLY and not bubblewrap():
        raise RefusedError(
            "Nothing was read: bubblewrap, which isolates reading and queries, cannot be used here.",
            hint="Install it and allow user namespaces (docs/how-to/install.md), or accept weaker isolation "
            "with 'isolation: limits_only' in policy.yaml.",
        )


def installed() -> str:
    """Return the path of bubblewrap, whether or not it can be used; "" if there is none."""
    return next((each for each in _PROGRAMS if os.access(each, os.X_OK)), "")


@cache
def bubblewrap() -> tuple[str, ...]:
    """Return the command prefix that confines a process; empty if bubblewrap cannot be used."""
    program = installed()
    if not program:
        return ()
    command = (
        *(program, "--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--tmpfs", "/", *process_options(), "--dev", "/dev"),
        *(word for folder in readable() for word in ("--ro-bind-try", folder, folder)),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"),
    )
    try:
        probe = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [*command, sys.executable, "-I", "-S", "-c", ""],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMITS.probe_seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return command if probe.returncode == 0 else ()


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Wait until a process that was told to end has ended; after so many seconds, kill it."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def described(inner: Sequence[str]) -> str:
    """Return in words what confines a process: bubblewrap, if it can be used, and what is within it."""
    walls = [*([BUBBLEWRAP] if bubblewrap() else []), *inner]
    *most, last = walls or [LIMITS_ALONE]
    return f"{', '.join(most)} and {last}" if most else last


def warning(isolation: str) -> str:
    """Return a sentence where something was read without bubblewrap, which `isolation` describes; else ""."""
    weak = [each for each in isolation.split("; ") if each and BUBBLEWRAP not in each]
    return (
        f"Warning: isolation was weak ({weak[0]}, no bubblewrap), which policy.yaml allows." if weak else ""
    )


def readable() -> list[str]:
    """Return what a confined process may read: the interpreter, its libraries, this package."""
    package = str(PACKAGE)
    return list(dict.fromkeys([*_SYSTEM, sys.base_prefix, sys.prefix, package]))
