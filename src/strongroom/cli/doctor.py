"""`strongroom doctor`: whether this machine is fit for real data."""

from typing import Annotated, Any

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption

HELP = """Say whether this machine is fit for real data: exit 0 if it is, 1 if not, with the reason.

It checks what isolates jobs, queries and readers, and runs probes: small programs that try to get out of a
job. With --full also those that flood memory, files and processes, and leave deceptive outputs, for about a
minute. For each thing that is missing it says what to do. Nothing is changed. Example:

  strongroom doctor --full
"""
_NOT_FIT = 1  # fixed: as for every other error
_MARKS = {"ok": "ok", "warning": "warning", "fault": "FAULT"}


def doctor(
    full: Annotated[bool, typer.Option("--full", help="Run every probe, also those that flood.")] = False,
    verbose: Annotated[bool, typer.Option("--probes", help="List what every probe tried.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `doctor`."""
    from strongroom.portal.home import read_home
    from strongroom.sandbox.doctor import diagnose

    if (home / "keys").is_dir():
        read_home(home)  # a home that cannot be opened is not fit, whatever the machine is
    found = diagnose(home, full=full)
    Console(as_json=json).result(_document(found), list(_lines(found, verbose=verbose)))
    if not found.fit:
        raise typer.Exit(_NOT_FIT)


def _document(found: Any) -> dict[str, Any]:
    return {
        "fit": found.fit,
        "sentence": found.sentence,
        "full": found.full,
        "checks": [
            {"name": each.name, "state": each.state, "says": each.says, "do": each.do}
            for each in found.checks
        ],
        "probes": [
            {
                "name": each.name,
                "tries": each.probe.tries,
                "verdict": each.verdict,
                "reason": each.reason,
            }
            for each in found.findings
        ],
    }


def _lines(found: Any, *, verbose: bool) -> Any:
    for each in found.checks:
        yield f"{_MARKS[each.state]:<8} {each.name:<13} {each.says}"
        yield from (f"{'':<22} {line}" for line in each.do.splitlines())
    shown = [each for each in found.findings if verbose or each.verdict != "held"]
    if shown:
        yield ""
    for each in shown:
        yield f"{each.verdict:<11} {each.name:<36} {each.probe.tries} {_capital(each.reason)}."
    yield ""
    yield found.sentence
    if not found.full:
        yield "Run 'strongroom doctor --full' before real data come to this machine: it runs every probe."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
