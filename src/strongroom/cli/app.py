"""The Typer application, and the only place where errors become exit codes and messages."""

import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Annotated, Any

import typer

from strongroom import __version__
from strongroom.cli.commands import Commands
from strongroom.cli.console import Console
from strongroom.cli.trouble import INTERRUPTED, INTERRUPTION, explained, use_safe_streams
from strongroom.errors import StrongroomError

# The parser's error for a command that was called wrongly; it is exported through this subclass only.
_Misuse: Any = typer.BadParameter.__base__
_COMMANDS = (
    "demo",
    "view",
    "run",
    "session",
    "query",
    "dummy",
    "check",
    "explain",
    "decide",
    "trace",
    "doctor",
    "serve",
    "pause",
    "resume",
)
_GROUPS = ("cohort", "project", "runtime", "ledger", "vault")


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


def run() -> None:
    """Run the program; an error prints one sentence on stderr and sets the exit code."""
    use_safe_streams()
    as_json = "--json" in sys.argv
    try:
        code = application("".join(sys.argv[1:2]))(standalone_mode=False)
        sys.stdout.flush()
    except _Misuse as error:
        # Shown as the parser does, with the command's usage.
        if as_json:
            _print_json(error.format_message(), "Run the command with --help.")
        error.show()
        code = error.exit_code
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has ended, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(StrongroomError.exit_code)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        code = _fail(explained(error), as_json=as_json)
    if code == INTERRUPTED:
        sys.stderr.write(INTERRUPTION)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(error: StrongroomError, *, as_json: bool) -> int:
    # If stdout is the full disk, the sentence is still printed on stderr.
    Console.complain(str(error))
    with suppress(OSError):
        if as_json:
            _print_json(error.message, error.hint)
            sys.stdout.flush()
        return error.exit_code
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return error.exit_code


def _print_json(message: str, hint: str) -> None:
    sys.stdout.write(json.dumps({"error": message, "hint": hint}) + "\n")
