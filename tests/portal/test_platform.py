"""A pause stops everything at once, and another person ends it."""

import json
import subprocess
import sys

import pytest

from people import cast, opened
from strongroom.errors import AccessDeniedError, RefusedError
from strongroom.portal.outputs.actions import airlock
from strongroom.portal.outputs.questions import ask_question
from strongroom.portal.oversight.pausing import pause, resume
from strongroom.portal.platform.actions import current_pause, pause_platform, require_running, resume_platform


def test_nothing_runs_is_asked_or_leaves_while_the_platform_is_paused(cohort_home):
    people = cast(cohort_home)
    opened(cohort_home, people)
    pause(cohort_home, reason="a file for sale", by=people.ada)
    with pytest.raises(RefusedError, match="a file for sale"):
        require_running()
    with pytest.raises(RefusedError, match="paused"):
        airlock(project="heart")
    with pytest.raises(RefusedError, match="paused"):
        ask_question(cohort_home, slug="heart", sql="SELECT COUNT(*) FROM participants", by="rosa")
    with pytest.raises(RefusedError, match="already"):
        pause(cohort_home, reason="again", by=people.bea)


def test_another_custodian_resumes(home):
    people = cast(home)
    pause(home, reason="a leak", by=people.ada)
    with pytest.raises(RefusedError, match="Another custodian"):
        resume(home, reason="over", by=people.ada)
    for person in (people.carl, people.rosa, people.otto):
        with pytest.raises(AccessDeniedError):
            resume(home, reason="over", by=person)
    resume(home, reason="over", by=people.bea)
    assert current_pause() is None
    require_running()


def test_a_pause_has_a_reason(home):
    for act, word in ((pause_platform, "pause"), (resume_platform, "Resuming")):
        with pytest.raises(RefusedError, match=word):
            act(home, reason=" ", by="ada")
    with pytest.raises(RefusedError, match="not paused"):
        resume_platform(home, reason="over", by="ada")


def test_the_command_line_pauses_and_resumes(cohort_home):
    program = [sys.executable, "-c", "from strongroom.cli import main; main()"]

    def run(*words):
        command = [*program, *words, "--home", str(cohort_home.path), "--json"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert json.loads(run("pause", "--reason", "a leak").stdout)["paused"] is True
    assert current_pause().reason == "a leak"
    assert run("pause", "--reason", "again").returncode == 1
    assert run("resume", "--reason", "over").returncode == 0
    assert current_pause() is None
