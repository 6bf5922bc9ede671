"""How files get into the vault, completely or not at all.

Long work writes to `vault/incoming/<id>/`, whose lock the process holds; the act that records the work
renames it to its place just before it commits. What a killed process leaves in incoming has no lock and is
removed; what it leaves in place without a database row is unreadable, because its key was never stored.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strongroom.ids import new_id
from strongroom.portal.home import Home


@contextmanager
def incoming(home: Home) -> Iterator[Path]:
    """Yield an empty directory that is removed at the end, with everything not moved out of it."""
    room = home.vault / "incoming"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(home)
    directory = room / new_id("in", random=home.random)
    directory.mkdir(mode=0o700)
    try:
        with (directory / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def place(home: Home, built: Path, *, kind: str) -> str:
    """Move a finished directory to its place; return its path relative to the vault."""
    name = new_id(kind, random=home.random)
    target = home.vault / f"{kind}s" / name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    built.rename(target)
    return f"{kind}s/{name}"


def discard(home: Home, directory: str) -> None:
    """Remove a directory of the vault, given relative to it."""
    shutil.rmtree(home.vault / directory, ignore_errors=True)


def sweep(home: Home) -> None:
    """Remove what killed processes left in incoming: every directory whose lock is free."""
    for directory in (home.vault / "incoming").iterdir():
        try:
            with (directory / ".lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
        except OSError:
            continue
