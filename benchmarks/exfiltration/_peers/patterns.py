"""Presidio's pattern recognisers on the text of a file, and ACRO, asked in the environment of their own.

Presidio runs without its language models, and reads the first 20,000 characters, for it is slow.
"""

from pathlib import Path
from typing import Any

from benchmarks import elsewhere

_CHARACTERS = 20_000


def fires(path: Path) -> bool:
    """Say whether a recogniser of Presidio is at least half sure of something in a file's text."""
    text = path.read_bytes()[: 4 * _CHARACTERS].decode("utf-8", "ignore")[:_CHARACTERS]
    return bool(ask({"patterns": text})["found"])


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Put one question to `elsewhere.py`, the program beside this file."""
    return elsewhere.ask(Path(__file__).with_name("elsewhere.py"), question)
