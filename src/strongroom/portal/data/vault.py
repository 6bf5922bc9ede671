"""How files get into the vault whole or not at all.

Long work writes to `vault/incoming/<id>/`, whose lock the process holds; the act that records the work
renames it to its place just before it commits. What a killed process left in incoming has no lock and is
swept away, and what it left in place without a row is unreadable: its key was never stored.
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
    """Yield an empty directory that disappears at the end, with all that was not moved out of it."""
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
    """Move a finished directory to its place; returns that place relative to the vault."""
    name = new_id(kind, random=home.random)
    target = home.vault / f"{kind}s" / name
    target.parent.mkdir(mode=0o700, exist_ok=True)
    built.rename(target)
    return f"{kind}s/{name}"


def discard(home: Home, directory: str) -> None:
    """Remove a directory of the vault, given relative to it."""
    shutil.rmtree(home.vault / directory, ignore_errors=True)


def sweep(home: Home) -> None:
    """Remove what killed processes left in incoming: every directory there whose lock nobody holds."""
    for directory in (home.vault / "incoming").iterdir():
        try:
            with (directory / ".lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
        except OSError:
            continue
