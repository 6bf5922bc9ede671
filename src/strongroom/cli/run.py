"""`strongroom run`: a script beside a project's view; its outputs go to the airlock."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strongroom.cli.check import at_once, report_lines
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.errors import UsageError
from strongroom.pages.wording import size

if TYPE_CHECKING:
    from strongroom.portal.enclave.models import Job
    from strongroom.portal.outputs.job_outputs import JobDone

__all__ = ["at_once", "run"]

HELP = """Run a Python or R script beside a project's view, without a network and without a way out.

The script reads the view in /data (`import strongroom_data; strongroom_data.open()` gives a DuckDB
connection) and writes results to /outputs. What it wrote and printed is checked like any other file: release
(exit 0), review (10) or block (20); a script that fails exits with 1. With --dummy it runs on invented data,
and what it prints is shown. Example:

  strongroom run heart-risk analysis.py --output table1.csv --output figure.png --release-to released
"""
_JOB_FAILED = 1  # fixed: as for every other error


def run(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    script: Annotated[Path | None, typer.Argument(metavar="SCRIPT", help="A .py or .R file.")] = None,
    inputs: Annotated[
        list[Path] | None, typer.Option("--input", help="A file of yours that the script finds in /inputs.")
    ] = None,
    outputs: Annotated[
        list[str] | None, typer.Option("--output", help="A file below /outputs to collect; all by default.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="For random numbers; in STRONGROOM_SEED.")] = 0,
    minutes: Annotated[float | None, typer.Option(help="The longest the script may run.")] = None,
    memory: Annotated[float | None, typer.Option(help="The most memory it may use, in GiB.")] = None,
    twice: Annotated[
        bool, typer.Option("--twice", help="Run it again, and say whether the same bytes come out.")
    ] = False,
    dummy: Annotated[bool, typer.Option("--dummy", help="Run it on invented data instead.")] = False,
    release_to: Annotated[
        Path | None, typer.Option(help="The directory to write released copies to.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the project's jobs instead.")] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `run`."""
    from strongroom.portal.enclave.jobs import DUMMY_PEOPLE, Order
    from strongroom.portal.enclave.runtimes import job_runtime
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.job_outputs import run_and_submit

    console = Console(as_json=json)
    if listing:
        _list(slug, home, console)
        return
    if script is None:
        raise UsageError("No script was given.", hint="Name a .py or .R file.")
    opened = open_home(home)
    order = Order(
        script=script,
        runtime=job_runtime(opened),
        inputs=inputs or (),
        outputs=tuple(outputs or ()),
        seed=seed,
        limits=_limits(minutes, memory),
        twice=twice,
        dummy=DUMMY_PEOPLE if dummy else 0,
    )
    done = run_and_submit(
        opened,
        slug=slug,
        order=order,
        by=acting_person(),
        release_to=release_to,
        progress=console.progress(),
    )
    console.result(_document(done), _lines(done))
    if done.result.status != 0 or done.report is None:
        raise typer.Exit(0 if done.result.cause.value == "finished" else _JOB_FAILED)
    raise typer.Exit(done.report.exit_code)


def _limits(minutes: float | None, memory: float | None) -> Any:
    from dataclasses import replace

    from strongroom.sandbox.jobs import JobLimits

    if (minutes is not None and minutes <= 0) or (memory is not None and memory <= 0):
        raise UsageError("A limit must be above 0.", hint="Give --minutes and --memory as positive numbers.")
    limits = JobLimits()
    if minutes is not None:
        limits = replace(limits, seconds=minutes * 60)
    return limits if memory is None else replace(limits, memory=int(memory * 2**30))


def _list(slug: str, home: Path, console: Console) -> None:
    from strongroom.portal.enclave.jobs import jobs_of
    from strongroom.portal.home import open_home

    open_home(home)
    jobs = jobs_of(slug)
    lines = [
        f"{job.pk:>5}  {job.started_at:%Y-%m-%d %H:%M}  {job.cause or job.state:<16} {job.script_name}  "
        f"{len(job.outputs)} outputs"
        for job in jobs
    ]
    console.result({"jobs": [_facts(job) for job in jobs]}, lines or [f"{slug} has run no jobs."])


def _facts(job: "Job") -> dict[str, Any]:
    """Return a job's provenance: what ran, beside what, when, how it ended, and the requests it became."""
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
        "ended_at": None if job.ended_at is None else job.ended_at.isoformat(),
        "status": job.status,
        "seconds": job.seconds,
        "cpu_seconds": job.cpu_seconds,
        "memory": job.memory,
        "outputs": job.outputs,
        "refused": job.refused,
        "isolation": job.isolation,
        "repeatable": job.repeatable,
        "requests": [request.pk for request in job.requests.order_by("pk")],
    }


def _document(done: "JobDone") -> dict[str, Any]:
    report = None if done.report is None else done.report.to_json()
    shown = {"streams": dict(done.streams)} if done.streams else {}
    return _facts(done.job) | {"message": done.result.sentence, "report": report, **shown}


def _lines(done: "JobDone") -> list[str]:
    job, result = done.job, done.result
    used = f"{job.seconds:.1f} s, {job.cpu_seconds:.1f} s of processor time, {size(job.memory)} of memory"
    lines = [f"Job {job.pk}: {result.sentence} ({used})", f"Isolation: {result.isolation}."]
    lines += [f"Refused: {count} ({reason})" for reason, count in result.refused.items()]
    if result.cut:
        lines.append("What it printed was cut at the limit.")
    if job.repeatable is not None:
        same = (
            "gave the same bytes" if job.repeatable else "gave other bytes: the script is not deterministic"
        )
        lines.append(f"A second run {same}.")
    if done.report is None:
        lines += [f"{name}:\n{text}" for name, text in done.streams.items()]
        lines += [f"  {each.name}  {size(each.size)}" for each in result.outputs] or ["It wrote no outputs."]
        return [part for line in lines for part in line.splitlines()]
    lines += report_lines(done.report.to_json())
    if done.request is not None and done.report.verdict.value == "review":
        lines.append(f"To decide after manual review: strongroom decide {done.request.pk} ...")
    return lines
