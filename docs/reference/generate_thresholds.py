# ruff: noqa: INP001 - a script that stands beside the page it writes, not a package
"""Write docs/reference/thresholds.md from the `Thresholds` classes of the source, without importing them.

Run it plain to write the page; with --check it exits 1 if the page is out of date.
"""

import ast
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "strongroom"
PAGE = Path(__file__).with_name("thresholds.md")
_HEAD = """# Thresholds

Every number that decides something, with its unit and its source. Generated from the source code by
`docs/reference/generate_thresholds.py`; do not edit.

A source is one of: **derived** (follows from a formula or another number), **fitted** (by the command it
names), **cost** (a bound on time or memory), **judgement** (set for the reason given), **standard**
(published elsewhere).
Custodians can change the numbers of the [policy](policy.md), the [query gateway](queries.md) and the
[fingerprint](fingerprint.md) in files of their own; the numbers on this page change only with the code.
"""


class Row(NamedTuple):
    """One threshold as the source declares it; `value` is the expression, computed where it is plain."""

    module: str
    name: str
    value: str
    unit: str
    source: str


def declared() -> Iterator[Row]:
    """Yield every threshold of the source, module by module."""
    for path in sorted(SOURCE.rglob("*.py")):
        module = path.relative_to(SOURCE).with_suffix("").as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for each in node.body if isinstance(node, ast.ClassDef) else ():
                match each:
                    case ast.AnnAssign(
                        target=ast.Name(id=name),
                        value=ast.Call(func=ast.Name(id="threshold"), args=[value, unit, source]),
                    ):
                        yield Row(
                            module, name, _shown(value), ast.literal_eval(unit), ast.literal_eval(source)
                        )


def _shown(value: ast.expr) -> str:
    """Return a number as people write it; an expression that names other numbers, as the source has it."""
    number = plain_number(value)
    if number is None:
        return ast.unparse(value)
    return f"{number:,}" if isinstance(number, int) else f"{number:g}"


def plain_number(node: ast.expr) -> int | float | None:
    """Return what an expression of number literals comes to (20, -3, 64 * 1024); None for any other."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=(int() | float()) as number):
            return number
        case ast.UnaryOp() | ast.BinOp() if all(
            isinstance(part, ast.UnaryOp | ast.BinOp | ast.Constant | ast.operator | ast.unaryop)
            for part in ast.walk(node)
        ):
            computed: int | float = eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}})  # noqa: S307 - literals and operators alone
            return computed
    return None


def page() -> str:
    """Return the page: one table a folder."""
    parts = [_HEAD]
    for folder, rows in groupby(declared(), key=lambda row: row.module.split("/")[0]):
        parts.append(f"\n## {folder}\n\n| module | name | value | unit | source |\n|---|---|---|---|---|\n")
        parts.extend(_line(row) for row in rows)
    return "".join(parts)


def _line(row: Row) -> str:
    module = row.module.partition("/")[2] or row.module
    cells = (f"`{module}`", f"`{row.name}`", row.value, row.unit, row.source)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


def main(arguments: list[str]) -> int:
    """Write the page or, with --check, compare it; returns the exit code."""
    if "--check" not in arguments:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write("docs/reference/thresholds.md is out of date: run 'make docs' and commit it.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
