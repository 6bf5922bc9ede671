"""Every number that decides something is declared with a unit and a source, or marked as fixed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.reference.generate_thresholds import declared, main, plain_number

import strongroom
from strongroom.thresholds import SOURCES, Thresholds, threshold

SOURCE = Path(strongroom.__file__).parent
ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")


def numbers(node: ast.stmt) -> Iterator[str]:
    """Yield the upper-case names that a module-level statement sets to plain numbers."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        pairs = [(node.target, node.value)]
    elif isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    else:
        return
    for target, value in pairs:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            parts = list(zip(target.elts, value.elts, strict=False))
        else:
            parts = [(target, value)]
        for name, number in parts:
            if (
                isinstance(name, ast.Name)
                and CONSTANT.fullmatch(name.id)
                and plain_number(number) is not None
            ):
                yield name.id


def undeclared(text: str) -> list[str]:
    """Return the module-level numbers of a source text that carry no `# fixed:` comment."""
    lines = text.splitlines()
    return [
        name
        for node in ast.parse(text).body
        if not any("# fixed: " in line for line in lines[node.lineno - 1 : node.end_lineno])
        for name in numbers(node)
    ]


DECLARED = list(declared())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_number_is_declared_or_fixed(path):
    assert undeclared(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("row", DECLARED, ids=lambda row: f"{row.module}:{row.name}")
def test_every_threshold_has_a_unit_and_a_source(row):
    kind, _, reason = row.source.partition(": ")
    assert row.unit
    assert row.unit != "TODO"
    assert kind in SOURCES
    assert "TODO" not in reason
    assert len(reason.split()) >= 2, "say why, not only that"
    if kind == "fitted":
        command = reason.split()[0].rstrip(",;.")
        assert (ROOT / command).exists(), f"{command} is not a file of this repository"


def test_the_page_of_thresholds_is_up_to_date(capsys):
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_numbers_are_found_in_all_their_forms():
    text = "A = 3\n_B, C = -1, 2 * 1024\nD: int = 5\nE = 4  # fixed: RFC 1952, section 2.3\nF = A\ng = 1\n"
    assert undeclared(text) == ["A", "_B", "C", "D"]


def test_a_threshold_needs_a_source_and_never_changes():
    with pytest.raises(ValueError, match="does not say where"):
        threshold(1, "rows", "because")

    class Limits(Thresholds):
        rows: int = threshold(20, "rows", "judgement: fewer rows show no distribution")

    assert Limits().rows == Limits.rows == 20
    assert Limits(rows=3).rows == 3
    with pytest.raises(AttributeError, match="never changes"):
        Limits().rows = 4
    with pytest.raises(TypeError, match="declares no people"):
        Limits(people=1)
