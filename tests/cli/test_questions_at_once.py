"""Processes that ask at the same moment spend no more than there is, and every answer is on record."""

from program import document, run, start

COUNT = "SELECT p31, COUNT(*) AS n FROM participants GROUP BY p31"
PROJECT = ["--cohort", "synthetic", "--institution", "Northgate", "--columns", "p31,p21022"]


def finish(processes):
    told = [process.communicate() for process in processes]
    return [(process.returncode, out) for process, (out, _) in zip(processes, told, strict=True)]


def test_of_two_private_questions_at_once_only_what_is_left_is_spent(cohort_home):
    assert run(cohort_home, "project", "add", "heart", *PROJECT)[0] == 0
    asked = ["query", "heart", COUNT, "--epsilon", "0.75", "--json"]
    codes = [code for code, _ in finish([start(cohort_home, *asked) for _ in range(2)])]
    assert sorted(codes) == [0, 1]
    code, left = document(cohort_home, "query", "heart", COUNT, "--epsilon", "0.25")
    assert (code, left["budget"]["spent_epsilon"]) == (0, 1)
    assert document(cohort_home, "ledger", "verify")[1]["verifies"]


def test_of_plain_questions_at_once_each_that_is_answered_is_on_record(cohort_home):
    assert run(cohort_home, "project", "add", "heart", *PROJECT)[0] == 0
    asked = [f"SELECT COUNT(*) AS n FROM participants WHERE p21022 > {age}" for age in (45, 50, 55)]
    codes = [code for code, _ in finish([start(cohort_home, "query", "heart", sql) for sql in asked])]
    assert 0 in codes
    left = document(cohort_home, "query", "heart", asked[0])[1]
    assert left["questions_left"] == 25 - codes.count(0) - 1
    assert left["question"] == codes.count(0) + 1
    assert document(cohort_home, "ledger", "verify")[1]["verifies"]
