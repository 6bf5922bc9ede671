"""`strongroom decide`: what is under review leaves or stays, by a person's word."""

from pathlib import Path
from typing import Annotated

import typer

from strongroom.cli.check import report_lines
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.errors import UsageError
from strongroom.portal.home import open_home
from strongroom.portal.outputs.decisions import Approval, approve_request, refuse_request

HELP = """Decide a request whose verdict was review: name the files and where they go, or refuse it.

The files are checked again; what is blocked cannot be let out by anybody. The decision, its reason and who
made it are on the record before anything leaves. Examples:

  strongroom decide 12 figures/ --release-to released --reason "Drawn from 2,300 people, no marks a person"

  strongroom decide 12 --refuse --reason "Counts below five"
"""


def decide(
    request: Annotated[int, typer.Argument(help="The number in the report of the check.")],
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH...", help="The same files.")] = None,
    reason: Annotated[str, typer.Option(help="Why; it goes on the record.")] = "",
    release_to: Annotated[Path | None, typer.Option(help="Where released copies are written.")] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="It stays.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `decide`."""
    console = Console(as_json=json)
    if refuse == (release_to is not None):
        raise UsageError("Say what is decided.", hint="Give either --refuse or --release-to DIR.")
    opened = open_home(home)
    if release_to is None:
        refuse_request(opened, number=request, reason=reason, by=acting_person())
        document = {"request": request, "decision": "refuse", "reason": reason}
        console.result(document, [f"Request {request} was refused: {reason}"])
        return
    if not paths:
        raise UsageError("Name the files to release.", hint="Give them as they were checked.")
    _, report = approve_request(
        opened,
        number=request,
        approval=Approval(paths, release_to),
        reason=reason,
        by=acting_person(),
        progress=console.progress(),
    )
    document = {"request": request, "decision": "release", "reason": reason, **report.to_json()}
    lines = report_lines(document)
    console.result(document, [*lines, f"Released to {release_to} by decision: {reason}"])
