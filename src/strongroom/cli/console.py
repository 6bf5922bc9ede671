"""Output: results on stdout, everything else on stderr; with --json one JSON document on stdout."""

import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from strongroom.errors import UsageError
from strongroom.portal.settings import HOME
from strongroom.progress import Advance, Progress, silent

DEFAULT_HOME = HOME

HomeOption = Annotated[
    Path,
    typer.Option(
        "--home",
        show_default=False,
        help="The directory of the database, keys and vault [default: $STRONGROOM_HOME, else ~/.strongroom].",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")
]


def split_columns(text: str) -> list[str]:
    """Read `a,b,c`, or `@FILE` with one column per line."""
    if text.startswith("@"):
        path = Path(text[1:])
        if not path.is_file():
            raise UsageError(
                f"{path} is not a file.", hint="--columns @FILE takes a file with one column per line."
            )
        return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [column.strip() for column in text.split(",") if column.strip()]


def require_free(*targets: Path | None) -> None:
    """Refuse output files that exist, or whose directory does not, before any work."""
    for target in targets:
        if target is None:
            continue
        if target.exists():
            raise UsageError(f"{target} already exists.", hint="Choose another file name.")
        if not target.absolute().parent.is_dir():
            raise UsageError(
                f"{target.parent} is not a directory.", hint="Choose a file in an existing directory."
            )


def printable(text: str) -> str:
    """Replace control characters, so that a file name cannot send commands to the terminal."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


@dataclass(frozen=True)
class Console:
    """Prints a command's result as text or JSON."""

    as_json: bool = False

    def result(self, document: Any, lines: list[str]) -> None:
        """Print the document as JSON, or the lines as text.

        The JSON is ASCII, with control characters escaped.
        """
        if self.as_json:
            sys.stdout.write(json.dumps(document, indent=2) + "\n")
        else:
            sys.stdout.write("\n".join(printable(line) for line in lines) + "\n")

    def aside(self, lines: Iterable[str]) -> None:
        """Print progress messages; on stderr if stdout is reserved for JSON."""
        stream = sys.stderr if self.as_json else sys.stdout
        stream.writelines(f"{printable(line)}\n" for line in lines)
        stream.flush()

    def progress(self) -> Progress:
        """Return progress bars on stderr if it is a terminal, otherwise nothing."""
        return _bars if sys.stderr.isatty() else silent

    @staticmethod
    def complain(sentence: str) -> None:
        """Print an error message on stderr."""
        sys.stderr.write(f"strongroom: {printable(sentence)}\n")


def acting_person() -> str:
    """Return the acting person's name for the ledger."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        name = f"user {os.getuid()}"
    return f"{name} (command line)"


@contextmanager
def _bars(title: str, total: int | None = None) -> Iterator[Advance]:
    from rich.console import Console as Terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Terminal(stderr=True), transient=False) as bars:
        task = bars.add_task(title, total=total)
        yield lambda done: bars.advance(task, done)
