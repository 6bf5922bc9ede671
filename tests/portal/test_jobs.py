"""Scripts run beside a view: entries before and after, outputs through the airlock, none kept in the open."""

import json
from pathlib import Path

import pytest

from strongroom.checker import Verdict
from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import act, ledger
from strongroom.portal.data.views import add_project
from strongroom.portal.enclave.interrupted import settle_jobs
from strongroom.portal.enclave.jobs import Order, jobs_of, run_job
from strongroom.portal.enclave.models import Job
from strongroom.portal.home import open_home
from strongroom.portal.outputs.decisions import Approval, approve_request
from strongroom.portal.outputs.job_account import account, provenance, summary
from strongroom.portal.outputs.job_outputs import run_and_submit
from strongroom.portal.oversight.state_audit import verify_state
from strongroom.portal.projects.actions import revoke_project
from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.jobs import Cause, JobLimits

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")

HONEST = """
import strongroom_data
rows = strongroom_data.open().sql(
    "SELECT p31_i0, count(*) AS n, round(avg(p21001_i0), 1) AS bmi "
    "FROM participants GROUP BY p31_i0 ORDER BY 1"
).fetchall()
with open("/outputs/table.csv", "w") as file:
    file.write("sex,n,bmi\\n" + "".join(f"{a},{b},{c}\\n" for a, b, c in rows))
"""
ROWS = """
import strongroom_data
strongroom_data.open().sql("SELECT * FROM participants").write_csv("/outputs/table.csv")
"""


@pytest.fixture
def project(cohort_home):
    return add_project(
        cohort_home,
        slug="heart",
        institution="Northgate",
        cohort_name="synthetic",
        columns=["p31", "p21001_i0", "p50_i0", "p21002_i0"],
        by="ada",
    ).project


@pytest.fixture
def submit(cohort_home, project, tmp_path):
    def submitted(script, *, to=None, suffix=".py", outputs=("table.csv", "note.csv", "a.txt"), **options):
        path = tmp_path / f"analysis{suffix}"
        path.write_text(script)
        order = Order(script=path, limits=JobLimits(seconds=60), outputs=outputs, **options)
        return run_and_submit(cohort_home, slug="heart", order=order, by="researcher", release_to=to)

    return submitted


def entries(home, *kinds):
    return [entry for _, entry in ledger(home).entries() if entry.kind in kinds]


def test_an_honest_result_leaves_and_the_record_names_the_script_that_made_it(cohort_home, submit, tmp_path):
    done = submit(HONEST, to=tmp_path / "out")
    assert done.report.verdict is Verdict.RELEASE, done.report.to_json()
    assert (tmp_path / "out" / "table.csv").read_text().startswith("sex,n,bmi")
    started, ended, checked, released = entries(
        cohort_home, "job.started", "job.ended", "output.checked", "output.released"
    )
    assert started.facts["script"] == done.job.script_sha256
    assert started.facts["view"] == 1
    assert ended.facts["cause"] == "finished"
    assert ended.facts["outputs"][0]["name"] == "outputs/table.csv"
    assert checked.facts["job"] == done.job.pk
    assert released.facts["request"] == done.request.pk
    assert done.request.job == done.job
    assert done.job.script == HONEST
    verify_state(cohort_home)


def test_rows_of_the_view_do_not_leave(submit, tmp_path):
    done = submit(ROWS, to=tmp_path / "out")
    assert done.result.cause is Cause.FINISHED
    assert done.report.verdict is Verdict.BLOCK
    assert not (tmp_path / "out").exists()


def test_what_a_script_prints_is_checked_too(submit, tmp_path):
    """Standard output is a way out like any other."""
    script = (
        'import strongroom_data; print(strongroom_data.open().sql("SELECT * FROM participants").fetchall())'
    )
    done = submit(script, to=tmp_path / "out")
    assert [each.name for each in done.result.outputs] == ["stdout.txt"]
    assert done.report.verdict is not Verdict.RELEASE
    assert done.streams == {}


def test_a_failing_scripts_messages_go_through_the_airlock(cohort_home, submit):
    script = (
        'import strongroom_data; raise ValueError(strongroom_data.open().sql("FROM participants").fetchall())'
    )
    done = submit(script)
    assert done.result.cause is Cause.SCRIPT_FAILED
    assert done.report.verdict is not Verdict.RELEASE
    assert "ValueError" not in json.dumps(entries(cohort_home, "job.ended")[0].facts)


