"""`strongroom check`: may these files leave?"""

from collections.abc import Iterator
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strongroom.checker.finding import Verdict
from strongroom.cli.console import (
    DEFAULT_HOME,
    Console,
    HomeOption,
    JsonOption,
    acting_person,
    require_free,
)
from strongroom.pages.wording import percent
from strongroom.sandbox.confinement import warning

if TYPE_CHECKING:
    from strongroom.checker.report import Report

HELP = """Judge files for participant-level data: release (exit 0), review (10) or block (20).

With --release-to, files that pass are rebuilt from their checked content and written there. --html and
--sarif write the report for people and for other programs; --detailed adds what only a custodian may see.
`strongroom explain RULE` says more about a finding. Example:

  strongroom check results/ --project heart-risk --release-to released --html report.html
"""


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or directories.")],
    project: Annotated[str | None, typer.Option(help="The project that submits the files.")] = None,
    cohort: Annotated[
        str | None, typer.Option(help="Instead of a project, for custodians: a cohort.")
    ] = None,
    release_to: Annotated[
        Path | None, typer.Option(help="The directory to write released copies to.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as an HTML page.")] = None,
    sarif: Annotated[Path | None, typer.Option(help="Write the report as SARIF 2.1.0.")] = None,
    detailed: Annotated[bool, typer.Option(help="Add the details that only custodians may see.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `check`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.actions import airlock, check_outputs

    console = Console(as_json=json)
    require_free(html, sarif)
    opened = open_home(home)
    request, report = check_outputs(
        opened,
        paths,
        through=airlock(project=project, cohort=cohort),
        by=acting_person(),
        release_to=release_to,
        progress=console.progress(),
    )
    _write(report, html, sarif, detailed=detailed)
    document = report.to_json(detailed=detailed) | {"request": request.pk}
    lines = report_lines(document)
    if report.verdict is not Verdict.RELEASE:
        lines.append("What a rule means: strongroom explain RULE, with the name in [brackets].")
    if report.verdict is Verdict.REVIEW:
        lines.append(f"To decide after manual review: strongroom decide {request.pk} ...")
    console.result(document, lines)
    raise typer.Exit(report.exit_code)


def at_once() -> None:
    """Start the readers: they load while this process loads what it works with."""
    from strongroom.checker.confined.running import prepare_meanwhile

    prepare_meanwhile()


def _write(report: "Report", html: Path | None, sarif: Path | None, *, detailed: bool) -> None:
    if html is not None:
        from strongroom.checker.presentation import to_html

        html.write_text(to_html(report, detailed=detailed), encoding="utf-8")
    if sarif is not None:
        from strongroom.checker.presentation import to_sarif

        document = to_sarif(report, detailed=detailed)
        sarif.write_text(dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")


def report_lines(report: dict[str, Any]) -> list[str]:
    """Return a check's report as lines for a person: of each file the strictest finding first."""
    lines = []
    for file in report["files"]:
        strictest_first = sorted(
            file["findings"], key=lambda finding: -Verdict(finding["severity"]).strictness
        )
        lines.append(f"{file['verdict'].upper():<8} {file['path']}  ({file['type']})")
        for finding in strictest_first:
            lines.extend(f"         {line}" for line in _finding_lines(finding))
        lines.extend(f"         copy: {change}" for change in file["changes"])
        if file["verdict"] == Verdict.RELEASE.value:
            lines.extend(f"         {line}" for line in file["examined"])
    lines.append(f"Verdict: {report['verdict']} ({_risk(report)}; {report['seconds']:.1f} s)")
    return [*lines, *filter(None, (warning(report["isolation"]),)), *report["warnings"]]


def _risk(report: dict[str, Any]) -> str:
    """Return how probable a leak is, under which prior, and how many people it would expose."""
    probability, prior = (percent(report[name]) for name in ("leak_probability", "prior"))
    leak = f"probability of a leak {probability}, if {prior} of files have one"
    people = report["people"]
    if people is None:
        return leak
    return f"{leak}; people exposed: {people['expected']:,.0f}, {people['low']:,} to {people['high']:,}"


def _finding_lines(finding: dict[str, Any]) -> Iterator[str]:
    """Yield what was found and where, what to do, the further evidence of the same leak, and the detail."""
    yield f"{finding['severity']}: {finding['where']}: {finding['message']} [{finding['rule']}]"
    if finding["advice"]:
        yield f"    {finding['advice']}"
    for each in finding["further"]:
        yield f"    also: {each['where']}: {each['message']} [{each['rule']}]"
    for each in (finding, *finding["further"]):
        if each.get("detail"):
            yield f"    for the custodian: {each['detail']}"
