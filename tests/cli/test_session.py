"""`strongroom session` and `strongroom runtime`, as far as they go without a runtime."""

from program import document, run
from strongroom.portal.data.views import add_project


def added(home):
    add_project(
        home, slug="heart", institution="Northgate", cohort_name="synthetic", columns=["p31"], by="ada"
    )


def test_without_a_runtime_a_session_says_how_to_build_one(cohort_home):
    added(cohort_home)
    code, _, err = run(cohort_home, "session", "heart")
    assert code == 1
    assert "Run 'strongroom runtime build'." in err
    assert document(cohort_home, "runtime", "list") == (0, {"runtimes": []})
    assert "No runtime is built" in run(cohort_home, "runtime", "list")[1]


def test_sessions_are_listed_and_ended_by_their_number(cohort_home):
    added(cohort_home)
    assert document(cohort_home, "session", "heart", "--list") == (0, {"sessions": []})
    assert "heart has had no sessions" in run(cohort_home, "session", "heart", "--list")[1]
    for option in ("--end", "--code"):
        code, _, err = run(cohort_home, "session", "heart", option, 7)
        assert code == 1
        assert "heart has no session 7" in err


def test_an_unknown_runtime_is_refused(cohort_home):
    code, _, err = run(cohort_home, "runtime", "build", "other")
    assert code == 1
    assert "There are: analysis." in err
