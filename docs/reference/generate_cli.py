# ruff: noqa: INP001 - a script that stands beside the page it writes, not a package
"""Write docs/reference/cli.md from the commands' own --help, so that the page cannot say anything else.

Run it plain to write the page; with --check it exits 1 if the page is not what it would write.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
import typer.core
import typer.main

from strongroom.portal.home import set_up_django

PAGE = Path(__file__).with_name("cli.md")
WIDTH = 100
_INTRODUCTION = """# Command line

Generated from `--help` by `docs/reference/generate_cli.py`; do not edit. Exit codes are on the
[errors](errors.md) page. With `--json` one JSON document is all that stdout carries.
"""


def reference() -> str:
    """Return the page: every command in the order of the program, each with its help at 100 columns."""
    set_up_django()
    from strongroom.cli.app import application  # noqa: PLC0415 - the models behind the verbs need Django set up first

    program = _context(typer.main.get_command(application()), "strongroom", None)
    return "\n".join([_INTRODUCTION, *(_section(context) for context in _walk(program))])


def main(arguments: list[str]) -> int:
    """Write the page or, with --check, compare it; returns the exit code."""
    wanted = reference()
    if "--check" not in arguments:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write("docs/reference/cli.md is not what --help says: run 'make docs' and commit the page.\n")
    return 1


def _walk(context: typer.Context) -> Iterator[typer.Context]:
    yield context
    if isinstance(context.command, typer.core.TyperGroup):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None and not command.hidden:
                yield from _walk(_context(command, name, context))


def _context(command: Any, name: str, parent: typer.Context | None) -> typer.Context:
    return typer.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH, color=False
    )


def _section(context: typer.Context) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", context.get_help())
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join([f"## {context.command_path}", "", "```text", *lines, "```", ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
