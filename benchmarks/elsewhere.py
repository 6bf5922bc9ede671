"""Asks a peer in the environment that `make bench` installs beside the house's: a question a line, both JSON.

The peers want other versions of the libraries than the house does.
"""

import atexit
import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

_PLACE = Path(__file__).parents[1] / ".venv-bench"
_NAMED = os.environ.get("STRONGROOM_BENCH_PYTHON")
_PYTHON = Path(_NAMED or _PLACE / "bin" / "python")


def available() -> bool:
    """Say whether the environment is here, and complete."""
    return _PYTHON.exists() and (_NAMED is not None or (_PLACE / ".ready").exists())


def ask(script: Path, question: dict[str, Any], *, python: Path | None = None) -> dict[str, Any]:
    """Put one question to the program `script`, which is started once and answers until this one ends.

    `python` is that of another environment than the benchmarks' own.
    """
    process = _process(script, python or _PYTHON)
    if process.stdin is None or process.stdout is None:
        raise ValueError("the other process has no pipes")
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the peer of {script.name} ended without an answer")
    answer: dict[str, Any] = json.loads(line)
    return answer


@cache
def _process(script: Path, python: Path) -> "subprocess.Popen[str]":
    # ACRO leaves files wherever it runs.
    folder = tempfile.TemporaryDirectory(prefix="strongroom-peer-")
    atexit.register(folder.cleanup)
    process = subprocess.Popen(
        [str(python), "-I", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder.name,
    )
    # It ends when its input does; left alone, its open pipes would be complained of as this program ends.
    atexit.register(process.communicate)
    return process
