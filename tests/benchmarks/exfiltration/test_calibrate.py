"""The calibration recovers odds it was made from, and says so."""

import json

import numpy as np
import pytest

from benchmarks.exfiltration import calibrate


def _outcome(draw, place):
    carries = bool(draw.random() < 0.5)
    fires = bool(draw.random() < (0.9 if carries else 0.05))
    findings = [["row-match", "block", 40.0, 100, 100, 0.1]] if fires else []
    case = {"family": "attack" if carries else "real", "name": f"class {place % 7}", "parameters": {}}
    return {"case": case, "error": "", "findings": findings}


@pytest.fixture
def judged(tmp_path):
    draw = np.random.default_rng(8)
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(_outcome(draw, place)) + "\n" for place in range(4_000)))
    return calibrate.read(path)


def test_chances_are_those_of_bayes_at_the_stated_prevalence(judged):
    fitted = calibrate.fit(judged.shown, judged.truth, 0.01)
    fired = calibrate.features([["row-match", "block", 40.0, 100, 100, 0.1]])
    held, let_go = calibrate.chances([fired, {"intercept": 1.0}], fitted)
    fires = np.array(["block" in each for each in judged.shown])
    caught, false = fires[judged.truth == 1].mean(), fires[judged.truth == 0].mean()
    assert held == pytest.approx(0.01 * caught / (0.01 * caught + 0.99 * false), abs=0.02)
    assert let_go == pytest.approx(
        0.01 * (1 - caught) / (0.01 * (1 - caught) + 0.99 * (1 - false)), abs=0.001
    )


def test_a_detector_nobody_heard_is_believed_as_its_severity_is_on_average(judged):
    fitted = calibrate.fit(judged.shown, judged.truth, 0.01)
    [held] = calibrate.chances([calibrate.features([["a new one", "block", 0.0, 0, 0, 0.0]])], fitted)
    fires = np.array(["block" in each for each in judged.shown])
    caught, false = fires[judged.truth == 1].mean(), fires[judged.truth == 0].mean()
    assert held == pytest.approx(0.01 * caught / (0.01 * caught + 0.99 * false), abs=0.02)


def test_reliability_is_near_perfect_for_the_model_that_made_the_data(judged):
    found = calibrate.calibration(judged, judged, 0.01)
    assert found["fitted"]["held_out"]["expected calibration error"] < 0.01
    assert found["fitted"]["cross_validated"]["brier"] < 0.02
    assert found["fitted"]["held_out"]["files"] == 4_000


def test_reliability_of_a_wrong_model_is_seen():
    found = calibrate.reliability(np.full(100, 0.9), np.array([1.0, 0.0] * 50), 0.5)
    assert found["expected calibration error"] == pytest.approx(0.4)


def test_hard_negatives_and_failed_cases_are_left_out(tmp_path):
    case = {"family": "hard negative", "name": "fresh draw", "parameters": {}}
    path = tmp_path / "rows.jsonl"
    rows = [
        {"case": case, "error": "", "findings": []},
        {"case": {**case, "family": "attack"}, "error": "x", "findings": []},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert calibrate.read(path).shown == []
