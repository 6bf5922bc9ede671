"""Jobs: what they see, how they end, and what is collected of them."""

import os
import re
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from strongroom.errors import RefusedError
from strongroom.sandbox.jobs import Cause, Job, JobLimits, Supervisor, own_runtime, run, running


def view(directory):
    for name in ("participants", "gp events"):
        with (directory / f"{name}.parquet").open("wb") as file:
            pq.write_table(pa.table({"eid": [1, 2, 3], "sbp": [120.0, 130.0, 140.0]}), file)


def test_a_job_reads_the_view_and_its_inputs_and_writes_outputs(run_script):
    script = """
import strongroom_data
data = strongroom_data.open()
[(mean,)] = data.sql('SELECT avg(sbp) FROM participants').fetchall()
[(n,)] = data.sql('SELECT count(*) FROM "gp events"').fetchall()
open('/outputs/result.csv', 'w').write(f'mean,n,code\\n{mean},{n},{open("/inputs/codes.txt").read()}')
print('done')
"""
    result, directory = run_script(script, view=view, inputs={"codes.txt": b"I21"})
    assert result.cause is Cause.FINISHED, (directory / "stderr.txt").read_text()
    assert (directory / "outputs" / "result.csv").read_text() == "mean,n,code\n130.0,3,I21"
    assert (directory / "stdout.txt").read_text() == "done\n"
    assert not (directory / "stderr.txt").exists()
    assert [each.name for each in result.outputs] == ["outputs/result.csv", "stdout.txt"]
    assert result.usage.seconds > 0
    assert result.status == 0


READ_ONLY = ("/code", "/data", "/inputs", "/etc", "/usr", "/dev", "/opt/strongroom", "")


@pytest.mark.parametrize("place", READ_ONLY)
def test_nothing_but_outputs_and_scratch_can_be_written(run_script, place):
    result, directory = run_script(f"open({place!r} + '/x', 'w')")
    assert result.cause is Cause.SCRIPT_FAILED
    assert "Read-only file system" in (directory / "stderr.txt").read_text()


ROOTS = ("open('/proc/sys/kernel/core_pattern', 'r+')", "__import__('os').chmod('/dev/null', 0o666)")


@pytest.mark.parametrize("attempt", ROOTS)
def test_a_job_of_root_changes_neither_kernel_nor_devices(run_script, attempt):
    """It has root's number on the host, to whom the files belong."""
    result, directory = run_script(attempt)
    assert result.cause is Cause.SCRIPT_FAILED
    assert re.search("Read-only file system|Permission denied", (directory / "stderr.txt").read_text())


def test_an_error_of_the_script_is_a_cause_without_its_message(run_script):
    result, _ = run_script("raise ValueError('130.0')")
    assert result.cause is Cause.SCRIPT_FAILED
    assert "130.0" not in result.sentence
    assert result.status == 1


def test_a_job_that_takes_too_long_is_stopped_with_all_its_processes(run_script):
    script = "import os, signal, time; signal.signal(15, signal.SIG_IGN); os.fork(); time.sleep(600)"
    began = time.monotonic()
    result, _ = run_script(script, limits=JobLimits(seconds=1))
    assert result.cause is Cause.TIME_LIMIT
    assert result.status is None
    assert time.monotonic() - began < 30


def test_a_job_can_be_stopped(run_script):
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    result, _ = run_script("import time; time.sleep(600)", stop=stop)
    assert result.cause is Cause.STOPPED


def test_a_job_that_takes_too_much_memory_is_stopped(run_script):
    result, _ = run_script("x = bytearray(10 ** 9)", limits=JobLimits(seconds=60, memory=200 << 20))
    assert result.cause in {Cause.MEMORY_LIMIT, Cause.SCRIPT_FAILED}
    assert result.cause is Cause.MEMORY_LIMIT or "cgroup" not in result.isolation


