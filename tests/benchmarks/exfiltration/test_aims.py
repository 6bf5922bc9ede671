"""Where a run falls short of its aims: what is missed is said with its numbers, and nothing else is."""

from benchmarks.exfiltration._aims import shortfalls
from benchmarks.exfiltration._cases import Case
from benchmarks.exfiltration._run import Outcome


def outcomes(verdict, count, *, number=1, name="raw_extract", size=100, cohort="synthetic", family="attack"):
    case = Case(family, cohort, number, name, size, {}, (1,))
    return [Outcome(case, verdict)] * count


def test_a_run_that_reaches_everything_misses_nothing():
    attacks = outcomes("block", 100) + outcomes("review", 100, number=16, name="rounding")
    assert shortfalls(attacks, [], outcomes("release", 20, family="real")) == []
    assert shortfalls([], [], []) == []


def test_one_row_as_it_is_that_passes_is_said():
    [missed] = shortfalls(outcomes("block", 399) + outcomes("release", 1), [], [])
    assert missed.startswith("rows as they are: 399 of 400 stopped")


def test_coarse_cohorts_count_in_all_but_not_among_rows_as_they_are():
    attacks = outcomes("block", 90) + outcomes("release", 10, cohort="nafld2")
    assert [each.split(":")[0] for each in shortfalls(attacks, [], [])] == ["attacks"]


def test_an_undone_attack_is_not_called_stopped_and_one_that_failed_does_not_count():
    undone = outcomes("block", 9, number=32, name="plot") + outcomes("undone", 1, number=32, name="plot")
    assert len(shortfalls(undone, [], [])) == 1
    broken = Outcome(undone[0].case, error="it could not be made")
    assert shortfalls([*undone[:9], broken], [], []) == []


def test_a_class_of_changed_values_has_an_aim_of_its_own():
    many = outcomes("block", 2_000)
    changed = outcomes("block", 9, number=16, name="rounding") + outcomes(
        "release", 1, number=16, name="rounding"
    )
    assert [each.split(":")[0] for each in shortfalls(many + changed, [], [])] == [
        "rounding, 100 people and more"
    ]
    few = outcomes("release", 1, number=16, name="rounding", size=10)
    assert shortfalls(many + few, [], []) == []


def test_honest_files_that_are_held():
    honest = outcomes("release", 90, family="real") + outcomes("review", 9, family="real")
    found = shortfalls([], [], honest + outcomes("block", 1, family="real"))
    assert found == [
        "honest files: 9 of 100 end in review, at most 5.0%",
        "honest files: 1 of 100 end in block, at most 0.5%",
    ]
