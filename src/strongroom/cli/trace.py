"""`strongroom trace`: find the source of a leaked file."""

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

HELP = """Find the project whose copy a file came from, with a bound on the probability of a false accusation.

Column names, ids and the order of rows and columns are not needed. Example:

  strongroom trace found-for-sale.csv --report trace.html --evidence evidence.json
"""


def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The leaked file.")],
    cohort: Annotated[
        str | None, typer.Option(help="The cohort to compare with [default: all cohorts].")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write a report to print, for investigators.")
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.json",
            help="Write the evidence for independent verification; it reveals the keys of the accused.",
        ),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `trace`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.oversight.tracing import Papers, trace_file

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
    """Return the answer of a trace as lines of text."""
    from strongroom.tracer.wording import at_most

    found = f"{answer['participants']:,} participants and {len(answer['columns'])} columns recognised"
    lines = [f"Verdict: {answer['verdict']} ({found} in {answer['rows']:,} rows, {answer['seconds']:.1f} s)"]
    for suspect in answer["suspects"]:
        lines.append(f"Source: {suspect['institution']}, project {suspect['project']}")
        bound = at_most(suspect["log10_false_accusation"])
        lines.append(f"  probability of a false accusation: {bound}")
        lines += [f"  {sentence}" for sentence in (suspect["evidence"], *suspect["further"])]
    if answer["verdict"] == "inconclusive":
        lines.append("The source could not be determined.")
    lines += [each["evidence"] for each in answer["ids"]]
    lines += answer["decoys"]["said"]
    if answer["reason"]:
        lines.append(answer["reason"])
    lines += answer["remarks"]
    return lines
