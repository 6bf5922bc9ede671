"""A file has the same findings however many processes judge it."""

import os
import signal

import pyarrow as pa
import pytest

from strongroom.checker import run_detectors
from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.detectors import Evidence, KnownIds
from strongroom.checker.finding import Verdict
from strongroom.checker.policy import Policy

SECONDS = 60.0


@pytest.fixture
def evidence(extracts):
    known = KnownIds("the cohort's own ids", extracts.cohort.ids())
    return Evidence(extracts.cohort, extracts.index, [known], Policy())


@pytest.fixture
def files(extracts):
    ids = extracts.cohort.ids()
    names = [f"f{number}.csv" for number in range(run_detectors._FEWEST_FILES + 2)]
    made = []
    for number, name in enumerate(names):
        table, _ = extracts.rows(extracts.telling, 20 + number)
        listed = pa.table({"id": ids[: 12 * number]})
        made.append((name, (FoundTable(name, table), FoundTable(name, listed), FoundText(name, "A note."))))
    return made


def judged(files, evidence, monkeypatch, cores):
    monkeypatch.setattr(run_detectors, "cores", lambda: cores)
    return [each.findings for each in run_detectors.judge_files(files, evidence, seconds=SECONDS)]


def test_many_files_are_judged_alike_by_any_number_of_processes(files, evidence, monkeypatch):
    alone = judged(files, evidence, monkeypatch, 1)
    assert any(alone)
    assert judged(files, evidence, monkeypatch, 3) == alone


def test_a_large_table_is_judged_alike_in_parts(extracts, evidence, monkeypatch):
    monkeypatch.setattr(run_detectors, "_MANY_CELLS", 100)
    table, _ = extracts.rows(extracts.telling, 300)
    files = [("a.csv", (FoundText("a.csv", "A note."), FoundTable("a.csv", table)))]
    alone = judged(files, evidence, monkeypatch, 1)
    assert len({each.detector for each in alone[0]}) > 1
    assert judged(files, evidence, monkeypatch, 2) == alone


@pytest.mark.parametrize("many", [1, run_detectors._FEWEST_FILES])
def test_a_file_whose_judge_is_stopped_is_blocked_and_no_other(evidence, monkeypatch, many):
    class Stopped:
        name = "stopped"

        def run(self, artefact, _):
            if os.getpid() != here:
                os.kill(os.getpid(), signal.SIGKILL)
            yield from ()

    here = os.getpid()
    monkeypatch.setattr(run_detectors, "DETECTORS", (Stopped(),) * 40)
    monkeypatch.setattr(run_detectors, "_MANY_CELLS", 1)
    files = [(f"{number}", (FoundTable(f"{number}", pa.table({"a": [1]})),)) for number in range(many)]
    found = judged(files, evidence, monkeypatch, 2)
    stopped = [number for number, each in enumerate(found) if each]
    assert stopped == ([0] if many == 1 else [number for number in range(many) if number % 2])
    assert {each.severity for each in found[stopped[0]]} == {Verdict.BLOCK}
