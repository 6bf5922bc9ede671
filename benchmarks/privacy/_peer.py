"""Asks ACRO and ONS's package in the environment that `make bench` installs them into."""

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

_PYTHON = Path(
    os.environ.get("STRONGROOM_BENCH_PYTHON", Path(__file__).parents[2] / ".venv-bench" / "bin" / "python")
)


def available() -> bool:
    """Say whether the environment is here."""
    return _PYTHON.exists()


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Put one question to the other process."""
    process = _process()
    if process.stdin is None or process.stdout is None:
        raise ValueError("the other process has no pipes")
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


@cache
def _process() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(_PYTHON), "-I", str(Path(__file__).with_name("_elsewhere.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=_folder().name,
    )


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """Make a folder that goes with this process: ACRO leaves files wherever it runs."""
    return tempfile.TemporaryDirectory(prefix="strongroom-peer-")
