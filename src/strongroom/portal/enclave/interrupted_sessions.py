"""Sessions whose process was killed: the next command records that. Only a lock says that one runs."""

import fcntl
from pathlib import Path
from typing import IO

from strongroom.portal.acts.transactions import AFTER_INTERRUPTION, act
from strongroom.portal.enclave.session_models import Session
from strongroom.portal.home import Home


def settle_sessions(home: Home) -> None:
    """Record sessions whose process was killed as interrupted."""
    for session in Session.objects.filter(state=Session.State.RUNNING).select_related("project"):
        try:
            with locked(home, session.pk):
                _interrupted(home, session)
                lock_path(home, session.pk).unlink(missing_ok=True)
        except BlockingIOError:
            continue


def _interrupted(home: Home, session: Session) -> None:
    session.refresh_from_db()
    if session.state != Session.State.RUNNING:  # it has just ended
        return
    with act(home, by=AFTER_INTERRUPTION) as record:
        session.state, session.ended_at = Session.State.INTERRUPTED, home.clock()
        session.save()
        record("session.interrupted", session.project.slug, session=session.pk)


def locked(home: Home, number: int) -> IO[str]:
    """Take a session's lock; BlockingIOError while its process has it."""
    path = lock_path(home, number)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    return file


def lock_path(home: Home, number: int) -> Path:
    """Return the file whose lock a session's process holds."""
    return home.path / "sessions" / f"{number}.lock"
