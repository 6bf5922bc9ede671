"""Interactive sessions: opened, recorded cell by cell, held and ended, each with its ledger entry."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from strongroom.errors import NotFoundError, RefusedError, UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.models import View
from strongroom.portal.data.views import current_view
from strongroom.portal.enclave.interrupted_sessions import lock_path, locked
from strongroom.portal.enclave.session_models import ExecutedCode, Session
from strongroom.portal.enclave.view_files import view_files
from strongroom.portal.home import Home
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import find_project, require_active
from strongroom.progress import Progress, silent
from strongroom.sandbox.jobs import JobLimits, Supervisor, interactive
from strongroom.sandbox.proxy.desk import Desk, Judging
from strongroom.sandbox.proxy.server_program import SOCKET, program
from strongroom.sandbox.runtimes.building import BuiltRuntime
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    code_bytes: int = threshold(
        100_000, "bytes", "judgement: a cell of 2,000 lines; data pasted as code belong into a file"
    )
    entry_seconds: float = threshold(
        30.0, "seconds", "cost: withheld outputs are entered together, so that a loop cannot fill the ledger"
    )
    look_seconds: float = threshold(
        2.0, "seconds", "cost: one query of the database; a session that is ended goes on for so long"
    )


LIMITS = _Limits()


class OpenSession:
    """A session that runs: `address` opens it in a browser, once; `serve` returns when it ends."""

    def __init__(self, home: Home, session: Session, desk: Desk, runs: Callable[[], bool]) -> None:
        self.address, self.session = desk.address, session
        self._home, self._desk, self._runs = home, desk, runs
        self._pending: Counter[str] = Counter()
        self._entered = self._looked = time.monotonic()

    def serve(self, judge: Judging) -> Session:
        """Answer the browser until the session ends or is put on hold; return the session."""
        reason = self._desk.serve(judge, self._record, goes_on=self._goes_on)
        if not self._runs():
            reason = "server"
        self._enter_withheld()
        self._end(reason if self.session.state != Session.State.HELD else self.session.reason)
        return self.session

    def _record(self, event: str, facts: Mapping[str, Any]) -> None:
        match event:
            case "code":
                self._executed(str(facts["code"]))
            case "withheld":
                self._pending[f"{facts['where']}: {facts['reason']}"[:200]] += 1
            case "totals":
                self.session.bytes, self.session.rows = facts["bytes"], facts["rows"]
            case "hold":
                self._hold(str(facts["reason"]))

    def _executed(self, code: str) -> None:
        if len(code.encode(errors="replace")) > LIMITS.code_bytes:
            raise UsageError("The cell is too long.", hint="Put data into a file.")
        with act(self._home, by=self.session.started_by) as record:
            require_active(find_project(self.session.project.slug))
            self.session.cells += 1
            self.session.save(update_fields=["cells"])
            made = ExecutedCode(
                session=self.session,
                number=self.session.cells,
                code=code.encode(errors="replace").decode(),
                executed_at=self._home.clock(),
            )
            made.save()
            digest = hashlib.sha256(made.code.encode()).hexdigest()
            record("session.executed", self._slug, session=self.session.pk, cell=made.number, code=digest)

    def _hold(self, reason: str) -> None:
        self._enter_withheld()
        with act(self._home, by=self.session.started_by) as record:
            self.session.state, self.session.reason = Session.State.HELD, reason
            self.session.save(update_fields=["state", "reason", "bytes", "rows"])
            record("session.held", self._slug, session=self.session.pk, reason=reason, **self._totals())

    def _enter_withheld(self) -> None:
        """Enter what was withheld since the last such entry."""
        self._entered = time.monotonic()
        if not self._pending:
            return
        with act(self._home, by=self.session.started_by) as record:
            self.session.withheld += self._pending.total()
            self.session.save(update_fields=["withheld"])
            outputs = dict(self._pending.most_common(20))
            record("session.withheld", self._slug, session=self.session.pk, outputs=outputs)
        self._pending.clear()

    def _end(self, reason: str) -> None:
        with act(self._home, by=self.session.asked_to_end or self.session.started_by) as record:
            held = self.session.state == Session.State.HELD
            self.session.state = Session.State.HELD if held else Session.State.ENDED
            self.session.reason, self.session.ended_at = reason, self._home.clock()
            self.session.ended_by = "" if held else self.session.asked_to_end or self.session.started_by
            self.session.save()
            record("session.ended", self._slug, session=self.session.pk, reason=reason, **self._totals())

    def _goes_on(self) -> bool:
        """Return whether neither the server nor the session nor the project has ended."""
        now = time.monotonic()
        if now - self._entered > LIMITS.entry_seconds:
            self._enter_withheld()
        if now - self._looked > LIMITS.look_seconds:
            self._looked = now
            kept = Session.objects.select_related("project").get(pk=self.session.pk)
            self.session.asked_to_end = kept.asked_to_end
            if kept.asked_to_end or kept.project.status != kept.project.Status.ACTIVE:
                return False
        return self._runs() and self.session.state == Session.State.RUNNING

    def _totals(self) -> dict[str, int]:
        one = self.session
        return {"cells": one.cells, "bytes": one.bytes, "rows": one.rows, "withheld": one.withheld}

    @property
    def _slug(self) -> str:
        return self.session.project.slug


@contextmanager
def open_session(
    home: Home,
    *,
    slug: str,
    runtime: BuiltRuntime,
    by: str,
    port: int = 0,
    limits: JobLimits | None = None,
    progress: Progress = silent,
) -> Iterator[OpenSession]:
    """Start a session beside a project's view and yield it; everything of it ends with the block.

    Raises RefusedError for a revoked project, while a session of it is on hold, and on a machine that cannot
    isolate.
    """
    require_active(find_project(slug))
    _require_no_hold(slug)
    job = program(runtime.runtime, limits=limits)
    with Supervisor() as supervisor:
        view = current_view(home, slug=slug, by=by, progress=progress)
        with (
            interactive(job, view=view_files(home, view), supervisor=supervisor) as server,
            _started(home, view, runtime, server.isolation, by=by) as session,
        ):
            with progress("Starting the session", 1) as advance:
                server.wait_for(SOCKET)
                advance(1)
            with Desk(directory=server.directory, name=SOCKET, lab=runtime.lab, port=port) as desk:
                yield OpenSession(home, session, desk, server.runs)


def sessions_of(slug: str) -> list[Session]:
    """Return a project's sessions, oldest first; NotFoundError for an unknown project."""
    return list(find_project(slug).sessions.select_related("project").order_by("pk"))