def test_without_control_groups_a_watchdog_stops_what_takes_too_much_memory(tmp_path, monkeypatch):
    job = Job(
        files={"main.py": b"x = bytearray(10 ** 9)\nimport time; time.sleep(60)"},
        command=("python", "/code/main.py"),
        runtime=own_runtime(),
        limits=JobLimits(seconds=60, memory=200 << 20),
    )
    no_groups = (
        "from strongroom.sandbox.jobs import caps; caps._version_1 = caps._version_2 = lambda *_: None\n"
    )
    head, _, tail = running._START.rpartition("\n")
    monkeypatch.setattr(running, "_START", f"{head}\n{no_groups}{tail}")
    result = run(job, view=view, outputs=tmp_path / "job")
    assert result.isolation == "bubblewrap, seccomp and resource limits and a watchdog"
    assert result.cause is Cause.MEMORY_LIMIT


def test_long_output_is_cut_and_the_job_goes_on(run_script):
    script = "print('x' * 5_000_000); open('/outputs/end.txt', 'w').write('reached')"
    result, directory = run_script(script, limits=JobLimits(seconds=60, stream_bytes=1000))
    assert result.cut
    assert len((directory / "stdout.txt").read_text()) == 1000
    assert (directory / "outputs" / "end.txt").read_text() == "reached"


def test_only_declared_outputs_are_collected(run_script):
    script = "for n in 'ab': open(f'/outputs/{n}.csv', 'w').write(n)"
    result, directory = run_script(script, outputs=("b.csv",))
    assert [each.name for each in result.outputs] == ["outputs/b.csv"]
    assert result.cause is Cause.FINISHED
    assert not (directory / "outputs" / "a.csv").exists()


def test_one_refused_output_refuses_all(run_script):
    script = "import os; open('/outputs/a.csv', 'w').write('a'); os.symlink('/etc/passwd', '/outputs/b.csv')"
    result, directory = run_script(script)
    assert result.cause is Cause.OUTPUTS_REFUSED
    assert result.refused == {"not a plain file": 1}
    assert result.outputs == ()
    assert not (directory / "outputs").exists()


def test_the_same_job_gives_the_same_bytes(run_script):
    """Hashes, seeds, dates and identifiers of figures do not change from run to run."""
    script = """
import os, sys, random
random.seed(int(os.environ['STRONGROOM_SEED']))
open('/outputs/a.txt', 'w').write(f"{hash('x')} {random.random()} {os.environ['SOURCE_DATE_EPOCH']}")
"""
    first, _ = run_script(script, into="first")
    second, _ = run_script(script, into="second")
    assert first.outputs == second.outputs


def test_an_error_while_the_view_is_written_ends_the_job(run_script, supervisor):
    def fails(_):
        raise RefusedError("no key")

    with pytest.raises(RefusedError, match="no key"):
        run_script("", view=fails)
    result, _ = run_script("print(1)", into="next")
    assert result.cause is Cause.FINISHED


def test_a_machine_that_cannot_isolate_runs_nothing(monkeypatch):
    monkeypatch.setattr(running, "bubblewrap", tuple)
    with pytest.raises(RefusedError, match="cannot isolate"):
        Supervisor()


def test_a_killed_supervisor_ends_its_jobs(tmp_path):
    """No process and no mount of the job is left."""
    with Supervisor() as killed:
        threading.Timer(1.0, os.kill, (killed.pid, signal.SIGKILL)).start()
        job = Job({}, ("python", "-c", "import time; time.sleep(61)"), own_runtime())
        with pytest.raises(RefusedError, match="supervisor ended"):
            run(job, view=view, outputs=tmp_path / "job", supervisor=killed)
    until = time.monotonic() + 30
    while _sleeping() and time.monotonic() < until:  # the kernel kills one after the other
        time.sleep(0.05)
    assert not _sleeping()


def _sleeping():
    commands = [_command(each) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return [each for each in commands if b"import time; time.sleep(61)" in each]


def _command(process):
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_job_gets_its_runtimes_list_of_fonts(supervisor, tmp_path):
    """Or every job that draws would look for fonts first."""
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "fontlist-v1.json").write_text("{}")
    script = "import os; print(os.listdir(os.environ['MPLCONFIGDIR']))"
    runtime = replace(own_runtime(), fonts=tmp_path / "fonts")
    job = Job({}, ("python", "-c", script), runtime)
    run(job, view=view, outputs=tmp_path / "job", supervisor=supervisor)
    assert (tmp_path / "job" / "stdout.txt").read_text() == "['fontlist-v1.json']\n"
