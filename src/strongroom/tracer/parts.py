"""The parts of a trace: one that fails is stated in the answer and never stops the others."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


@dataclass
class Parts:
    """Runs the parts of a trace, and keeps a sentence for each that failed."""

    failed: list[str] = field(default_factory=list)

    def run(self, name: str, part: Callable[[], Result]) -> Result | None:
        """Return what a part returns, or None if it raises any error.

        The sentence names the error's type and line, and never its text, which may contain values.
        """
        try:
            return part()
        except Exception as error:  # noqa: BLE001 - a leaked file is hostile input: a trace always answers
            self.failed.append(f"{name} failed and is missing from this answer ({_where(error)}).")
            return None


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
