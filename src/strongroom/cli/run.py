"""`strongroom run`: a script beside a project's view; its outputs go to the airlock."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strongroom.cli.check import at_once, report_lines
from strongroom.cli.console import DEFAULT_HOME, Console, HomeOption, JsonOption, acting_person
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.portal.outputs.job_outputs import JobDone

__all__ = ["at_once", "run"]

HELP = """Run a Python or R script, or a notebook, beside a project's view, without a network or a way out.

The script reads the view in /data (`import strongroom_data; strongroom_data.open()` gives a DuckDB
connection) and writes results to /outputs. What it wrote and printed is checked like any other file: release
(exit 0), review (10) or block (20); a script that fails exits with 1. You learn a verdict and a rule for each
file. With --dummy it runs on invented data, and what it prints and writes is shown. Examples:

  strongroom run heart-risk analysis.py --dummy

  strongroom run heart-risk analysis.py --output table1.csv --output figure.png --release-to released
"""
_OUTPUTS = "outputs/"
_JOB_FAILED = 1  # fixed: as for every other error


def run(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The project's short name.")],
    script: Annotated[Path | None, typer.Argument(metavar="SCRIPT", help="A .py, .ipynb or .R file.")] = None,
    inputs: Annotated[
        list[Path] | None, typer.Option("--input", help="A file of yours that the script finds in /inputs.")
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option("--output", help="A file below /outputs that may leave; not needed with --dummy."),
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
    detailed: Annotated[
        bool, typer.Option(help="Add what only custodians may see: the check's report, and what was used.")
    ] = False,
    home: HomeOption = DEFAULT_HOME,
    json: JsonOption = False,
) -> None:
    """Run `run`."""
    from strongroom.portal.enclave.jobs import DUMMY_PEOPLE, Order
    from strongroom.portal.enclave.runtimes import job_runtime
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.job_account import account, provenance
    from strongroom.portal.outputs.job_outputs import run_and_submit

    console = Console(as_json=json)
    if listing:
        _list(slug, home, console, detailed=detailed)
        return
    if script is None:
        raise UsageError("No script was given.", hint="Name a .py, .ipynb or .R file.")
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
    told, lines = account(done), []
    if detailed:
        report = None if done.report is None else done.report.to_json(detailed=True)
        told |= provenance(done.job) | {"report": report}
        lines = [] if report is None else report_lines(report)
    console.result(told, [*_lines(done, told), *lines])
    if done.result.cause.value != "finished":
        raise typer.Exit(_JOB_FAILED)
    raise typer.Exit(0 if done.report is None else done.report.exit_code)


def _limits(minutes: float | None, memory: float | None) -> Any:
    from dataclasses import replace

    from strongroom.sandbox.jobs import JobLimits

    if (minutes is not None and minutes <= 0) or (memory is not None and memory <= 0):
        raise UsageError("A limit must be above 0.", hint="Give --minutes and --memory as positive numbers.")
    limits = JobLimits()
    if minutes is not None:
        limits = replace(limits, seconds=minutes * 60)
    return limits if memory is None else replace(limits, memory=int(memory * 2**30))


def _list(slug: str, home: Path, console: Console, *, detailed: bool) -> None:
    from strongroom.portal.enclave.jobs import jobs_of
    from strongroom.portal.home import open_home
    from strongroom.portal.outputs.job_account import provenance, summary

    open_home(home)
    jobs = jobs_of(slug)
    lines = [
        f"{job.pk:>5}  {job.started_at:%Y-%m-%d %H:%M}  {job.cause or job.state:<16} {job.script_name}"
        for job in jobs
    ]
    told = provenance if detailed else summary
    console.result({"jobs": [told(job) for job in jobs]}, lines or [f"{slug} has run no jobs."])


def _lines(done: "JobDone", told: dict[str, Any]) -> list[str]:
    """Return what the researcher is told as lines."""
    used = f"at most {told['minutes_up_to']:g} min and {told['memory_gib_up_to']:g} GiB of memory"
    lines = [f"Job {told['job']}: {told['message']} ({used})", f"Isolation: {told['isolation']}."]
    if done.job.repeatable is not None:
        same = "gave the same bytes" if done.job.repeatable else "gave other bytes: it is not deterministic"
        lines.append(f"A second run {same}.")
    if done.job.view is None:
        return [*lines, *_dummy_lines(done)]
    for file in told["files"]:
        rule = f"  [{file['rule']}]" if file["rule"] else ""
        lines.append(f"{file['verdict'].upper():<8} {file['path']}{rule}")
    if done.report is None or done.request is None:
        return [*lines, "It wrote none of the outputs that were declared."]
    if done.report.verdict.value != "release":
        lines.append("What a rule means: strongroom explain RULE, with the name in [brackets].")
    if done.report.verdict.value == "review":
        lines.append(f"To decide after manual review: strongroom decide {done.request.pk} ...")
    return lines


def _dummy_lines(done: "JobDone") -> list[str]:
    """Return what a run on dummy data printed and wrote, and how to run it on the view."""
    lines = [part for name, text in done.streams.items() for part in (f"{name}:", *text.splitlines())]
    written = [name.removeprefix(_OUTPUTS) for name in _written(done)]
    if not written:
        return [*lines, "It wrote no outputs."]
    options = " ".join(f"--output {quote(name)}" for name in written)
    run_it = f"strongroom run {done.job.project.slug} {quote(done.job.script_name)} {options}"
    return [*lines, "It wrote:", *(f"  {name}" for name in written), f"On the view: {run_it}"]


def _written(done: "JobDone") -> list[str]:
    return [each.name for each in done.result.outputs if each.name.startswith(_OUTPUTS)]
