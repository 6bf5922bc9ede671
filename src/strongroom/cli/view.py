"""`strongroom view`: a project's copy, for custodians."""

from pathlib import Path
from typing import Annotated

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.portal.data.views import write_project_view
from strongroom.portal.home import open_home

HELP = """Write a project's view as plain Parquet files, for custodians; the act is recorded first.

A new view is issued if people have withdrawn since the last one. Example:

  strongroom view heart-risk --to heart-risk-view
"""


def view(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    to: Annotated[Path, typer.Option(help="A new or empty directory.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `view`."""
    console = Console(as_json=json)
    written, files = write_project_view(
        open_home(home), slug=slug, to=to, by=acting_person(), progress=console.progress()
    )
    document = {
        "project": slug,
        "view": written.number,
        "participants": written.participants,
        "files": [str(file) for file in files],
    }
    sentence = f"View {written.number} of {slug}: {written.participants:,} participants, written to"
    console.result(document, [sentence, *(f"  {file}" for file in files)])
