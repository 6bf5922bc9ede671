"""The example notebooks run from top to bottom, show what they say, and are stored without outputs."""

import ast
import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
LAST = {
    "check-an-output": [("release", ["means.csv"]), "block"],
    "ask-mark-and-trace": [("attributed", [("Elsewhere Medical School", "lungs")]), [True]],
}


def shown(notebook: Path) -> list[object]:
    """Run a notebook's code cells in order; return the values that they show."""
    names: dict[str, object] = {}
    values = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, notebook.name, "exec"), names)
        if last is not None:
            values.append(eval(compile(ast.Expression(last.value), notebook.name, "eval"), names))
    return values


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_it_says(notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    values = shown(notebook)
    printed = {str(value) for value in values}
    assert [value for value in LAST[notebook.stem] if str(value) not in printed] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_every_notebook_is_listed():
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"({notebook.name})" in listed for notebook in NOTEBOOKS)
    assert {notebook.stem for notebook in NOTEBOOKS} == set(LAST)
