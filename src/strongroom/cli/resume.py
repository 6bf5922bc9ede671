"""`strongroom resume`: let everything go on."""

from typing import Annotated

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person

HELP = """Let a paused platform run again.

On the site another custodian than the one who paused must do it; here the ledger says who did. Example:

  strongroom resume --reason "the file was not ours"
"""


def resume(
    reason: Annotated[str, typer.Option(help="Why; it goes into the ledger.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `resume`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.platform.actions import resume_platform

    resume_platform(open_home(home), reason=reason, by=acting_person())
    Console(as_json=json).result({"paused": False, "reason": reason}, ["The platform runs again."])
