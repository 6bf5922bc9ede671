"""Findings depend neither on how many processes judge, nor on detectors' order, nor on earlier files."""

import gc
import os
import random
import signal
from weakref import ref

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm

from strongroom.checker import run_detectors
from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.detectors import DETECTORS, Evidence, KnownIds
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.policy import Policy

SECONDS = 60.0


@pytest.fixture
def evidence(extracts):
    known = KnownIds("the cohort's own ids", extracts.cohort.ids())
    return Evidence(extracts.cohort, extracts.index, [known], Policy())


@pytest.fixture
def files(extracts):
    ids = extracts.cohort.ids()
    names = [f"f{number}.csv" for number in range(run_detectors.LIMITS.least_files + 2)]
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
    monkeypatch.setattr(run_detectors, "LIMITS", type(run_detectors.LIMITS)(many_cells=100))
    table, _ = extracts.rows(extracts.telling, 300)
    files = [("a.csv", (FoundText("a.csv", "A note."), FoundTable("a.csv", table)))]
    alone = judged(files, evidence, monkeypatch, 1)
    assert len({each.detector for each in alone[0]}) > 1
    assert judged(files, evidence, monkeypatch, 2) == alone


@pytest.mark.parametrize("many", [1, run_detectors.LIMITS.least_files])
def test_a_file_whose_judge_is_stopped_is_blocked_and_no_other(evidence, monkeypatch, many):
    class Stopped:
        name = "stopped"

        def run(self, artefact, _):
            if os.getpid() != here:
                os.kill(os.getpid(), signal.SIGKILL)
            yield from ()

    here = os.getpid()
    monkeypatch.setattr(run_detectors, "DETECTORS", (Stopped(),) * 40)
    monkeypatch.setattr(run_detectors, "LIMITS", type(run_detectors.LIMITS)(many_cells=1))
    files = [(f"{number}", (FoundTable(f"{number}", pa.table({"a": [1]})),)) for number in range(many)]
    found = judged(files, evidence, monkeypatch, 2)
    stopped = [number for number, each in enumerate(found) if each]
    assert stopped == ([0] if many == 1 else [number for number in range(many) if number % 2])
    assert {each.severity for each in found[stopped[0]]} == {Verdict.BLOCK}


class Reporting:
    """A detector that reports a file's rows as `rows`, whatever that is."""

    name, protects_against, rules = "reporting", "", ()

    def __init__(self, rows):
        self.rows = rows

    def run(self, examined, _):
        yield Finding(self.name, Verdict.REVIEW, examined.found.where, "It has rows.", rows=self.rows)


def test_numbers_of_numpy_are_the_same_finding_in_another_process(files, evidence, monkeypatch):
    """Detectors compute with NumPy: such a number must not stop the process that sends the finding."""
    monkeypatch.setattr(run_detectors, "DETECTORS", (Reporting(np.int64(3)),))
    alone = judged(files, evidence, monkeypatch, 1)
    assert judged(files, evidence, monkeypatch, 3) == alone
    assert {finding.rows for findings in alone for finding in findings} == {3}


def test_a_finding_that_cannot_be_sent_lets_nothing_pass(files, evidence, monkeypatch):
    """A plug-in's faulty finding must stop the check, not get lost between two processes."""
    monkeypatch.setattr(run_detectors, "DETECTORS", (Reporting({"a set"}),))
    with pytest.raises(TypeError, match="cannot be part of a finding"):
        judged(files, evidence, monkeypatch, 3)


def test_a_detector_that_fails_blocks_the_file_and_no_other_detector(files, evidence, monkeypatch):
    """A crash must never count as having found nothing, and the message must not quote a cell."""

    class Failing(Reporting):
        name = "failing"

        def run(self, examined, _):
            yield Finding(self.name, Verdict.RELEASE, examined.found.where, "Found before the failure.")
            raise ValueError("4711")

    monkeypatch.setattr(run_detectors, "DETECTORS", (Failing(0), Reporting(3)))
    for findings in judged(files, evidence, monkeypatch, 1):
        assert {(each.detector, each.severity) for each in findings} == {
            ("failing", Verdict.RELEASE),
            ("failing", Verdict.BLOCK),
            ("reporting", Verdict.REVIEW),
        }
        assert not any("4711" in f"{each.message}{each.advice}{each.detail}" for each in findings)


