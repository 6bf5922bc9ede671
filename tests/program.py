"""The real program, in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any

COMMAND = [sys.executable, "-c", "from strongroom.cli import main; main()"]


def start(home, *words, **environment) -> "subprocess.Popen[str]":
    """Start a command on a home."""
    return subprocess.Popen(
        [*COMMAND, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "STRONGROOM_HOME": str(home.path), **environment},
    )


def run(home, *words, **environment) -> tuple[int, str, str]:
    """Run a command to its end; returns exit code, stdout and stderr."""
    with start(home, *words, **environment) as process:
        out, err = process.communicate()
        return process.returncode, out, err


def document(home, *words, **environment) -> tuple[int, Any]:
    """Run a command with --json; returns exit code and the one document it printed."""
    code, out, err = run(home, *words, "--json", **environment)
    assert out, err
    return code, json.loads(out)


def add_cohort_words(source, name="ukb") -> list[str]:
    """Return the words that add a cohort from a source."""
    words = ["cohort", "add", name, "--participants", source.participants, "--dictionary", source.dictionary]
    words += ["--id", source.id_column, "--genotypes", source.genotypes]
    return [*map(str, words), *(f"--events={table}={file}" for table, file in source.events.items())]
