"""Jobs are shared out over processes; one that ends its process, or never ends, costs that job alone."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from strongroom.checker.parallel import shared_out

LONG = 60.0


def told(number):
    return lambda: f"{number} by {os.getpid()}"


def test_all_are_answered_in_their_order_by_several_processes():
    answers = shared_out([told(number) for number in range(10)], processes=3, seconds=LONG)
    assert [each.split()[0] for each in answers] == [str(number) for number in range(10)]
    assert len({each.split()[2] for each in answers}) == 3


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_no_job_and_one_job(processes):
    assert shared_out([], processes=processes, seconds=LONG) == []
    assert shared_out([lambda: "done"], processes=processes, seconds=LONG) == ["done"]


def test_answers_longer_than_a_pipe_holds():
    long = "x" * 3_000_000
    assert shared_out([lambda: "", lambda: long], processes=2, seconds=LONG) == ["", long]


def test_a_job_that_ends_its_process_is_lost_and_no_other():
    def crash():
        os.kill(os.getpid(), signal.SIGKILL)
        return "still here"

    def fail():
        raise ZeroDivisionError

    jobs = [told(0), crash, told(2), told(3), told(4), fail, told(6), told(7)]
    answers = shared_out(jobs, processes=2, seconds=LONG)
    assert [number for number, answer in enumerate(answers) if answer is None] == [1, 5]


def test_a_job_that_never_ends_is_lost():
    def wait():
        time.sleep(LONG)
        return "slept"

    answers = shared_out([told(0), wait, told(2), told(3)], processes=2, seconds=0.3)
    assert answers[1] is None
    assert None not in [answers[0], *answers[2:]]


@pytest.mark.parametrize("wait", ["sleeps", "catches every exception"])
def test_the_share_of_this_process_is_bounded_too(wait):
    def forever():
        until = time.monotonic() + LONG
        while time.monotonic() < until:
            with contextlib.suppress(*([Exception] if wait != "sleeps" else [])):
                time.sleep(LONG if wait == "sleeps" else 0.01)
        return "slept"

    answers = shared_out([forever, told(1), told(2)], processes=2, seconds=0.3)
    assert answers[0] is None
    assert None not in answers[1:]
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_a_thread_that_cannot_be_interrupted_leaves_all_jobs_to_forks():
    def forever():
        time.sleep(LONG)
        return "slept"

    found = []
    thread = threading.Thread(
        target=lambda: found.extend(shared_out([forever, told(1)], processes=2, seconds=0.3))
    )
    thread.start()
    thread.join()
    assert found[0] is None
    assert found[1] is not None


def test_who_is_interrupted_leaves_no_process_behind():
    def interrupt():
        raise KeyboardInterrupt

    before = children()
    with pytest.raises(KeyboardInterrupt):
        shared_out([interrupt, lambda: str(time.sleep(LONG))], processes=2, seconds=LONG)
    assert children() == before


def children():
    return {
        child
        for task in Path("/proc/self/task").iterdir()
        for child in (task / "children").read_text().split()
    }
