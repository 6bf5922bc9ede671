"""Running a researcher's script beside their project's view, with an entry before it starts and one after.

Outputs are returned in a private directory for the airlock, and kept encrypted: a request under review is
released from there, because the researcher never has the files.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from strongroom.canonical import digest
from strongroom.cohort.store import read_blob, write_blob
from strongroom.errors import UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.models import View
from strongroom.portal.data.vault import place
from strongroom.portal.data.views import current_view
from strongroom.portal.enclave.models import Job
from strongroom.portal.enclave.view_files import Fill, dummy_files, view_files, with_csv
from strongroom.portal.home import Home
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import find_project, project_key, require_active
from strongroom.portal.projects.models import KeyPurpose, Project
from strongroom.progress import Progress, silent
from strongroom.sandbox.jobs import Job as Program
from strongroom.sandbox.jobs import JobLimits, JobResult, Runtime, Supervisor, own_runtime, run
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    script_bytes: int = threshold(
        1 << 20, "bytes", "cost: kept in the database; the longest analysis scripts have a tenth of that"
    )
    input_bytes: int = threshold(
        100 << 20, "bytes", "cost: memory of the job; code lists and summary statistics are smaller"
    )
    listed: int = threshold(
        200, "files", "cost: an entry of the ledger has at most 60,000 bytes; 200 digests take about 20,000"
    )


LIMITS = _Limits()
DUMMY_PEOPLE = 1_000  # fixed: as many as `strongroom dummy` invents

# The command that runs a script of each kind.
_COMMANDS: Mapping[str, tuple[str, ...]] = {
    ".py": ("python",),
    ".ipynb": ("python", "-m", "strongroom_notebook"),
    ".R": ("Rscript",),
    ".r": ("Rscript",),
}


@dataclass(frozen=True)
class Order:
    """What a researcher asks to run. `outputs` are the files that may leave: names chosen inside would tell.

    With `dummy`, the script runs on dummy data of so many people, and needs no `outputs`; with `twice`, it
    runs a second time, to see whether the same bytes come out.
    """

    script: Path
    inputs: Sequence[Path] = ()
    outputs: tuple[str, ...] = ()
    seed: int = 0
    limits: JobLimits = field(default_factory=JobLimits)
    runtime: Runtime = field(default_factory=own_runtime)
    twice: bool = False
    dummy: int = 0


def run_job(
    home: Home, *, slug: str, order: Order, into: Path, by: str, progress: Progress = silent
) -> tuple[Job, JobResult]:
    """Run a script and collect its outputs in the new directory `into`; the ledger has a start and an end.

    Raises UsageError for a script or an input that cannot be used, RefusedError for a revoked project and on
    a machine that cannot isolate.
    """
    project = find_project(slug)
    require_active(project)
    require_running()
    program = _program(order)
    with Supervisor() as supervisor:
        view = None if order.dummy else current_view(home, slug=slug, by=by, progress=progress)
        fill = dummy_files(home, project, people=order.dummy) if view is None else view_files(home, view)
        fill = with_csv(fill) if program.command[0] == "Rscript" else fill
        job = _start(home, project, view, order, program, by=by)
        with progress("Running the script") as advance:
            result = run(program, view=fill, outputs=into, supervisor=supervisor)
            advance(1)
            repeatable = _repeated(program, fill, supervisor, into, result) if order.twice else None
    return _end(home, job, result, into, repeatable=repeatable, by=by), result


def jobs_of(slug: str) -> list[Job]:
    """Return a project's jobs, oldest first; NotFoundError for an unknown project."""
    return list(find_project(slug).jobs.select_related("view").order_by("pk"))


def restore_outputs(home: Home, job: Job, into: Path) -> list[Path]:
    """Write a job's kept outputs to the new directory `into`; return their paths."""
    key = project_key(home, job.project, KeyPurpose.FILES)
    paths = []
    for number, output in enumerate(job.outputs):
        path = into / output["name"]
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        blob = home.vault / job.kept / f"{number}.bin"
        path.write_bytes(read_blob(blob, key=key, file_id=_file_id(job, number)))
        paths.append(path)
    return paths


