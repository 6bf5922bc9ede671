"""`strongroom trace`: find the source of a leaked file."""

from dataclasses import asdict
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
from strongroom.errors import UsageError

HELP = """Find the project whose copy a file came from, with a bound on the probability of a false accusation.

Column names, ids and the order of rows and columns are not needed. What was read is entered in the ledger
before any project's key is used. Every trace counts into the bound of the next, and more than a few a day
need a second person. Example:

  strongroom trace found-for-sale.csv --report trace.html --evidence case
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
            metavar="DIR",
            help="Write the evidence and the program that verifies it to a new folder, or to a .json file. "
            "It has values of the participants whose rows it opens, and no key.",
        ),
    ] = None,
    files: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="How many variants of the file are known to exist."),
    ] = 1,
    approve: Annotated[
        bool,
        typer.Option("--approve", help="Allow another person to trace this file; do not trace it now."),
    ] = False,
    recognise_only: Annotated[
        Path | None,
        typer.Option(
            metavar="ROWS.csv",
            help="Repeat the recognition without any project's key: write which row is whose, and compare "
            "with the ledger.",
        ),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `trace`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.oversight.trace_register import approve_trace
    from strongroom.portal.oversight.tracing import Papers, trace_file

    console = Console(as_json=json)
    if approve:
        sha256 = approve_trace(open_home(home), file, by=acting_person())
        console.result({"sha256": sha256}, [f"Another person may trace this file: SHA-256 {sha256}."])
        return
    if recognise_only is not None:
        _recognise(console, home, file, cohort, recognise_only)
        return
    require_free(report, evidence)
    answer = trace_file(
        open_home(home),
        file,
        by=acting_person(),
        cohort=cohort,
        papers=Papers(report=report, evidence=evidence),
        files=files,
        progress=console.progress(),
    ).to_json()
    console.result(answer, attribution_lines(answer))


def _recognise(console: Console, home: Path, file: Path, cohort: str | None, to: Path) -> None:
    from strongroom.portal.home import open_home
    from strongroom.portal.oversight.recognition import recognise_again

    if cohort is None:
        raise UsageError("--recognise-only needs a cohort.", hint="Name it with --cohort.")
    found = recognise_again(
        open_home(home), file, cohort=cohort, to=to, by=acting_person(), progress=console.progress()
    )
    said = [f"{found.rows:,} rows are participants'; they are in {to}."]
    said += [f"Entry {each} of the ledger has the same reading sheets." for each in found.same]
    said += [f"Entry {each} of the ledger has OTHER reading sheets." for each in found.different]
    if not found.same and not found.different:
        said.append("The ledger has no entry on the reading of this file.")
    console.result({**asdict(found), "same": list(found.same), "different": list(found.different)}, said)


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
    lines += _case_lines(answer["case"])
    lines += answer["remarks"]
    return lines


def _case_lines(case: dict[str, Any] | None) -> list[str]:
    if case is None:
        return []
    lines = [f"Ledger: what was read is entry {case['entry']}; trace {case['traces']:,} of this system."]
    if case["opened"]:
        lines.append(
            f"Evidence: {case['opened']:,} cells are opened; a holder of the copy learns about "
            f"{case['exposed']:,} of its marks from it."
        )
    if case["remark"]:
        lines.append(f"Evidence: {case['remark']}")
    return lines


def at_once() -> None:
    """Start the readers: they load while this process loads what it works with."""
    from strongroom.checker.confined.running import prepare_meanwhile

    prepare_meanwhile()
