"""`strongroom decide`: a person releases or refuses a request under review."""

from pathlib import Path
from typing import Annotated

import typer

from strongroom.cli.check import report_lines
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.errors import UsageError

HELP = """Decide a request whose verdict was review: release its files, or refuse it.

The files are checked again; blocked files cannot be released by anyone. The decision, its reason and who
made it are written to the ledger before anything leaves. Examples:

  strongroom decide 12 figures/ --release-to released --reason "Drawn from 2,300 people, no point is a person"

  strongroom decide 12 --refuse --reason "Counts below five"
"""


def decide(
    request: Annotated[int, typer.Argument(help="The number of the request, as `check` printed it.")],
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...", help="The files that were checked; not needed for the outputs of a job."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="The reason, written to the ledger.")] = "",
    release_to: Annotated[
        Path | None, typer.Option(help="The directory to write released copies to.")
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse the request.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `decide`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.decisions import Approval, approve_request, refuse_request

    console = Console(as_json=json)
    if refuse == (release_to is not None):
        raise UsageError("No decision was given.", hint="Give either --refuse or --release-to DIR.")
    opened = open_home(home)
    if release_to is None:
        refuse_request(opened, number=request, reason=reason, by=acting_person())
        document = {"request": request, "decision": "refuse", "reason": reason}
        console.result(document, [f"Refused request {request}: {reason}"])
        return
    _, report = approve_request(
        opened,
        number=request,
        approval=Approval(paths or (), release_to),
        reason=reason,
        by=acting_person(),
        progress=console.progress(),
    )
    document = {"request": request, "decision": "release", "reason": reason, **report.to_json()}
    lines = report_lines(document)
    console.result(document, [*lines, f"Released to {release_to}: {reason}"])


def at_once() -> None:
    """Start the readers: they load while this process loads what it works with."""
    from strongroom.checker.confined.running import prepare_meanwhile

    prepare_meanwhile()