@pytest.mark.parametrize("fails", ["output_kind", "incompressible_bytes"])
def test_content_whose_size_cannot_be_measured_has_none(files, evidence, monkeypatch, fails):
    """An unknown size must not count as nothing in the budget: the detector that needs it blocks instead."""

    def fail(*_):
        raise ValueError

    monkeypatch.setattr(run_detectors, fails, fail)
    monkeypatch.setattr(run_detectors, "cores", lambda: 1)
    assert {each.compressed_bytes for each in run_detectors.judge_files(files, evidence, seconds=1)} == {None}


@pytest.fixture
def outputs(extracts):
    """A little of everything: people's rows, one column of them, results, counts, series, prose."""
    people, _ = extracts.rows(extracts.telling, 60)
    draw = np.random.default_rng(2)
    error = draw.uniform(0.01, 0.03, 40)
    effect = draw.normal(0, 1, 40) * error
    tables = {
        "people": people,
        "column": people.select([1]),
        "estimates": pa.table({"beta": effect, "se": error, "p": 2 * norm.sf(np.abs(effect / error))}),
        "counts": pa.table(
            {"sex": ["women", "men"] * 2, "smoker": ["yes", "yes", "no", "no"], "n": [3, 44, 9, 80]}
        ),
        "series": pa.table({"day": np.arange(90), "cases": np.cumsum(draw.normal(size=90))}),
        "ids": pa.table({"id": extracts.cohort.ids()[:30]}),
    }
    artefacts = [FoundTable(f"{name}.csv", table) for name, table in tables.items()]
    return [(each.where, (each,)) for each in (*artefacts, FoundText("a.txt", "The mean was 3.4 (SD 1.2)."))]


def test_findings_do_not_depend_on_the_order_of_detectors(outputs, evidence, monkeypatch):
    listed = [set(findings) for findings in judged(outputs, evidence, monkeypatch, 1)]
    assert len(set().union(*({each.detector for each in findings} for findings in listed))) > 4
    for seed in range(3):
        shuffled = tuple(random.Random(seed).sample(DETECTORS, len(DETECTORS)))
        monkeypatch.setattr(run_detectors, "DETECTORS", shuffled)
        assert [set(findings) for findings in judged(outputs, evidence, monkeypatch, 1)] == listed


def test_findings_do_not_depend_on_what_was_judged_before(outputs, evidence, monkeypatch):
    listed = judged(outputs, evidence, monkeypatch, 1)
    assert judged(outputs[::-1], evidence, monkeypatch, 1)[::-1] == listed
    assert [judged([each], evidence, monkeypatch, 1)[0] for each in outputs] == listed


def test_nothing_of_a_request_is_kept_for_the_next(evidence, monkeypatch):
    kept = []
    for seed in range(2):
        # Arrow reads these where they are, so whoever keeps a column keeps its numbers.
        draw = np.random.default_rng(seed)
        columns = [draw.normal(size=20) for _ in range(3)]
        table = pa.table([pa.array(column) for column in columns], names=["a", "b", "c"])
        files = [("a.csv", (FoundTable("a.csv", table), FoundText("a.txt", "A note.")))]
        kept += [ref(files[0][1][0]), ref(table), *map(ref, columns)]
        judged(files, evidence, monkeypatch, 1)
        del files, table, columns
    gc.collect()
    assert [each for each in kept if each() is not None] == []


def test_no_detector_depends_on_another_having_run_before(files, evidence, monkeypatch):
    def found():
        return {finding for each in judged(files[:3], evidence, monkeypatch, 1) for finding in each}

    forwards = found()
    assert forwards
    monkeypatch.setattr(run_detectors, "DETECTORS", run_detectors.DETECTORS[::-1])
    assert found() == forwards
