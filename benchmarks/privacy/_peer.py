"""Asks ACRO and ONS's package in the environment that `make bench` installs them into."""

from pathlib import Path
from typing import Any

from benchmarks import elsewhere


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Put one question to `_elsewhere.py`, the program beside this file."""
    return elsewhere.ask(Path(__file__).with_name("_elsewhere.py"), question)
