"""Pausing the whole platform and resuming it; every room asks before it lets anything run or leave."""

from strongroom.errors import RefusedError
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.portal.platform.models import Pause


def current_pause() -> Pause | None:
    """Return the pause in force, if any."""
    found: Pause | None = Pause.objects.filter(resumed_at=None).order_by("-pk").first()
    return found


def require_running() -> None:
    """Raise RefusedError while the platform is paused."""
    pause = current_pause()
    if pause is not None:
        raise RefusedError(
            f"The platform is paused since {pause.paused_at:%Y-%m-%d %H:%M} UTC: {pause.reason}",
            hint="Nothing runs or leaves until a custodian resumes it.",
        )


def pause_platform(home: Home, *, reason: str, by: str) -> Pause:
    """Pause everything at once; RefusedError without a reason, or while it is paused already."""
    if not reason.strip():
        raise RefusedError("A pause needs a reason.", hint="Use --reason.")
    with act(home, by=by) as record:
        if current_pause() is not None:
            raise RefusedError("The platform is already paused.")
        pause = Pause(reason=reason.strip(), paused_by=by, paused_at=home.clock())
        pause.save()
        record("platform.paused", "platform", reason=pause.reason)
    return pause


def resume_platform(home: Home, *, reason: str, by: str) -> Pause:
    """End the pause; RefusedError where there is none, or no reason."""
    if not reason.strip():
        raise RefusedError("Resuming needs a reason.", hint="Use --reason.")
    with act(home, by=by) as record:
        pause = current_pause()
        if pause is None:
            raise RefusedError("The platform is not paused.")
        pause.resumed_by, pause.resumed_at = by, home.clock()
        pause.resumed_because = reason.strip()
        pause.save()
        record("platform.resumed", "platform", reason=pause.resumed_because)
    return pause
