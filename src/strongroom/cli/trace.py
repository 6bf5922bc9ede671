"""`strongroom trace`: whose copy is this file?"""

from pathlib import Path
from typing import Annotated, Any

import typer

from strongroom.cli.console import (
    DEFAULT_HOME,
    Console,
    HomeOption,
    JsonOption,
    acting_person,
    require_free,
)
from strongroom.portal.home import open_home
from strongroom.portal.oversight.tracing import Papers, trace_file

HELP = """Say which project's view a file came from, and how likely that answer is to accuse falsely.

Names, ids and the order of rows and columns are not needed. Example:

  strongroom trace found-for-sale.csv --report trace.html --evidence evidence.json
"""


def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that surfaced.")],
    cohort: Annotated[str | None, typer.Option(help="The cohort to compare with [default: all].")] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write a page to print, for investigators.")
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Write what a third party needs to verify an accusation; it reveals the accused's keys.",
        ),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `trace`."""
    console = Console(as_json=json)
    require_free(report, evidence)
    answer = trace_file(
        open_home(home),
        file,
        by=acting_person(),
        cohort=cohort,
        papers=Papers(report=report, evidence=evidence),
        progress=console.progress(),
    ).to_json()
    console.result(answer, attribution_lines(answer))


def attribution_lines(answer: dict[str, Any]) -> list[str]:
    """Return a trace's answer as lines for a person."""
    found = f"{answer['participants']:,} participants and {len(answer['columns'])} columns recognised"
    lines = [f"Verdict: {answer['verdict']} ({found} in {answer['rows']:,} rows, {answer['seconds']:.1f} s)"]
    for suspect in answer["suspects"]:
        lines.append(f"Source: {suspect['institution']}, project {suspect['project']}")
        lines.append(f"  chance of a false accusation: 10^{suspect['log10_false_accusation']:.1f}")
        lines += [f"  {said}" for said in (suspect["evidence"], *suspect["further"])]
    lines += [each["evidence"] for each in answer["ids"]]
    lines += answer["decoys"]["said"]
    if answer["reason"]:
        lines.append(answer["reason"])
    lines += answer["remarks"]
    return lines
