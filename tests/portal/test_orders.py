"""Jobs asked for on the site wait in the database, run once, and tell little of what they met."""

import os
import subprocess
import sys

import pytest

from people import cast, opened
from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.portal.enclave.models import Job, JobOrder
from strongroom.portal.enclave.orders import ask_for_job, cancel_order, get_order_for, settle_orders, work
from strongroom.portal.outputs.checking import work as check_and_release
from strongroom.portal.outputs.models import Submission
from strongroom.portal.outputs.submissions import open_submission, submit
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.platform.actions import pause_platform
from strongroom.sandbox.confinement import bubblewrap

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")

SCRIPT = """
import strongroom_data
rows = strongroom_data.open().sql(
    "SELECT p31_i0, count(*) AS n, round(avg(p21001_i0), 1) AS bmi FROM participants GROUP BY 1 ORDER BY 1"
).fetchall()
with open("/outputs/table.csv", "w") as file:
    file.write("sex,n,bmi\\n" + "".join(f"{a},{b},{c}\\n" for a, b, c in rows))
print("done")
"""


@pytest.fixture
def people(cohort_home):
    made = cast(cohort_home)
    opened(cohort_home, made)
    return made


def asked(home, people, **facts):
    facts = {"script_name": "analysis.py", "script": SCRIPT, "outputs": ["table.csv"], **facts}
    return ask_for_job(home, slug="heart", by=people.rosa, **facts)


def test_a_job_runs_and_its_outputs_go_through_the_airlock(cohort_home, people):
    order = asked(cohort_home, people)
    assert work(cohort_home)
    assert not work(cohort_home)
    order.refresh_from_db()
    assert (order.state, order.printed) == ("done", {})
    draft = open_submission(
        cohort_home, slug="heart", title="Table", reason="for the paper", by=people.rosa, job=order.job
    )
    submit(cohort_home, submission=draft, by=people.rosa)
    while check_and_release(cohort_home):
        pass
    released = Submission.objects.get()
    assert released.state == "released"
    assert "table.csv" in [each.name for each in released.copies.all()]
    assert released.request.job == order.job
    verify_state(cohort_home)


def test_a_run_on_invented_data_shows_what_it_prints(cohort_home, people):
    order = asked(cohort_home, people, dummy=True, outputs=[])
    work(cohort_home)
    order.refresh_from_db()
    assert "done" in "".join(order.printed.values())


def test_what_a_killed_worker_was_running_is_queued_again(cohort_home, people):
    order = asked(cohort_home, people)
    JobOrder._base_manager.filter(pk=order.pk).update(state="running")
    settle_orders(cohort_home)
    order.refresh_from_db()
    assert order.state == "queued"


def test_a_job_that_waits_can_be_cancelled_by_its_project(cohort_home, people):
    order = asked(cohort_home, people)
    with pytest.raises(NotFoundError):
        cancel_order(cohort_home, order=order, by=people.lena)
    cancel_order(cohort_home, order=order, by=people.paul)
    assert not work(cohort_home)
    with pytest.raises(RefusedError, match="cancelled"):
        cancel_order(cohort_home, order=order, by=people.paul)
    assert not Job.objects.exists()


def test_jobs_belong_to_members(cohort_home, people):
    order = asked(cohort_home, people)
    for person in (people.lena, people.carl, people.ada):
        with pytest.raises(NotFoundError):
            get_order_for(person, order.pk)
    with pytest.raises(NotFoundError):
        ask_for_job(cohort_home, slug="heart", script_name="a.py", script="1", outputs=["a"], by=people.lena)


@pytest.mark.parametrize(
    "facts", [{"script_name": "virus.exe"}, {"script": " "}, {"outputs": []}, {"script": "x" * (1 << 21)}]
)
def test_what_cannot_be_run_is_refused(cohort_home, people, facts):
    with pytest.raises(UsageError):
        asked(cohort_home, people, **facts)


def test_a_paused_platform_runs_nothing(cohort_home, people):
    asked(cohort_home, people)
    pause_platform(cohort_home, reason="a leak", by="ada")
    assert not work(cohort_home)


def test_a_member_learns_nothing_that_the_script_chose_but_what_was_released(cohort_home, people):
    """Names, sizes, hashes and the words of findings of a job's outputs are ways out that nobody checks."""
    script = SCRIPT.replace("sex,n,bmi", "sex,n,secret")
    order = asked(
        cohort_home, people, script=script + 'open("/outputs/table.csv", "a").write("9,3,20.1\\n")\n'
    )
    work(cohort_home)
    order.refresh_from_db()
    draft = open_submission(
        cohort_home, slug="heart", title="Table", reason="for the paper", by=people.rosa, job=order.job
    )
    submit(cohort_home, submission=draft, by=people.rosa)
    check_and_release(cohort_home)
    held = Submission.objects.get()
    assert held.state == "review"
    told = told_to_members(cohort_home, held)
    assert "small-cells/shown" in told
    for file in held.files.all():
        assert file.sha256 not in told
    assert "fewer than" not in told
    assert "secret" not in told


def told_to_members(home, submission):
    """Return what the site's interface says, from a process with the site's settings."""
    code = (
        "import django; django.setup(set_prefix=False)\n"
        "from pathlib import Path\n"
        "import json, sys\n"
        "from strongroom.portal.home import open_home\n"
        "home = open_home(Path(sys.argv[1]))\n"
        "from strongroom.portal.outputs.models import Submission\n"
        "from strongroom.portal.site.api.checks import _told\n"
        "print(json.dumps(_told(Submission.objects.get(pk=int(sys.argv[2])))))\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "strongroom.portal.site.settings"}
    command = [sys.executable, "-c", code, str(home.path), str(submission.pk)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
