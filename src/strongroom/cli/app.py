"""One Typer application, and the one place where errors become exit codes and sentences."""

import json
import sys
from typing import Annotated

import typer

from strongroom import __version__
from strongroom.cli import check, cohort, decide, demo, dummy, ledger, project, query, redteam, trace, view
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
cohort.app.command("redteam", help=redteam.HELP)(redteam.redteam)
app.add_typer(cohort.app, name="cohort")
app.add_typer(project.app, name="project")
app.command("view", help=view.HELP)(view.view)
app.command("query", help=query.HELP)(query.query)
app.command("dummy", help=dummy.HELP)(dummy.dummy)
app.command("check", help=check.HELP)(check.check)
app.command("decide", help=decide.HELP)(decide.decide)
app.command("trace", help=trace.HELP)(trace.trace)
app.add_typer(ledger.app, name="ledger")
# How Typer ends a command at Ctrl-C, without a word.
_INTERRUPTED = 130


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - how Typer hands over an option
    if wanted:
        typer.echo(f"strongroom {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and exit."),
    ] = False,
) -> None:
    """Take the options of the program itself."""


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
    except SystemExit as ended:
        if ended.code != _INTERRUPTED:
            raise
        Console.complain("Interrupted: the step that was under way changed nothing.")
        sys.exit(StrongroomError.exit_code)