def code_of(slug: str, number: int) -> list[ExecutedCode]:
    """Return what a session executed, in order; NotFoundError for an unknown one."""
    return list(_find(slug, number).code.order_by("number"))


def end_session(home: Home, *, slug: str, number: int, by: str) -> Session:
    """End a session that runs, or lift the hold of one; whoever opened it cannot lift its hold."""
    session = _find(slug, number)
    match session.state:
        case Session.State.RUNNING:
            ask_to_end(home, session, by=by)
        case Session.State.HELD:
            if by == session.started_by:
                raise RefusedError(
                    "Whoever opened a session cannot lift its hold.",
                    hint="Ask another person to look at what it executed.",
                )
            with act(home, by=by) as record:
                session.state, session.ended_by = Session.State.ENDED, by
                session.save()
                record("session.hold-lifted", slug, session=session.pk)
    return session


def ask_to_end(home: Home, session: Session, *, by: str) -> None:
    """Tell a session that runs to end; its own process does, within seconds."""
    with act(home, by=by) as record:
        session.asked_to_end = by
        session.save(update_fields=["asked_to_end"])
        record("session.asked-to-end", session.project.slug, session=session.pk)


def _find(slug: str, number: int) -> Session:
    found: Session | None = find_project(slug).sessions.select_related("project").filter(pk=number).first()
    if found is None:
        raise NotFoundError(
            f"{slug} has no session {number}.", hint=f"Run 'strongroom session {slug} --list'."
        )
    return found


def _require_no_hold(slug: str) -> None:
    held = find_project(slug).sessions.filter(state=Session.State.HELD).first()
    if held is not None:
        raise RefusedError(
            f"Session {held.pk} of {slug} is on hold: {held.reason}.",
            hint=f"Another person can lift it: strongroom session {slug} --end {held.pk}.",
        )


@contextmanager
def _started(home: Home, view: View, runtime: BuiltRuntime, isolation: str, *, by: str) -> Iterator[Session]:
    """Record a session's start, and its end where the block fails; hold its lock meanwhile."""
    with act(home, by=by) as record:
        require_active(find_project(view.project.slug))
        require_running()
        session = Session(
            project=view.project,
            view=view,
            state=Session.State.RUNNING,
            runtime=runtime.name,
            isolation=isolation,
            started_by=by,
            started_at=home.clock(),
        )
        session.save()
        # Before the row can be read by others, who would take it for interrupted.
        lock = locked(home, session.pk)
        record(
            "session.started",
            view.project.slug,
            session=session.pk,
            view=view.number,
            runtime=runtime.name,
            lock=runtime.lock_sha256,
            isolation=isolation,
        )
    try:
        yield session
    finally:
        _settle_own(home, session)
        lock.close()
        lock_path(home, session.pk).unlink(missing_ok=True)


def _settle_own(home: Home, session: Session) -> None:
    """Record the end of a session that was left without one: it failed, or its person pressed Ctrl-C."""
    session.refresh_from_db()
    if session.state == Session.State.RUNNING and session.ended_at is None:
        with act(home, by=session.started_by) as record:
            session.state, session.ended_at = Session.State.ENDED, home.clock()
            session.ended_by, session.reason = session.started_by, "stopped"
            session.save()
            record("session.ended", session.project.slug, session=session.pk, reason="stopped")
