"""The command: prepares a new directory, runs the demo, and prints a table of its steps."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from strongroom.cli.console import Console, JsonOption
from strongroom.errors import UsageError

HELP = """Show everything on a synthetic cohort: results released, an extract blocked, a leak traced.

All data are generated from a seed; no real person is in them. Example:

  strongroom demo --participants 100000 --home strongroom-demo
"""
_MARK = ".made-by-strongroom-demo"


def demo(
    participants: Annotated[
        int, typer.Option(min=2_000, max=1_000_000, help="The number of participants to generate.")
    ] = 100_000,
    seed: Annotated[int, typer.Option(help="The seed; the same seed gives the same demo.")] = 2026,
    home: Annotated[
        Path, typer.Option(help="A new directory, or that of an earlier demo, which is replaced.")
    ] = Path("strongroom-demo"),
    json: JsonOption = False,
) -> None:
    """Run `demo`."""
    from strongroom.cli.demo.story import Story

    console = Console(as_json=json)
    directory = _fresh_directory(home)
    story = Story(directory=directory, participants=participants, seed=seed, console=console)
    story.tell()
    site = f"The same as a site: strongroom serve --demo --home {home / 'home'}"
    console.result(story.to_json(), [*story.table(), "", site])
    if not story.ended_well:
        raise typer.Exit(1)


def _fresh_directory(path: Path) -> Path:
    path = path.absolute()
    if path.exists() and any(path.iterdir()):
        if not (path / _MARK).exists():
            raise UsageError(
                f"{path} is not empty and was not created by a demo.",
                hint="Choose another directory with --home.",
            )
        shutil.rmtree(path)
    path.mkdir(parents=True, exist_ok=True)
    (path / _MARK).write_text(
        "A synthetic cohort; you can delete this directory at any time.\n", encoding="utf-8"
    )
    return path
