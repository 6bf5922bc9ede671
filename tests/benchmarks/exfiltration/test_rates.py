"""A small run from end to end, and its tables."""

import dataclasses

import pytest
from benchmarks.exfiltration._cases import Plan
from benchmarks.exfiltration._cohorts import synthetic
from benchmarks.exfiltration._gate import take_in
from benchmarks.exfiltration._run import Outcome, Setting, judge_here
from benchmarks.exfiltration._summary import summary

from benchmarks.exfiltration import _cases, _tables


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    source = synthetic(folder / "made", people=600, seed=4)
    take_in(source, folder / "synthetic")
    plan = Plan(sizes=[30], repeats=1, seed=2, only=["raw_extract", "id_list", "columns_in_turn"])
    cases = list(_cases.attack_cases(plan, [source]))
    return list(judge_here(cases, Setting({"synthetic": folder / "synthetic"}, peers=True)))


def test_every_case_is_judged_by_the_checker_and_its_peers(outcomes):
    assert [one.error for one in outcomes] == ["", "", ""]
    assert {one.verdict for one in outcomes} <= {"release", "review", "block"}
    assert all(one.people == 30 and one.size > 0 and "seven-digit rule" in one.peers for one in outcomes)


def test_a_raw_extract_is_stopped_by_both(outcomes):
    raw = next(one for one in outcomes if one.case.name == "raw_extract")
    assert raw.verdict == "block"
    assert raw.findings


def test_a_sequence_is_judged_request_by_request(outcomes):
    drip = next(one for one in outcomes if one.case.name == "columns_in_turn")
    assert drip.files == drip.case.parameters["columns"]


def test_the_same_seed_plans_the_same_cases(outcomes):
    sources = [synthetic_like(outcomes)]
    plan = Plan(sizes=[10], repeats=3, seed=5)
    assert list(_cases.attack_cases(plan, sources)) == list(_cases.attack_cases(plan, sources))


def test_tables_count_what_was_stopped_and_list_what_was_not(outcomes):
    released = dataclasses.replace(outcomes[0], verdict="release")
    failed = Outcome(outcomes[0].case, error="no room")
    lines = _tables.attack_table("By class", [released, *outcomes[1:2], failed], lambda one: one.case.number)
    assert lines[-1].startswith("| **all** | 2 |")
    assert any(released.case.name in line for line in _tables.misses([released]))
    assert "no room" in _tables.failures([failed])[-1]


def test_the_summary_does_not_call_stopped_what_was_only_undone(outcomes):
    undone = dataclasses.replace(outcomes[0], verdict="undone")
    blocked = dataclasses.replace(outcomes[0], verdict="block")
    lines = summary([undone, blocked, Outcome(outcomes[0].case, error="no room")], [])
    assert any(line.startswith("| **all attacks** | 2 | 1, 50.0 %") for line in lines)
    assert any(line.startswith("| 30 people | 2 | 1, ") and line.endswith(" | 1 | 1 | 0 |") for line in lines)


def synthetic_like(outcomes):
    """Return a cohort of the same name, whose tables planning does not read."""
    import polars as pl
    from benchmarks.exfiltration._cohorts import Source

    return Source(outcomes[0].case.cohort, pl.DataFrame({"eid": range(50), "x": [1.5] * 50}))
