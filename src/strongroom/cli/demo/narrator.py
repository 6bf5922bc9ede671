"""Prints each step of the demo, and collects them for the table at the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.cli.console import Console


@dataclass
class Happening:
    """A row of the table at the end; `where` is the file or directory to look at."""

    what: str
    outcome: str = "failed"
    expected: bool = False
    seconds: float = 0.0
    where: str = ""

    def ended(self, outcome: str, *, expected: bool = True, where: Path | str = "") -> None:
        """Set the outcome, and whether it is the expected one."""
        self.outcome, self.expected, self.where = outcome, expected, str(where)


@dataclass
class Narrator:
    """Prints the steps on the console."""

    console: Console
    happenings: list[Happening] = field(default_factory=list)

    def chapter(self, title: str) -> None:
        """Start a chapter."""
        self.console.aside(["", title])

    def say(self, *lines: str) -> None:
        """Print details of the last step."""
        self.console.aside(f"    {line}" for line in lines)

    @contextmanager
    def happening(self, what: str) -> Iterator[Happening]:
        """Time one step and print its outcome."""
        happening = Happening(what)
        self.happenings.append(happening)
        began = time.perf_counter()
        yield happening
        happening.seconds = round(time.perf_counter() - began, 2)
        self.console.aside([f"  {what}: {happening.outcome} ({happening.seconds:.1f} s)"])

    def table(self, base: Path) -> list[str]:
        """Return the steps as aligned lines; file names are relative to `base`."""
        rows = [("", "seconds", "step", "outcome", "file")]
        rows += [
            (
                "ok" if each.expected else "UNEXPECTED",
                f"{each.seconds:.1f}",
                each.what,
                each.outcome,
                each.where.replace(f"{base}/", ""),
            )
            for each in self.happenings
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        return [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
