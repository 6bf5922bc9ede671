"""`strongroom check`: may these files leave?"""

from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer

from strongroom.checker.confined.reader import prepare
from strongroom.checker.report import Report, Verdict
from strongroom.cli.console import (
    DEFAULT_HOME,
    Console,
    HomeOption,
    JsonOption,
    acting_person,
    require_free,
)
from strongroom.portal.home import open_home

HELP = """Judge files for participant-level data: release (exit 0), review (10) or block (20).

With --release-to, what passes is rebuilt from what was checked and written there. --html and --sarif write
the report for people and for other programs; --detailed adds what only a custodian may see. Example:

  strongroom check results/ --project heart-risk --release-to released --html report.html
"""

_GRAVITY = [verdict.value for verdict in (Verdict.BLOCK, Verdict.REVIEW, Verdict.RELEASE)]


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or directories.")],
    project: Annotated[str | None, typer.Option(help="The project that asks.")] = None,
    cohort: Annotated[str | None, typer.Option(help="Or, for a custodian, a whole cohort.")] = None,
    release_to: Annotated[Path | None, typer.Option(help="Where released copies are written.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as a page.")] = None,
    sarif: Annotated[Path | None, typer.Option(help="Write the report as SARIF 2.1.0.")] = None,
    detailed: Annotated[bool, typer.Option(help="Say more, for custodians only.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `check`."""
    console = Console(as_json=json)
    require_free(html, sarif)
    prepare()
    from strongroom.portal.outputs.actions import (  # noqa: PLC0415 - the readers start meanwhile
        airlock,
        check_outputs,
    )

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
    if report.verdict is Verdict.REVIEW:
        lines.append(f"A person can decide it: strongroom decide {request.pk} ...")
    console.result(document, lines)
    raise typer.Exit(report.exit_code)


def _write(report: Report, html: Path | None, sarif: Path | None, *, detailed: bool) -> None:
    from strongroom.checker.presentation import to_html, to_sarif  # noqa: PLC0415 - not every check wants them

    if html is not None:
        html.write_text(to_html(report, detailed=detailed), encoding="utf-8")
    if sarif is not None:
        document = to_sarif(report, detailed=detailed)
        sarif.write_text(dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")


def report_lines(report: dict[str, Any]) -> list[str]:
    """Return a check's report as lines for a person, what weighs most of a file first."""
    lines = []
    for file in report["files"]:
        gravest_first = sorted(file["findings"], key=lambda finding: _GRAVITY.index(finding["severity"]))
        lines.append(f"{file['verdict'].upper():<8} {file['path']}  ({file['type']})")
        lines.extend(
            f"         {finding['severity']}: {finding['where']}: {finding['message']}"
            for finding in gravest_first
        )
        lines.extend(
            f"         for the custodian: {finding['detail']}"
            for finding in gravest_first
            if finding.get("detail")
        )
    confidence = f"confidence {report['confidence']:.2f}"
    lines.append(f"Verdict: {report['verdict']} ({confidence}, {report['seconds']:.1f} s)")
    return lines
