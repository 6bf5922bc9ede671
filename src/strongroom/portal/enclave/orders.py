"""Asking for a job on the site; the worker runs it, once, also if it is killed meanwhile."""

from pathlib import Path, PurePosixPath

from strongroom.errors import NotFoundError, RefusedError, StrongroomError, UsageError
from strongroom.portal.acts.transactions import AFTER_INTERRUPTION, act
from strongroom.portal.data.vault import incoming, left_alone
from strongroom.portal.enclave.jobs import DUMMY_PEOPLE, LIMITS, Order, run_job
from strongroom.portal.enclave.models import JobOrder
from strongroom.portal.enclave.runtimes import job_runtime
from strongroom.portal.home import Home
from strongroom.portal.people.models import Person
from strongroom.portal.people.notices import notify
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import require_active
from strongroom.portal.projects.membership import get_own_project
from strongroom.thresholds import Thresholds, threshold


class _Own(Thresholds):
    """The numbers this module decides by."""

    waiting: int = threshold(
        20, "jobs", "judgement: of one project at a time; the queue stays fair to the others"
    )
    printed: int = threshold(
        100_000, "characters", "cost: what a run on dummy data printed, kept in the database"
    )


OWN = _Own()
_KINDS = (".py", ".ipynb", ".R", ".r")


def ask_for_job(
    home: Home, *, slug: str, script_name: str, script: str, outputs: list[str], by: Person,
    seed: int = 0, twice: bool = False, dummy: bool = False,
) -> JobOrder:  # fmt: skip
    """Queue a script of one's own project; UsageError for what cannot be run."""
    require_running()
    project = get_own_project(by, slug)
    require_active(project)
    name = PurePosixPath(script_name).name
    if PurePosixPath(name).suffix not in _KINDS:
        raise UsageError(f"{name!r} is no script.", hint="Name a .py, .ipynb or .R file.")
    if not script.strip() or len(script.encode()) > LIMITS.script_bytes:
        raise UsageError("The script is empty or too long.")
    if not outputs and not dummy:
        raise UsageError("No outputs were declared.", hint="Name the files that may leave, one a line.")
    with act(home, by=by.handle) as record:
        waiting = JobOrder.objects.filter(project=project, state=JobOrder.State.QUEUED).count()
        if waiting >= OWN.waiting:
            raise RefusedError(f"{waiting} jobs of this project wait already.")
        order = JobOrder(
            project=project,
            asked_by=by,
            asked_at=home.clock(),
            script_name=name[:100],
            script=script,
            outputs=outputs,
            seed=seed,
            twice=twice,
            dummy=dummy,
        )
        order.save()
        record("job.asked", project.slug, order=order.pk, dummy=dummy)
    return order


def cancel_order(home: Home, *, order: JobOrder, by: Person) -> None:
    """Cancel a job that waits."""
    with act(home, by=by.handle) as record:
        order = get_order_for(by, order.pk)
        if order.state != JobOrder.State.QUEUED:
            raise RefusedError(f"This job is {order.state}.", hint="Only jobs that wait can be cancelled.")
        order.state, order.ended_at = JobOrder.State.CANCELLED, home.clock()
        order.save()
        record("job.cancelled", order.project.slug, order=order.pk)


def get_order_for(person: Person, number: int) -> JobOrder:
    """Return an order of one of this person's projects; NotFoundError for others."""
    found = JobOrder.objects.select_related("project", "asked_by", "job").filter(pk=number).first()
    if found is None:
        raise NotFoundError(f"There is no job {number}.")
    get_own_project(person, found.project.slug)
    return found


def work(home: Home) -> bool:
    """Run one job that waits; return whether there was one."""
    waiting = JobOrder.objects.filter(state=JobOrder.State.QUEUED).select_related("project__institution")
    for order in waiting.order_by("pk"):
        try:
            require_running()
            require_active(order.project)
        except RefusedError:
            continue
        _run(home, order)
        return True
    return False


def settle_orders(home: Home) -> None:
    """Queue again what a killed worker was running."""
    running = JobOrder.objects.filter(state=JobOrder.State.RUNNING)
    if not running.exists():
        return
    with left_alone(home) as alone:
        for order in running if alone else ():
            with act(home, by=AFTER_INTERRUPTION) as record:
                order.state = JobOrder.State.QUEUED
                order.save()
                record("job.queued-again", order.project.slug, order=order.pk)


def _run(home: Home, order: JobOrder) -> None:
    # Its lock tells other processes that somebody works on this home, from before the order is claimed.
    with incoming(home) as directory:
        with act(home, by=order.asked_by.handle) as record:
            order = JobOrder.objects.select_related("project", "asked_by").get(pk=order.pk)
            if order.state != JobOrder.State.QUEUED:
                raise RefusedError("The job was cancelled.")
            order.state = JobOrder.State.RUNNING
            order.save()
            record("job.taken", order.project.slug, order=order.pk)
        script = directory / order.script_name
        script.write_text(order.script, encoding="utf-8")
        asked = Order(
            script=script,
            runtime=job_runtime(home),
            outputs=tuple(order.outputs),
            seed=order.seed,
            twice=order.twice,
            dummy=DUMMY_PEOPLE if order.dummy else 0,
        )
        try:
            job, result = run_job(
                home, slug=order.project.slug, order=asked, into=directory / "job", by=order.asked_by.handle
            )
        except StrongroomError as error:
            _end(home, order, JobOrder.State.REFUSED, str(error))
            return
        if order.dummy:
            order.printed = _printed(directory / "job")
        order.job = job
        _end(home, order, JobOrder.State.DONE, result.sentence)


def _end(home: Home, order: JobOrder, state: str, message: str) -> None:
    with act(home, by=order.asked_by.handle) as record:
        order.state, order.message, order.ended_at = state, message, home.clock()
        order.save()
        job = None if order.job is None else order.job.pk
        record("job.done", order.project.slug, order=order.pk, job=job, state=str(state))
        notify(home, order.asked_by, f"{order.script_name}: {message}"[:200], url=f"/workspace/{order.pk}/")


def _printed(into: Path) -> dict[str, str]:
    """Return what a run on dummy data printed and wrote: nothing in it is about anybody."""
    found = {}
    for path in sorted(each for each in into.rglob("*") if each.is_file()):
        text = path.read_bytes()[: OWN.printed].decode("utf-8", "replace")
        found[path.name] = (
            text if path.suffix in {".txt", ".csv", ".log", ""} else f"{path.stat().st_size} bytes"
        )
    return found
