"""What leaves a job: all its outputs as one request, which knows the script that made them."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from strongroom.checker import Report
from strongroom.errors import UsageError
from strongroom.portal.data.vault import incoming
from strongroom.portal.enclave.jobs import Order, run_job
from strongroom.portal.enclave.models import Job
from strongroom.portal.home import Home
from strongroom.portal.outputs.actions import airlock, check_outputs
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.portal.outputs.release import require_directory
from strongroom.progress import Progress, silent
from strongroom.sandbox.jobs import JobResult
from strongroom.sandbox.jobs.running import OUTPUTS
from strongroom.sandbox.jobs.streams import NAMES

_EMPTY = "Choose an empty directory."


@dataclass(frozen=True)
class JobDone:
    """A job that ended, and the request that its outputs became; none on dummy data and without outputs.

    `streams` are what a run on dummy data printed, by file name.
    """

    job: Job
    result: JobResult
    request: ReleaseRequest | None = None
    report: Report | None = None
    streams: Mapping[str, str] = field(default_factory=dict)


def run_and_submit(
    home: Home,
    *,
    slug: str,
    order: Order,
    by: str,
    release_to: Path | None = None,
    progress: Progress = silent,
) -> JobDone:
    """Run a script and put its outputs into the airlock; with `release_to`, release them if all pass.

    Outputs of a run on dummy data are not checked: `release_to` gets them as they are.
    """
    if release_to is not None:
        require_directory(release_to)
    with incoming(home) as directory:
        into = directory / "job"
        job, result = run_job(home, slug=slug, order=order, into=into, by=by, progress=progress)
        if order.dummy:
            return JobDone(job, result, streams=_hand_over(result, into, release_to))
        if not result.outputs:
            return JobDone(job, result)
        through = replace(airlock(project=slug), view=job.view, job=job)
        paths = [each for each in sorted(into.iterdir()) if each.is_file() or any(each.iterdir())]
        request, report = check_outputs(
            home, paths, through=through, by=by, release_to=release_to, progress=progress
        )
    return JobDone(job, result, request, report)


def _hand_over(result: JobResult, into: Path, release_to: Path | None) -> dict[str, str]:
    """Copy the outputs of a run on dummy data, and return what it printed."""
    for output in result.outputs:
        if release_to is not None:
            target = release_to / output.name.removeprefix(f"{OUTPUTS}/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                raise UsageError(f"{release_to} already has a file {output.name}.", hint=_EMPTY)
            shutil.copyfile(into / output.name, target)
    said = [each.name for each in result.outputs if each.name in NAMES]
    return {name: (into / name).read_text(encoding="utf-8", errors="replace") for name in said}
