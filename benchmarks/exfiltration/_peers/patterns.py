"""Presidio's pattern recognisers on the text of a file, and ACRO, asked in the environment of their own.

Presidio runs without its language models, and reads the first 20,000 characters, for it is slow. Where
`make bench` has not installed the two, `available` says so.
"""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

_CHARACTERS = 20_000
_PYTHON = Path(
    os.environ.get("STRONGROOM_BENCH_PYTHON", Path(__file__).parents[3] / ".venv-bench" / "bin" / "python")
)


def available() -> bool:
    """Say whether the environment with the two is here."""
    return _PYTHON.exists()


def fires(path: Path) -> bool:
    """Say whether a recogniser of Presidio is at least half sure of something in a file's text."""
    text = path.read_bytes()[: 4 * _CHARACTERS].decode("utf-8", "ignore")[:_CHARACTERS]
    return bool(ask({"patterns": text})["found"])


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
    script = Path(__file__).with_name("elsewhere.py")
    return subprocess.Popen(
        [str(_PYTHON), "-I", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
