"""A run of all benchmarks: what it says of each, what stops it, and that each says how long it takes."""

import subprocess
import sys

import pytest
from benchmarks.ending import exit_code, left_out
from benchmarks.suite import Benchmark, Ended, benchmarks, run_all, summary

from benchmarks import __main__ as program

HEAD = '"""Measures nothing.\n\nTakes about 2 min, 5 s with\n--quick.\n"""\nimport sys\n'


@pytest.fixture
def written(tmp_path):
    def write(name, body):
        path = tmp_path / "group" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + body)
        return Benchmark(path)

    return write


def test_a_benchmark_that_fails_does_not_stop_the_others(written, capfd):
    chosen = [
        written("a", "print('| table |')\nsys.exit(0)\n"),
        written("b", "raise RuntimeError('lost')\n"),
        written("c", "print('left out: the peer')\nprint('missed: 1.6 times, at most 1.5')\nsys.exit(1)\n"),
        written("d", "print(sys.argv[1:])\n"),
    ]
    ended = list(run_all(chosen, quick=True))
    assert [each.how for each in ended] == ["passed", "failed", "missed", "passed"]
    assert ended[2].missed == ("1.6 times, at most 1.5",)
    assert ended[2].left_out == ("the peer",)
    said = capfd.readouterr()
    assert "| table |" in said.out
    assert "['--quick']" in said.out
    assert "[3 of 4] group/c" in said.err
    assert "RuntimeError: lost" in said.err


def test_the_summary_says_how_each_ended():
    ended = [
        Ended("x/passed", 0, 3.0, 2.0, (), ("NHANES",)),
        Ended("x/missed", 1, 150.0, 90.0, ("a", "b"), ()),
        Ended("x/killed", -9, 1.0, 0.6, (), ()),
    ]
    lines = summary(ended)
    assert "| x/passed | passed | 3 | 2 | left out: NHANES |" in lines
    assert "| x/missed | missed | 150 | 90 | a; b |" in lines
    assert "| x/killed | failed | 1 | 1 | exit code -9 |" in lines
    assert lines[-1] == "3 benchmarks in 3 min: 1 passed, 1 missed a target, 1 failed."


def test_what_a_benchmark_says_of_itself_is_told_line_by_line(capsys):
    left_out("the peer")
    assert exit_code([]) == 0
    assert exit_code(["one", "two"]) == 1
    assert capsys.readouterr().out.split("\n") == ["left out: the peer", "", "missed: one", "missed: two", ""]
    assert exit_code(["one"], sys.stderr) == 1
    assert capsys.readouterr().out == ""


def test_a_time_is_read_from_the_docstring(written, tmp_path):
    found = written("a", "")
    assert found.name == "group/a"
    assert found.about == "Measures nothing."
    assert (found.seconds(quick=False), found.seconds(quick=True)) == (120, 5)
    (tmp_path / "group" / "silent.py").write_text('"""Says nothing."""\n')
    (tmp_path / "group" / "_part.py").write_text("")
    known = benchmarks(tmp_path)
    assert [each.name for each in known] == ["group/a", "group/silent"]
    with pytest.raises(ValueError, match="how long"):
        known[1].seconds(quick=True)


def test_every_benchmark_is_listed_with_its_time(capsys):
    assert program.main(["--list"]) == 0
    listed = capsys.readouterr().out
    assert all(f"| {each.name} | " in listed for each in benchmarks())
    # What a user of a fresh clone is promised.
    assert sum(each.seconds(quick=False) for each in benchmarks()) <= 5 * 3_600
    assert sum(each.seconds(quick=True) for each in benchmarks()) <= 40 * 60


@pytest.mark.parametrize("each", benchmarks(), ids=lambda each: each.name)
def test_every_benchmark_has_a_quick_form(each):
    assert "--quick" in each.path.read_text()


def test_names_choose_and_unknown_ones_are_refused(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(program, "run_all", lambda chosen, *, quick: asked.append((chosen, quick)) or [])
    assert program.main(["speed", "privacy/acro", "--quick"]) == 1  # none of them ended
    [(chosen, quick)] = asked
    assert quick
    assert {each.path.parent.name for each in chosen} == {"speed", "privacy"}
    assert sum(each.path.parent.name == "privacy" for each in chosen) == 1
    assert program.main(["speed/nothing"]) == 2
    assert "speed/nothing" in capsys.readouterr().err


def test_it_is_a_program():
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--list", "speed/ledger"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0
    assert "| speed/ledger |" in run.stdout