def _program(order: Order) -> Program:
    command = _COMMANDS.get(order.script.suffix)
    if command is None:
        raise UsageError(f"{order.script} is no script.", hint="Name a .py, .ipynb or .R file.")
    if order.script.suffix == ".ipynb" and not _runs_notebooks(order.runtime):
        raise UsageError(
            "This runtime cannot run notebooks.", hint="Build one that can: strongroom runtime build."
        )
    script = _content(order.script, LIMITS.script_bytes)
    inputs = {path.name: _content(path, LIMITS.input_bytes) for path in order.inputs}
    if len(inputs) < len(order.inputs):
        raise UsageError("Two inputs have the same name.", hint="Rename one of them.")
    if not order.outputs and not order.dummy:
        raise UsageError(
            "No outputs were declared.",
            hint="Name each file with --output; a run with --dummy lists what the script writes.",
        )
    for name in order.outputs:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise UsageError(f"{name} is not below /outputs.", hint="Name outputs like table.csv.")
    name = f"main{order.script.suffix}"
    return Program(
        files={name: script},
        command=(*command, f"/code/{name}"),
        runtime=order.runtime,
        inputs=inputs,
        outputs=order.outputs,
        seed=order.seed,
        limits=order.limits,
    )


def _runs_notebooks(runtime: Runtime) -> bool:
    packages = runtime.python.parent.parent / "lib"
    return next(packages.glob("python*/site-packages/nbconvert"), None) is not None


def _content(path: Path, most: int) -> bytes:
    if not path.is_file():
        raise UsageError(f"{path} is not a file.", hint="Check the path.")
    if path.stat().st_size > most:
        raise UsageError(f"{path} has more than {most >> 20} MiB.", hint="Make it smaller.")
    return path.read_bytes()


def _start(
    home: Home, project: Project, view: View | None, order: Order, program: Program, *, by: str
) -> Job:
    script = next(iter(program.files.values()))
    with act(home, by=by) as record:
        require_active(find_project(project.slug))
        job = Job(
            project=project,
            view=view,
            state=Job.State.RUNNING,
            script_name=order.script.name[:100],
            script=script.decode("utf-8", "replace"),
            script_sha256=hashlib.sha256(script).hexdigest(),
            inputs={name: hashlib.sha256(content).hexdigest() for name, content in program.inputs.items()},
            declared=list(order.outputs),
            runtime=order.runtime.name,
            seed=order.seed,
            limits=asdict(order.limits),
            started_by=by,
            started_at=home.clock(),
        )
        job.save()
        record(
            "job.started",
            project.slug,
            job=job.pk,
            view=None if view is None else view.number,
            script=job.script_sha256,
            inputs=digest(job.inputs),
            runtime=job.runtime,
            seed=order.seed,
            outputs=list(order.outputs)[: LIMITS.listed],
        )
    return job


def _end(home: Home, job: Job, result: JobResult, into: Path, *, repeatable: bool | None, by: str) -> Job:
    with act(home, by=by) as record:
        job.state, job.ended_at = Job.State.ENDED, home.clock()
        job.cause, job.status, job.isolation = result.cause.value, result.status, result.isolation
        usage = result.usage
        job.seconds, job.cpu_seconds, job.memory = usage.seconds, usage.cpu_seconds, usage.memory
        job.outputs = [asdict(output) for output in result.outputs]
        job.refused, job.repeatable = dict(result.refused), repeatable
        if job.view is not None and job.outputs:
            job.kept = _keep(home, job, into)
        job.save()
        listed = [{"name": each.name, "sha256": each.sha256} for each in result.outputs]
        facts: dict[str, Any] = {"outputs": listed} if len(listed) <= LIMITS.listed else {}
        record(
            "job.ended",
            job.project.slug,
            job=job.pk,
            cause=job.cause,
            isolation=job.isolation,
            repeatable=repeatable,
            outputs_collected=len(listed),
            outputs_digest=digest(listed),
            **facts,
        )
    return job


def _keep(home: Home, job: Job, into: Path) -> str:
    """Write the outputs to the vault, encrypted; return the directory."""
    key = project_key(home, job.project, KeyPurpose.FILES)
    sealed = into.with_name(f"{into.name}.sealed")
    sealed.mkdir(mode=0o700)
    for number, output in enumerate(job.outputs):
        content = (into / output["name"]).read_bytes()
        file_id = _file_id(job, number)
        write_blob(sealed / f"{number}.bin", content, key=key, file_id=file_id, random=home.random)
    return place(home, sealed, kind="job")


def _file_id(job: Job, number: int) -> str:
    return f"job-output:{job.pk}:{number}"


def _repeated(program: Program, fill: Fill, supervisor: Supervisor, into: Path, result: JobResult) -> bool:
    """Run the script again and return whether it ended alike, with the same bytes in every output."""
    again = run(program, view=fill, outputs=into.with_name(f"{into.name}.again"), supervisor=supervisor)
    return (again.cause, again.outputs) == (result.cause, result.outputs)
