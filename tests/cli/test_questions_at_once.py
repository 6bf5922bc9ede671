"""Processes that ask at the same moment spend no more than there is, and every answer is on record."""

from program import document, run, start

PROJECT = ["--cohort", "synthetic", "--institution", "Northgate", "--columns", "p31,p21022"]


def finish(processes):
    told = [process.communicate() for process in processes]
    return [(process.returncode, out) for process, (out, _) in zip(processes, told, strict=True)]


def test_of_two_questions_at_once_only_what_is_left_is_spent(cohort_home):
    assert run(cohort_home, "project", "add", "heart", *PROJECT)[0] == 0
    asked = [f"SELECT COUNT(*) AS n FROM participants WHERE p21022 > {age}" for age in (45, 50)]
    costs = [["query", "heart", sql, "--noise", "3.5", "--json"] for sql in asked]
    codes = [code for code, _ in finish([start(cohort_home, *each) for each in costs])]
    assert sorted(codes) == [0, 1]
    code, left = document(cohort_home, "query", "heart", asked[0], "--noise", "7")
    assert (code, round(left["budget_left"], 2)) == (0, 0.18)
    assert document(cohort_home, "ledger", "verify")[1]["verifies"]


def test_questions_at_once_wait_for_one_another(cohort_home):
    """A refusal would tell that another question was answered in between, and what it found."""
    assert run(cohort_home, "project", "add", "heart", *PROJECT)[0] == 0
    asked = [f"SELECT COUNT(*) AS n FROM participants WHERE p21022 > {age}" for age in (45, 50, 55)]
    codes = [code for code, _ in finish([start(cohort_home, "query", "heart", sql) for sql in asked])]
    assert codes == [0, 0, 0]
    again = document(cohort_home, "query", "heart", asked[0])[1]
    assert (again["question"], again["cost"]) == (4, 0)
    assert document(cohort_home, "ledger", "verify")[1]["verifies"]
