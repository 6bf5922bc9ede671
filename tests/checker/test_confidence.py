"""The strictest finding decides, and confidence grows with evidence."""

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker import confidence as confidence_module
from strongroom.checker.confidence import calibration, confidence, exposure
from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.examined import examined
from strongroom.checker.finding import Finding, Verdict, worst
from strongroom.checker.report import FileReport, Report
from strongroom.errors import StoreError


def finding(severity=Verdict.BLOCK, **facts):
    return Finding("d", severity, "here", "A sentence.", **facts)


def file(*findings):
    return FileReport("a.csv", "0" * 64, 10, "text/csv", findings, confidence(findings))


@given(st.lists(st.sampled_from(Verdict), max_size=6))
def test_the_strictest_verdict_wins_in_any_order(verdicts):
    expected = Verdict.RELEASE
    for strict in (Verdict.REVIEW, Verdict.BLOCK):
        if strict in verdicts:
            expected = strict
    assert worst(verdicts) is expected is worst(verdicts[::-1])


def test_nothing_checked_is_blocked():
    assert Report((), 0.0, "").verdict is Verdict.BLOCK


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.RELEASE, 0), (Verdict.REVIEW, 10), (Verdict.BLOCK, 20)]
)
def test_exit_codes_are_the_contracts(verdict, code):
    assert verdict.exit_code == code
    assert Report((file(finding(verdict)), file()), 0.0, "").exit_code == code


@given(bits=st.floats(0, 500), more=st.floats(0, 500), rows=st.integers(1, 10**6))
def test_more_bits_never_lower_the_confidence_of_a_block(bits, more, rows):
    low, high = (confidence([finding(rows=rows, bits=each)]) for each in (bits, bits + more))
    assert 0 <= low <= high <= 1


@given(st.lists(st.sampled_from(["row-match", "record", "not-understood", "opaque"]), max_size=4))
def test_more_findings_never_lower_it(names):
    found = [Finding(name, Verdict.BLOCK, "here", "A sentence.", bits=40, rows=100) for name in names]
    sure = [confidence([finding(), *found[:count]]) for count in range(len(found) + 1)]
    assert sure == sorted(sure)


def test_rows_of_people_are_surer_than_a_file_nobody_can_read():
    rows = Finding("row-match", Verdict.BLOCK, "here", "A sentence.", rows=100, bits=60)
    unread = Finding("not-understood", Verdict.BLOCK, "here", "A sentence.")
    assert confidence([rows]) > 0.9 > confidence([unread])


@given(st.sampled_from([Verdict.REVIEW, Verdict.BLOCK]), st.text(min_size=1, max_size=20))
def test_a_detector_the_calibration_never_heard_is_as_sure_as_its_severity_on_average(severity, name):
    fresh = confidence([Finding(f"{name} (fresh)", severity, "here", "A sentence.")])
    intercept = calibration()["coefficients"]["intercept"]
    assert fresh > 1 - confidence([])
    assert fresh >= 1 / (1 + math.exp(-intercept - calibration()["coefficients"][severity.value]))
    rows = Finding("row-match", severity, "here", "A sentence.", rows=100, bits=60)
    assert confidence([rows]) <= confidence([rows, Finding(f"{name} (fresh)", severity, "x", "A sentence.")])


def test_a_finding_that_lets_a_file_pass_changes_no_confidence():
    """A remark about a harmless file is no evidence of a leak, whatever rows it counts."""
    assert confidence([finding(Verdict.RELEASE, rows=100, bits=60.0)]) == confidence([])


def test_nothing_that_is_said_of_a_file_lowers_the_odds():
    fitted = calibration()
    assert min(value for name, value in fitted["coefficients"].items() if name != "intercept") >= 0
    assert min(fitted["unknown"].values()) >= 0
    assert set(fitted["unknown"]) == {"block", "review"}


def test_a_release_is_as_sure_as_the_share_of_leaks_that_pass_is_small():
    assert 1 - calibration()["prevalence"] <= confidence([]) < 1


def test_the_table_says_where_it_comes_from_and_how_reliable_it_was():
    made = calibration()["fitted"]
    assert made["by"] == "benchmarks/exfiltration/calibrate.py"
    assert made["held_out"]["expected calibration error"] < 0.05
    assert made["cross_validated"]["expected calibration error"] < 0.05


def test_a_table_that_does_not_say_how_it_was_fitted_is_refused(tmp_path, monkeypatch):
    (tmp_path / "calibration.json").write_text('{"prevalence": 0.01, "fitted": {"by": "a guess"}}')
    monkeypatch.setattr(confidence_module, "_TABLE", tmp_path / "calibration.json")
    with pytest.raises(StoreError, match=r"fitted\.commit"):
        calibration.__wrapped__()


def test_the_report_is_the_documented_document():
    document = Report((file(finding(rows=3, bits=50.0)), file()), 0.5, "policy").to_json()
    assert {"verdict", "confidence", "bytes", "seconds", "files"} <= set(document)
    assert document["verdict"] == "block"
    assert document["bytes"] == 20
    assert {"path", "sha256", "type", "verdict", "findings"} <= set(document["files"][0])
    assert set(document["files"][0]["findings"][0]) == {
        "detector", "severity", "where", "message", "participants", "rows", "chance", "bits",
        "rule", "advice", "help", "further",
    }  # fmt: skip


def test_a_release_states_what_was_not_examined_and_how_probable_a_leak_is():
    table = FoundTable("a.csv", pa.table({"x": [1]}))
    drawn = FoundTable("a.svg", pa.table({"x": [1]}), Origin.COORDINATES)
    compared, *_, left = examined([table, table, drawn])
    assert compared == "compared with participants: 2 tables, 1 drawn series"
    assert "choice of words" in left
    document = Report((file(),), 0.0, "").to_json()
    assert 0 < document["leak_probability"] < document["prior"]
    assert document["people"] is None


def test_people_exposed_are_the_rows_found_times_the_probability_that_they_are_theirs():
    sure = exposure([Finding("row-match", Verdict.BLOCK, "here", "", rows=100, bits=60)])
    unsure = exposure([Finding("microdata-shaped", Verdict.REVIEW, "here", "", rows=100)])
    assert sure.low == sure.high == 100
    assert unsure.low == 0 < unsure.expected < sure.expected <= 100
