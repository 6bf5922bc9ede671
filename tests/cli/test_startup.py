"""Which libraries the command line loads: none for help, and for each command only those it works with."""

import json
import os
import subprocess
import sys

import pytest
import typer

from strongroom.cli.app import application
from strongroom.portal.acts.transactions import seal

# What takes longer to import than the command line itself.
LIBRARIES = (
    "cryptography", "django", "django.core.management", "django.http", "duckdb", "jinja2", "llvmlite",
    "matplotlib", "numba", "numpy", "pandas", "PIL", "polars", "pyarrow", "rich", "scipy", "sklearn",
    "sqlglot", "yaml",
)  # fmt: skip
_LOADED = """
import json, sys
from strongroom.cli import main
try:
    main()
finally:
    sys.stderr.write("\\n" + json.dumps([name for name in {libraries} if name in sys.modules]))
"""


def _loaded(*words: object, code: int = 0, **environment: str) -> set[str]:
    """Run a command in a process of its own; return which of LIBRARIES it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.replace("{libraries}", repr(LIBRARIES)), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == code, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def _commands() -> list[tuple[str, ...]]:
    program = typer.main.get_command(application())
    found: list[tuple[str, ...]] = []
    for name, command in program.commands.items():
        found += [(name,), *((name, each) for each in getattr(command, "commands", {}))]
    return found


@pytest.mark.parametrize("words", [(), *_commands()], ids=" ".join)
def test_help_loads_no_library(words):
    assert _loaded(*words, "--help") == set()


def test_a_mistyped_option_loads_no_library():
    assert _loaded("query", "heart", "--epsilonn", "1", code=2) <= {"rich"}


def test_the_version_loads_no_library():
    assert _loaded("--version") == set()


def test_the_ledger_is_verified_without_reading_tables(home):
    seal(home)
    assert _loaded("ledger", "verify", STRONGROOM_HOME=str(home.path)) == {"cryptography", "django"}


def test_a_rule_is_explained_without_a_library():
    assert _loaded("explain", "row-match/records") == set()


def test_a_small_check_loads_no_compiler_and_no_second_engine(cohort_home, tmp_path):
    rows = "".join(f"S{site:03d},{120 + 7 * site},{1.5 + site / 10:.2f}\n" for site in range(500))
    (tmp_path / "table.csv").write_text(f"site,n,mean\n{rows}")
    loaded = _loaded(
        "check", tmp_path / "table.csv", "--cohort", "synthetic", STRONGROOM_HOME=str(cohort_home.path)
    )
    assert loaded == {"cryptography", "django", "numpy", "pyarrow"}
