"""What a benchmark says of itself at its end, a line each, which a run of all of them repeats."""

import sys
from collections.abc import Iterable
from typing import TextIO

MISSED, LEFT_OUT = "missed: ", "left out: "


def exit_code(missed: Iterable[str], told: TextIO | None = None) -> int:
    """Print each target that was missed, and by what; returns the exit code, 1 where there is one.

    `told` is where to, for a program whose standard output is JSON.
    """
    lines = [f"{MISSED}{each}" for each in missed]
    if lines:
        print("", *lines, sep="\n", file=told or sys.stdout)
    return int(bool(lines))


def left_out(what: str) -> None:
    """Print what was not measured for want of something, and how to have it."""
    print(f"{LEFT_OUT}{what}", flush=True)
