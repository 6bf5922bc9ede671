"""The gate on branch coverage: shares add up by package, a fall fails, a floor never sinks."""

import importlib.util
import json
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / ".ci" / "coverage_floor.py"


@pytest.fixture
def gate(tmp_path):
    spec = importlib.util.spec_from_file_location("coverage_floor", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.FLOORS = tmp_path / "floors.json"
    module.FLOORS.write_text("{}")
    module.DECISIONS = ()
    return module


def report(tmp_path, **lines):
    files = {
        f"src/strongroom/{name.replace('__', '/')}.py": {
            "summary": {
                "covered_lines": covered,
                "num_statements": 8,
                "covered_branches": 1,
                "num_branches": 2,
            }
        }
        for name, covered in lines.items()
    }
    (tmp_path / "report.json").write_text(json.dumps({"files": files}))
    return str(tmp_path / "report.json")


def test_shares_are_by_package_and_decisions_apart(gate, tmp_path):
    gate.DECISIONS = ("checker/policy.py",)
    file = report(tmp_path, ledger__log=8, ledger__note=7, checker__policy=4, errors=8)
    found = gate.measured(json.loads(Path(file).read_text()))
    assert found == {"checker": 50, "decisions": 50, "ledger": 85, "the shared words": 90}


def test_a_fall_fails_and_a_floor_never_sinks(gate, tmp_path):
    assert gate.main([report(tmp_path, ledger__log=7), "--write"]) == 0
    assert json.loads(gate.FLOORS.read_text()) == {"ledger": 80}
    assert gate.main([report(tmp_path, ledger__log=6)]) == 1
    assert gate.main([report(tmp_path, ledger__log=6), "--write"]) == 1
    assert json.loads(gate.FLOORS.read_text()) == {"ledger": 80}
    assert gate.main([report(tmp_path, ledger__log=8)]) == 0


def test_a_file_that_decides_cannot_leave_the_gate_by_its_name(gate, tmp_path, capsys):
    """A renamed module would be judged with its large package alone, where a lost branch does not show."""
    gate.DECISIONS = ("checker/policy.py", "checker/report.py")
    assert gate.main([report(tmp_path, checker__policy=8, checker__report=8)]) == 0
    assert gate.main([report(tmp_path, checker__policy=8, checker__renamed=8)]) == 1
    assert "Not measured: checker/report.py." in capsys.readouterr().err


def test_the_files_that_decide_exist():
    spec = importlib.util.spec_from_file_location("coverage_floor", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    source = SCRIPT.parents[1] / "src" / "strongroom"
    assert [name for name in module.DECISIONS if not (source / name).is_file()] == []
