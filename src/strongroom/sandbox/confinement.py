"""Confinement of a process with bubblewrap, if installed."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache

from strongroom.loading import PACKAGE
from strongroom.thresholds import Thresholds, threshold

ENVIRONMENT = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
"""The environment variables of a confined process."""

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


def confined_command(arguments: Sequence[str]) -> list[str]:
    """Return the command that runs this interpreter with `arguments`, confined as far as the machine can.

    With bubblewrap, the process has its own namespaces, no network, no capabilities, and a file system with
    only the interpreter, its libraries and this package, all read-only.
    """
    return [*bubblewrap(), sys.executable, "-I", "-B", *arguments]


@cache
def bubblewrap() -> tuple[str, ...]:
    """Return the command prefix that confines a process; empty if bubblewrap cannot be used."""
    program = shutil.which("bwrap")
    if program is None:
        return ()
    command = (
        *(program, "--unshare-all", "--as-pid-1", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--tmpfs", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108 - the child's own
        *(word for folder in _visible() for word in ("--ro-bind-try", folder, folder)),
        *("--remount-ro", "/", "--chdir", "/"),
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


def _visible() -> list[str]:
    package = str(PACKAGE)
    return list(dict.fromkeys([*_SYSTEM, sys.base_prefix, sys.prefix, package]))
