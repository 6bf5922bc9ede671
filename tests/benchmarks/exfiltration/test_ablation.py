"""What a rule alone achieves: read from verdicts with their further evidence, or from outcomes by family."""

import json

from benchmarks.exfiltration.ablation import by_detector, doubtful, read, shares


def finding(rule, severity="review", further=()):
    return {"detector": rule.split("/")[0], "rule": rule, "severity": severity, "further": list(further)}


def document(folder, name, *findings):
    folder.mkdir(exist_ok=True)
    content = {"verdict": "review", "files": [{"findings": list(findings)}]}
    (folder / f"{name}.json").write_text(json.dumps(content))


def test_only_files_that_no_other_rule_holds_count_as_held_alone(tmp_path):
    document(tmp_path / "a", "one", finding("x/a"))
    document(tmp_path / "a", "two", finding("x/a", further=[finding("y/b")]))
    document(tmp_path / "h", "three", finding("z/c"))
    document(tmp_path / "h", "four", finding("z/c", "release"))
    found = {each.rule: each for each in shares(read(tmp_path / "a", ()), read(tmp_path / "h", ()))}
    assert found["x/a"].stopped == 2
    assert found["x/a"].stopped_alone == ("one",)
    assert found["y/b"].stopped_alone == ()
    assert (found["z/c"].held, found["z/c"].held_alone) == (1, ("three",))
    assert doubtful(list(found.values())) == ["z/c"]


def test_two_rules_of_one_detector_hold_a_file_alone_together(tmp_path):
    document(tmp_path, "one", finding("x/a"), finding("x/b"))
    [share] = shares(by_detector(read(tmp_path, ())), [])
    assert share.stopped_alone == ("one",)


def test_outcomes_of_the_benchmark_are_told_apart_by_their_family(tmp_path):
    case = {"family": "attack", "name": "raw", "cohort": "c", "size": 10, "path": ""}
    row = {"case": case, "verdict": "block", "findings": [["record", "block", 9, 1, 1, 0]], "error": ""}
    real = {**row, "case": {**case, "family": "real"}}
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, (row, real, {**row, "error": "no"}))))
    [attack] = read(tmp_path / "rows.jsonl", ("attack",))
    assert (attack.name, attack.rules) == ("raw c 10", {"record"})
