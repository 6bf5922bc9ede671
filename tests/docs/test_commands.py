"""Every command a page shows is one that exists, with options it takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.suite import benchmarks
from typer.main import get_command

from strongroom.portal.home import set_up_django

ROOT = Path(__file__).resolve().parents[2]
# The reference of the command line is made of the commands themselves.
PAGES = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/**/README.md")}
    - {ROOT / "docs" / "reference" / "cli.md", ROOT / "CHANGELOG.md"}
)
CODE = re.compile(r"```[^\n]*\n(.*?)```|^((?:(?: {4}|\t)[^\n]*\n)+)|`([^`]+)`", re.DOTALL | re.MULTILINE)

BENCHMARK = re.compile(r"(?:-m benchmarks +|benchmarks/)([a-z]\w*/[a-z]\w*)(?:\.py)?\b([^`\n|]*)")
OPTION = re.compile(r"(?<!\S)--[\w-]+")


def commands(text: str, program: str) -> list[list[str]]:
    """Return the words of each command of a program that stands in a page's code."""
    found = []
    for blocks in CODE.findall(text):
        lines = iter(re.sub(r"\\\n\s*", " ", "".join(blocks)).splitlines())
        for line in lines:
            plain = line.strip().removeprefix("$ ")
            if plain.startswith(f"{program} "):
                found.append(_words(plain.partition(" | ")[0], lines))
    return found


def _words(line: str, following: Iterator[str]) -> list[str]:
    """Return the words of a line; what is in quotes goes on in those that follow."""
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return _words(f"{line} {next(following)}", following)


def unknown_words(command: Any, words: list[str]) -> list[str]:
    """Return the subcommands and options of a `strongroom` command that there are not."""
    rest = words[1:]
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return [rest[0]]
        command, rest = command.commands[rest[0]], rest[1:]
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
    return [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]


@pytest.fixture(scope="module")
def program():
    set_up_django()
    from strongroom.cli.app import application

    return get_command(application())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_is_one_that_exists(page, program):
    shown = commands(page.read_text(encoding="utf-8"), "strongroom")
    wrong = {" ".join(words): unknown for words in shown if (unknown := unknown_words(program, words))}
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_benchmark_is_one_that_exists_and_takes_the_options(page):
    scripts = {each.name: each.path.read_text(encoding="utf-8") for each in benchmarks()}
    scripts["attribution/reach"] += scripts["attribution/attacks"]
    for name, words in BENCHMARK.findall(page.read_text(encoding="utf-8")):
        assert name in scripts
        assert [each for each in OPTION.findall(words) if f'"{each}"' not in scripts[name]] == []


def test_commands_are_found_and_judged(program):
    page = "    strongroom check a --project b \\\n        --html c   # why\n\n"
    page += "Try `strongroom nothing` or `strongroom trace x --loud`.\n"
    found = commands(page, "strongroom")
    assert found[0] == ["strongroom", "check", "a", "--project", "b", "--html", "c"]
    assert [unknown_words(program, words) for words in found] == [[], ["nothing"], ["--loud"]]
