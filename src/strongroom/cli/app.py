"""The Typer application, and the only place where errors become exit codes and messages."""

import json
import sys
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from strongroom import __version__
from strongroom.cli.commands import Commands
from strongroom.cli.console import Console
from strongroom.errors import StrongroomError

_COMMANDS = ("demo", "view", "query", "dummy", "check", "explain", "decide", "trace")
_GROUPS = ("cohort", "project", "ledger", "vault")
# Typer's exit code after Ctrl-C.
_INTERRUPTED = 130  # fixed: 128 + SIGINT


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - how Typer hands over an option
    if wanted:
        typer.echo(f"strongroom {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and exit."),
    ] = False,
) -> None:
    """Accept the options of the program itself."""


def application(verb: str = "") -> typer.Typer:
    """Return the program with all commands, or with `verb` alone if it is one of them.

    Even without the packages they work with, importing the modules of all commands takes time.
    """
    app = Commands(
        name="strongroom",
        help="A trusted research environment: data stay inside, and only checked results leave.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    verbs = (*_COMMANDS, *_GROUPS)
    for name in (verb,) if verb in verbs else verbs:
        module = import_module(f"strongroom.cli.{name}")
        if name in _GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name, help=module.HELP)(getattr(module, name))
    return app


def _fail(error: StrongroomError, *, as_json: bool) -> NoReturn:
    if as_json:
        sys.stdout.write(json.dumps({"error": error.message, "hint": error.hint}) + "\n")
    Console.complain(str(error))
    sys.exit(error.exit_code)


def run() -> None:
    """Run the program; an expected error prints its message on stderr and sets the exit code."""
    as_json = "--json" in sys.argv
    try:
        application("".join(sys.argv[1:2]))()
    except StrongroomError as error:
        _fail(error, as_json=as_json)
    except OSError as error:
        # For example a full disk or missing permission: the operating system's message says which.
        where = f"{error.filename}: " if error.filename else ""
        _fail(StrongroomError(f"{where}{error.strerror or error}."), as_json=as_json)
    except SystemExit as ended:
        if ended.code != _INTERRUPTED:
            raise
        Console.complain("Interrupted; the unfinished step changed nothing.")
        sys.exit(StrongroomError.exit_code)
