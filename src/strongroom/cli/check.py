"""`strongroom check`: may these files leave?"""

from pathlib import Path
from typing import Annotated, Any

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.portal.home import open_home
from strongroom.portal.outputs.actions import airlock, check_outputs

HELP = """Judge files for participant-level data: release (exit 0), review (10) or block (20).

With --release-to, what passes is rebuilt from what was checked and written there. Example:

  strongroom check results/ --project heart-risk --release-to released
"""


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or directories.")],
    project: Annotated[str | None, typer.Option(help="The project that asks.")] = None,
    cohort: Annotated[str | None, typer.Option(help="Or, for a custodian, a whole cohort.")] = None,
    release_to: Annotated[Path | None, typer.Option(help="Where released copies are written.")] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `check`."""
    console = Console(as_json=json)
    opened = open_home(home)
    _, report = check_outputs(
        opened,
        paths,
        through=airlock(project=project, cohort=cohort),
        by=acting_person(),
        release_to=release_to,
        progress=console.progress(),
    )
    console.result(report.to_json(), report_lines(report.to_json()))
    raise typer.Exit(report.exit_code)


def report_lines(report: dict[str, Any]) -> list[str]:
    """Return a check's report as lines for a person."""
    lines = []
    for file in report["files"]:
        lines.append(f"{file['verdict'].upper():<8} {file['path']}  ({file['type']})")
        lines.extend(
            f"         {finding['severity']}: {finding['where']}: {finding['message']}"
            for finding in file["findings"]
        )
    confidence = f"confidence {report['confidence']:.2f}"
    lines.append(f"Verdict: {report['verdict']} ({confidence}, {report['seconds']:.1f} s)")
    return lines
