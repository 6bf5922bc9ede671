"""`strongroom view`: a project's copy, for custodians."""

from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from strongroom.cli.console import (
    DEFAULT_HOME,
    Console,
    HomeOption,
    JsonOption,
    acting_person,
    require_free,
)

HELP = """Write a project's view as unencrypted Parquet files, for custodians; the ledger records it first.

The files carry the project's marks. If participants have withdrawn since the last view, a new one is issued.
--report writes what the marks changed in each column, as a page or as JSON, depending on the file name. Do
not give it to the project.
Example:

  strongroom view heart-risk --to heart-risk-view --report heart-risk-marks.html
"""


def view(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    to: Annotated[Path, typer.Option(help="A new or empty directory.")],
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to report the effect of the marks; .html or .json."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `view`."""
    from strongroom.portal.data.effects import effect_of_marks
    from strongroom.portal.data.views import write_project_view
    from strongroom.portal.home import open_home
    from strongroom.tracer.fingerprint.effect_page import effect_page

    console = Console(as_json=json)
    require_free(report)
    opened = open_home(home)
    written, files = write_project_view(
        opened, slug=slug, to=to, by=acting_person(), progress=console.progress()
    )
    effect = None if report is None else effect_of_marks(opened, written)
    if report is not None and effect is not None:
        page = dumps(effect.to_json(), indent=1) + "\n"
        if report.suffix.lower() != ".json":
            page = effect_page(effect, project=slug, number=written.number)
        report.write_text(page, encoding="utf-8")
    document = {
        "project": slug,
        "view": written.number,
        "participants": written.participants,
        "files": [str(file) for file in files],
        "commitment": written.commitment,
        "report": None if effect is None else effect.to_json(),
    }
    marked = "marked" if written.commitment else "not marked"
    sentence = f"View {written.number} of {slug}: {written.participants:,} participants, {marked}, written to"
    console.result(document, [sentence, *(f"  {file}" for file in files)])
