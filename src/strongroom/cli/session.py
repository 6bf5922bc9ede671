"""`strongroom session`: JupyterLab beside a project's view, in a browser."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.errors import RefusedError
from strongroom.pages.wording import size

if TYPE_CHECKING:
    from strongroom.portal.enclave.models import Session
    from strongroom.portal.home import Home

HELP = """Open JupyterLab beside a project's view, without a network and without downloads.

It prints a link for a browser on this machine and runs until it is ended or Ctrl-C is pressed. Every cell is
recorded before it runs. What the browser shows is metered: outputs that look like rows of data are withheld,
and a session that shows too much is put on hold. Results leave with 'strongroom run'. Example:

  strongroom session heart-risk
"""


def session(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    runtime: Annotated[str, typer.Option(help="The runtime, see 'strongroom runtime list'.")] = "analysis",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The local port; any free one by default.")] = 0,
    listing: Annotated[bool, typer.Option("--list", help="List the project's sessions instead.")] = False,
    end: Annotated[
        int | None, typer.Option(metavar="ID", help="End this session, or lift its hold, instead.")
    ] = None,
    code: Annotated[
        int | None, typer.Option(metavar="ID", help="Print what this session executed, instead.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `session`."""
    from strongroom.portal.enclave.sessions import code_of, end_session, sessions_of
    from strongroom.portal.home import open_home

    console, opened = Console(as_json=json), open_home(home)
    if listing:
        found = sessions_of(slug)
        lines = [_line(each) for each in found] or [f"{slug} has had no sessions."]
        console.result({"sessions": [_facts(each) for each in found]}, lines)
    elif code is not None:
        cells = code_of(slug, code)
        lines = [f"[{each.number}] {line}" for each in cells for line in each.code.splitlines()]
        document = [
            {"cell": each.number, "code": each.code, "at": each.executed_at.isoformat()} for each in cells
        ]
        console.result({"session": code, "cells": document}, lines or ["It has executed nothing."])
    elif end is not None:
        ended = end_session(opened, slug=slug, number=end, by=acting_person())
        console.result(_facts(ended), [f"Session {end} of {slug} ends."])
    else:
        _open(opened, slug, runtime, port, console)


def _open(home: "Home", slug: str, runtime: str, port: int, console: Console) -> None:
    from strongroom.portal.enclave.runtimes import find_runtime
    from strongroom.portal.enclave.sessions import open_session
    from strongroom.portal.outputs.session_judge import session_judge

    _require_extra()
    built = find_runtime(home, runtime)
    by = acting_person()
    with open_session(
        home, slug=slug, runtime=built, by=by, port=port, progress=console.progress()
    ) as running:
        number = running.session.pk
        console.result(
            {"session": number, "address": running.address},
            [f"Session {number} of {slug}. Open this link in a browser on this machine:", running.address],
        )
        sys.stdout.flush()  # it may be a pipe, and the session goes on for hours
        ended = running.serve(session_judge(home, slug))
    console.aside([_ended(ended)])


def _require_extra() -> None:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("starlette", "uvicorn", "httpx", "websockets")):
        raise RefusedError(
            "This installation cannot open sessions.", hint='Install "strongroom[enclave]" and try again.'
        )


def _ended(found: "Session") -> str:
    if found.state == found.State.HELD:
        return f"Session {found.pk} is on hold: {found.reason}. Another person must look at it."
    return f"Session {found.pk} has ended ({found.reason}): {found.cells} cells, {size(found.bytes)} shown."


def _line(found: "Session") -> str:
    return (
        f"{found.pk:>5}  {found.started_at:%Y-%m-%d %H:%M}  {found.state:<12} {found.started_by}  "
        f"{found.cells} cells, {size(found.bytes)} shown, {found.withheld} outputs withheld"
    )


def _facts(found: "Session") -> dict[str, Any]:
    return {
        "session": found.pk,
        "state": found.state,
        "reason": found.reason,
        "runtime": found.runtime,
        "isolation": found.isolation,
        "started_by": found.started_by,
        "started_at": found.started_at.isoformat(),
        "ended_at": None if found.ended_at is None else found.ended_at.isoformat(),
        "ended_by": found.ended_by,
        "cells": found.cells,
        "bytes": found.bytes,
        "rows": found.rows,
        "withheld": found.withheld,
    }