def test_on_dummy_data_nothing_of_the_view_is_read_and_messages_are_shown(cohort_home, submit, tmp_path):
    script = """
import strongroom_data
print(strongroom_data.open().sql('SELECT count(*) FROM participants').fetchall())
open('/outputs/a.txt', 'w').write('written')
"""
    done = submit(script, to=tmp_path / "out", dummy=123)
    assert done.streams == {"stdout.txt": "[(123,)]\n"}
    assert (tmp_path / "out" / "a.txt").read_text() == "written"
    assert done.request is None
    assert done.job.view is None
    assert done.job.kept == ""
    assert entries(cohort_home, "job.started")[0].facts["view"] is None


def test_outputs_of_dummy_data_are_not_written_over(submit, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("mine")
    with pytest.raises(UsageError, match="already has"):
        submit("open('/outputs/a.txt', 'w')", to=tmp_path / "out", dummy=10)


def test_the_dictionary_is_beside_the_tables(submit):
    script = """
import strongroom_data
print(sorted(each["column"] for each in strongroom_data.dictionary()), [*strongroom_data.tables()])
"""
    done = submit(script, dummy=10)
    assert done.streams["stdout.txt"] == "['p21001_i0', 'p21002_i0', 'p31_i0', 'p50_i0'] ['participants']\n"


def test_the_researchers_own_files_are_read_and_their_hashes_recorded(submit, tmp_path):
    codes = tmp_path / "codes.txt"
    codes.write_text("I21\n")
    done = submit("print(open('/inputs/codes.txt').read())", inputs=(codes,), dummy=10)
    assert done.streams["stdout.txt"] == "I21\n\n"
    assert list(done.job.inputs) == ["codes.txt"]


def test_a_second_run_says_whether_the_script_is_repeatable(submit):
    assert submit("print(hash('x'))", dummy=10, twice=True).job.repeatable is True
    assert submit("import os; print(os.urandom(8))", dummy=10, twice=True).job.repeatable is False
    assert submit("print(1)", dummy=10).job.repeatable is None


def test_a_job_without_outputs_makes_no_request(submit):
    done = submit("pass")
    assert done.result.cause is Cause.FINISHED
    assert done.request is None


def test_a_request_under_review_is_released_from_the_kept_outputs(cohort_home, submit, tmp_path):
    """The researcher never has the files, so the output checker needs none."""
    done = submit("open('/outputs/note.csv', 'w').write('sex,n\\nf,120\\nm,3\\n')")
    assert done.report.verdict is Verdict.REVIEW, done.report.to_json()
    out = tmp_path / "out"
    request, _ = approve_request(
        cohort_home,
        number=done.request.pk,
        approval=Approval((), out),
        reason="m is a public count",
        by="checker",
    )
    assert request.decision == "release"
    assert [each.name for each in out.rglob("*.csv")] == ["note.csv"]


def test_kept_outputs_are_encrypted(cohort_home, submit):
    submit("open('/outputs/a.txt', 'w').write(' '.join(['a', 'plain', 'sentence']))")
    files = [each for each in cohort_home.path.rglob("*") if each.is_file()]
    assert any("jobs" in each.parts for each in files)
    assert not [each for each in files if b"a plain sentence" in each.read_bytes()]


def test_a_revoked_project_runs_nothing(cohort_home, project, submit):
    revoke_project(cohort_home, slug="heart", reason="left", by="ada")
    with pytest.raises(RefusedError):
        submit(HONEST)
    with pytest.raises(RefusedError):
        submit(HONEST, dummy=10)


def test_a_project_revoked_during_a_job_releases_nothing(cohort_home, submit, tmp_path, monkeypatch):
    def revoked(*arguments, **options):
        done = run_job(*arguments, **options)
        revoke_project(cohort_home, slug="heart", reason="left", by="ada")
        return done

    monkeypatch.setattr("strongroom.portal.outputs.job_outputs.run_job", revoked)
    with pytest.raises(RefusedError):
        submit(HONEST, to=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("outputs", [("../x",), ("/etc/passwd",)])
def test_declared_outputs_are_below_the_directory(submit, outputs):
    with pytest.raises(UsageError, match="not below"):
        submit("pass", outputs=outputs)


def test_what_is_no_script_is_refused(submit, cohort_home, tmp_path, project):
    with pytest.raises(UsageError, match="no script"):
        submit("pass", suffix=".sh")
    with pytest.raises(UsageError, match="cannot run notebooks"):
        submit("{}", suffix=".ipynb")
    with pytest.raises(UsageError, match="not a file"):
        run_and_submit(
            cohort_home, slug="heart", order=Order(tmp_path / "missing.py", dummy=1), by="researcher"
        )
    with pytest.raises(UsageError, match="same name"):
        submit("pass", inputs=(tmp_path / "analysis.py", tmp_path / "analysis.py"))


def test_on_the_view_outputs_are_declared_beforehand(submit):
    """A script could write a record into the names of its files."""
    with pytest.raises(UsageError, match="No outputs"):
        submit(HONEST, outputs=())
    done = submit("for n in range(40): open(f'/outputs/{n}_73_162.csv', 'w').write('n')")
    assert done.result.outputs == ()
    assert done.result.cause is Cause.FINISHED


def test_a_researcher_is_told_nothing_that_the_script_chose(submit):
    script = """
import strongroom_data
first = strongroom_data.open().sql("SELECT * FROM participants LIMIT 400").pl()
first.rename({first.columns[1]: "Sarah 1962"}).write_csv("/outputs/table.csv")
held = bytearray(333_000_000)
"""
    done = submit(script)
    told = account(done)
    assert told["verdict"] == "block"
    assert [each["path"] for each in told["files"]] == ["table.csv"]
    assert told["files"][0]["rule"]
    assert "Sarah" not in json.dumps(told)
    output = done.result.outputs[0]
    assert output.sha256 not in json.dumps(told)
    assert told["memory_gib_up_to"] in {0.5, 1}
    assert told["minutes_up_to"] in {1, 2}
    kept = provenance(done.job)
    assert kept["outputs"][0]["sha256"] == output.sha256
    assert kept["memory"] > 0


def test_what_was_used_is_told_in_steps(submit):
    done = submit("print(1)", dummy=10)
    for seconds, step in ((0, 1), (61, 2), (3600, 60), (10**9, 1440)):
        done.job.seconds = seconds
        assert summary(done.job)["minutes_up_to"] == step


def test_on_dummy_data_the_researcher_is_told_everything(submit):
    told = account(submit("print(1); open('/outputs/x.csv', 'w').write('a')", dummy=10, outputs=()))
    assert told["streams"] == {"stdout.txt": "1\n"}
    assert told["written"] == ["outputs/x.csv", "stdout.txt"]


def test_a_project_lists_its_jobs(submit):
    submit("print(1)", dummy=10)
    assert [job.cause for job in jobs_of("heart")] == ["finished"]
    with pytest.raises(NotFoundError):
        jobs_of("lungs")


def test_a_killed_job_is_recorded_by_the_next_command(cohort_home, project):
    with act(cohort_home, by="researcher") as record:
        job = Job(
            project=project,
            state=Job.State.RUNNING,
            limits={},
            started_at=cohort_home.clock(),
            started_by="researcher",
        )
        job.save()
        record("job.started", "heart", job=job.pk)
    open_home(cohort_home.path)
    job.refresh_from_db()
    assert job.state == Job.State.INTERRUPTED
    assert entries(cohort_home, "job.interrupted")[0].facts["job"] == job.pk
    settle_jobs(cohort_home)
    assert len(entries(cohort_home, "job.interrupted")) == 1


@pytest.mark.skipif(not Path("/usr/bin/Rscript").exists(), reason="R is not installed")
def test_a_script_in_r_reads_the_view_as_data_frames(submit):
    script = """
source("/opt/strongroom/strongroom_data.R")
data <- strongroom_data()
cat(names(data), nrow(data$participants), class(data$participants$p21001_i0), "\\n")
write.csv(data.frame(n = nrow(data$participants)), "/outputs/n.csv", row.names = FALSE)
"""
    done = submit(script, suffix=".R", dummy=50, outputs=())
    assert done.streams["stdout.txt"] == "participants 50 numeric \n", done.streams
    assert done.result.cause is Cause.FINISHED
