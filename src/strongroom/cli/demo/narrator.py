"""Says what happens while it happens, and remembers it for the table at the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.cli.console import Console


@dataclass
class Happening:
    """A line of the table at the end; `where` is the file or directory to look at."""

    what: str
    outcome: str = "failed"
    expected: bool = False
    seconds: float = 0.0
    where: str = ""

    def ended(self, outcome: str, *, expected: bool = True, where: Path | str = "") -> None:
        """Say how it ended, and whether that is what a custodian would want."""
        self.outcome, self.expected, self.where = outcome, expected, str(where)


@dataclass
class Narrator:
    """Tells people what happens, on the console."""

    console: Console
    happenings: list[Happening] = field(default_factory=list)

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self.console.aside(["", title])

    def say(self, *lines: str) -> None:
        """Tell more about the last happening."""
        self.console.aside(f"    {line}" for line in lines)

    @contextmanager
    def happening(self, what: str) -> Iterator[Happening]:
        """Time one act and report how it ended."""
        happening = Happening(what)
        self.happenings.append(happening)
        began = time.perf_counter()
        yield happening
        happening.seconds = round(time.perf_counter() - began, 2)
        self.console.aside([f"  {what}: {happening.outcome} ({happening.seconds:.1f} s)"])

    def table(self, base: Path) -> list[str]:
        """Return what happened as aligned lines; files are named relative to `base`."""
        rows = [("", "seconds", "what happened", "how it ended", "where to look")]
        rows += [
            (
                "ok" if each.expected else "NOT AS IT SHOULD BE",
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
