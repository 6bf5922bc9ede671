"""Two processes on one home do not corrupt it, and interrupting one leaves it as it was."""

import signal
import time

import pytest

from program import add_cohort_words, document, run, start

PROJECT = ["--cohort", "synthetic", "--institution", "Northgate", "--columns", "p31,p21001_i0"]


def finish(processes):
    for process in processes:
        process.communicate()
    return [process.returncode for process in processes]


def test_of_two_that_add_one_cohort_one_succeeds(home, synthetic_source):
    codes = finish([start(home, *add_cohort_words(synthetic_source)) for _ in range(2)])
    assert sorted(codes) == [0, 1]
    code, shown = document(home, "cohort", "show", "ukb")
    assert (code, shown["participants"]) == (0, 2_000)
    assert len(list((home.vault / "cohorts").iterdir())) == 1
    assert document(home, "ledger", "verify")[1]["verifies"]


def test_projects_added_at_once_are_all_there_and_the_ledger_has_no_gap(cohort_home):
    codes = finish([start(cohort_home, "project", "add", f"project-{n}", *PROJECT) for n in range(4)])
    assert codes == [0, 0, 0, 0]
    verified = document(cohort_home, "ledger", "verify")[1]
    # Two for the cohort, one each for the institution and the plan of marks, and two for each project.
    assert verified["entries"] == 2 + 1 + 1 + 4 * 2


@pytest.mark.parametrize(
    ("how", "after"),
    [
        (signal.SIGINT, 1.2),
        (signal.SIGINT, 1.6),
        (signal.SIGTERM, 1.4),
        (signal.SIGKILL, 1.2),
        (signal.SIGKILL, 1.6),
    ],
)
def test_a_command_stopped_at_any_moment_leaves_all_or_nothing(home, synthetic_source, how, after):
    process = start(home, *add_cohort_words(synthetic_source))
    time.sleep(after)
    process.send_signal(how)
    _, err = process.communicate()
    if process.returncode == 1:
        assert err.endswith("strongroom: Interrupted; the unfinished step changed nothing.\n")
    assert document(home, *add_cohort_words(synthetic_source, "another"))[0] == 0
    there = run(home, "cohort", "show", "ukb")[0] == 0
    # Killed between the move and the commit, a directory may stay whose key was never stored.
    assert 1 + there <= len(list((home.vault / "cohorts").iterdir())) <= 2
    assert list((home.vault / "incoming").iterdir()) == []
    verified = document(home, "ledger", "verify")[1]
    # A cohort has two entries: that it was added, and its relations.
    assert verified["entries"] == 2 * (1 + there)
