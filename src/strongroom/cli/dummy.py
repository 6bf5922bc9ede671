"""`strongroom dummy`: dummy tables in the structure of a view, to write code with."""

from pathlib import Path
from typing import Annotated

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.thresholds import Thresholds, threshold

HELP = """Write dummy tables in the structure of a project's view, to develop code with.

They are generated from the data dictionary alone, so you can copy them anywhere. Example:

  strongroom dummy heart-risk --to heart-risk-dummy
"""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    default_people: int = threshold(
        5_000, "people", "judgement: groups of 100 people, as analyses ask for, within a few seconds"
    )


LIMITS = _Limits()


def dummy(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    to: Annotated[Path, typer.Option(help="A new or empty directory.")],
    participants: Annotated[
        int, typer.Option(help="The number of invented participants.")
    ] = LIMITS.default_people,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `dummy`."""
    from strongroom.portal.data.dummies import write_dummies
    from strongroom.portal.home import open_home

    console = Console(as_json=json)
    files = write_dummies(open_home(home), slug=slug, to=to, by=acting_person(), people=participants)
    document = {"project": slug, "participants": participants, "files": [str(file) for file in files]}
    sentence = f"Dummy tables of {slug} with {participants:,} invented participants written to"
    console.result(document, [sentence, *(f"  {file}" for file in files)])
