"""Pausing and resuming the platform on the site: what runs is told to end in the same act."""

from strongroom.errors import RefusedError
from strongroom.portal.enclave.models import Session
from strongroom.portal.enclave.sessions import ask_to_end
from strongroom.portal.home import Home
from strongroom.portal.people.access import require_role
from strongroom.portal.people.models import Person, Role
from strongroom.portal.platform.actions import current_pause, pause_platform, resume_platform


def pause(home: Home, *, reason: str, by: Person) -> int:
    """Pause everything, and tell running sessions to end; return how many were told."""
    require_role(by, Role.CUSTODIAN)
    return stop_everything(home, reason=reason, by=by.handle)


def stop_everything(home: Home, *, reason: str, by: str) -> int:
    """Pause everything, and tell running sessions to end; return how many were told."""
    pause_platform(home, reason=reason, by=by)
    running = list(Session.objects.filter(state=Session.State.RUNNING).select_related("project"))
    for session in running:
        ask_to_end(home, session, by=by)
    return len(running)


def resume(home: Home, *, reason: str, by: Person) -> None:
    """Let the platform run again; RefusedError for whoever paused it: a second person decides."""
    require_role(by, Role.CUSTODIAN)
    held = current_pause()
    if held is not None and held.paused_by == by.handle:
        raise RefusedError("Another custodian must resume what you paused.")
    resume_platform(home, reason=reason, by=by.handle)
