"""`strongroom pause`: stop everything at once."""

from typing import Annotated

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person

HELP = """Pause the whole platform: nothing runs, is asked or leaves, until somebody resumes it.

Sessions that are open are told to end. Example:

  strongroom pause --reason "a file was offered for sale"
"""


def pause(
    reason: Annotated[str, typer.Option(help="Why; it goes into the ledger, and everybody sees it.")],
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `pause`."""
    from strongroom.portal.home import open_home
    from strongroom.portal.oversight.pausing import stop_everything

    told = stop_everything(open_home(home), reason=reason, by=acting_person())
    sentence = f"The platform is paused. Sessions told to end: {told}."
    Console(as_json=json).result({"paused": True, "reason": reason, "sessions": told}, [sentence])
