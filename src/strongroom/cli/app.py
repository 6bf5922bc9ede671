"""One Typer application, and the one place where errors become exit codes and sentences."""

import json
import sys

import typer

from strongroom.cli import check, cohort, demo, ledger, project, trace, view
from strongroom.cli.console import Console
from strongroom.errors import StrongroomError

app = typer.Typer(
    name="strongroom",
    help="A trusted research environment: analysis comes to the data, and only checked results leave.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo", help=demo.HELP)(demo.demo)
app.add_typer(cohort.app, name="cohort")
app.add_typer(project.app, name="project")
app.command("view", help=view.HELP)(view.view)
app.command("check", help=check.HELP)(check.check)
app.command("trace", help=trace.HELP)(trace.trace)
app.add_typer(ledger.app, name="ledger")


def run() -> None:
    """Run the program; every expected error ends in one sentence on stderr and its exit code."""
    as_json = "--json" in sys.argv
    try:
        app()
    except StrongroomError as error:
        if as_json:
            sys.stdout.write(json.dumps({"error": error.message, "hint": error.hint}) + "\n")
        Console.complain(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        Console.complain("Interrupted: nothing was changed by the step that was under way.")
        sys.exit(1)
