"""What a researcher is told of a job: little, because the script chooses what there is to tell.

A script can write a participant's record into the names of its files, their sizes, the headings that a
finding quotes, or the seconds and bytes that it uses. So a researcher learns what was settled before the
script ran (its name, the names declared), a verdict and one rule for each file, and what was used in coarse
steps. The custodian sees everything.
"""

from collections.abc import Iterable
from typing import Any

from strongroom.checker import Verdict
from strongroom.checker.report import FileReport
from strongroom.portal.enclave.models import Job
from strongroom.portal.outputs.job_outputs import JobDone

# Steps in which a researcher is told what a job used; the last is that of all larger ones.
_MINUTES = (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 1440)  # minutes, judgement: four bits a job at the most
_GIB = (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128)  # GiB, judgement: as above


def account(done: JobDone) -> dict[str, Any]:
    """Return what the researcher is told of a job that ended; all of it on dummy data."""
    told = summary(done.job) | {"message": done.result.sentence}
    if done.job.view is None:
        written = [output.name for output in done.result.outputs]
        return told | {"streams": dict(done.streams), "written": written}
    report = done.report
    files = [] if report is None else [_file(each) for each in report.files]
    return told | {"verdict": None if report is None else report.verdict.value, "files": files}


def summary(job: Job) -> dict[str, Any]:
    """Return what the researcher is told of any job."""
    return {
        "job": job.pk,
        "state": job.state,
        "cause": job.cause,
        "script": job.script_name,
        "script_sha256": job.script_sha256,
        "inputs": job.inputs,
        "declared": job.declared,
        "view": None if job.view is None else job.view.number,
        "runtime": job.runtime,
        "seed": job.seed,
        "limits": job.limits,
        "started_at": job.started_at.isoformat(),
        "minutes_up_to": _step(job.seconds / 60, _MINUTES),
        "memory_gib_up_to": _step(job.memory / 2**30, _GIB),
        "isolation": job.isolation,
        "repeatable": job.repeatable,
        "requests": [request.pk for request in job.requests.order_by("pk")],
    }


def provenance(job: Job) -> dict[str, Any]:
    """Return everything that is kept of a job but its script, for the custodian."""
    return summary(job) | {
        "ended_at": None if job.ended_at is None else job.ended_at.isoformat(),
        "status": job.status,
        "seconds": job.seconds,
        "cpu_seconds": job.cpu_seconds,
        "memory": job.memory,
        "outputs": job.outputs,
        "refused": job.refused,
    }


def _file(report: FileReport) -> dict[str, Any]:
    """Return a file's verdict, and the rule of its strictest finding unless it is released."""
    told: dict[str, Any] = {"path": report.path, "verdict": report.verdict.value, "rule": ""}
    if report.verdict is not Verdict.RELEASE and report.leaks:
        told["rule"] = max(report.leaks, key=lambda each: each.severity.strictness).rule
    return told


def _step(value: float, steps: Iterable[float]) -> float:
    """Return the first step that is not below `value`, the last for all larger ones."""
    most = 0.0
    for step in steps:
        most = step
        if value <= step:
            break
    return most
