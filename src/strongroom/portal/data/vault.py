"""How files get into the vault, completely or not at all, and how what killed processes left is removed.

Long work writes to `vault/incoming/<id>/`, whose lock the process holds; the act that records the work
renames it to its place just before it commits. Whoever places or discards a directory first writes its name
to `vault/unsettled/` and removes it afterwards: what is still there when no process works on the home was
interrupted, and the database knows whether the directory is in use. Only locks decide, never ages.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO

from django.db import transaction

from strongroom.ids import new_id
from strongroom.portal.home import Home

_OUTSIDE = "outside"


@contextmanager
def incoming(home: Home) -> Iterator[Path]:
    """Yield an empty directory that is removed at the end, with everything not moved out of it."""
    room = home.vault / "incoming"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(home)
    with _lock_file(home) as working:
        fcntl.flock(working, fcntl.LOCK_SH)
        with _locked_directory(room, new_id("in", random=home.random)) as directory:
            yield directory


@contextmanager
def _locked_directory(room: Path, name: str) -> Iterator[Path]:
    """Yield a new directory whose lock is held; it gets its name once it is, and others see no free lock."""
    made, directory = room / f".{name}", room / name
    made.mkdir(mode=0o700)
    try:
        with (made / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made.rename(directory)
            yield directory
    finally:
        for each in (made, directory):
            shutil.rmtree(each, ignore_errors=True)


def place(home: Home, built: Path, *, kind: str) -> str:
    """Move a finished directory to its place; return its path relative to the vault."""
    directory = f"{kind}s/{new_id(kind, random=home.random)}"
    unsettle(home, directory)
    target = home.vault / directory
    target.parent.mkdir(mode=0o700, exist_ok=True)
    built.rename(target)
    transaction.on_commit(partial(_settle, home, directory))
    return directory


def discard(home: Home, directory: str) -> None:
    """Remove a directory of the vault, given relative to it."""
    shutil.rmtree(home.vault / directory, ignore_errors=True)
    _settle(home, directory)


def unsettle(home: Home, directory: str) -> None:
    """Note that a directory of the vault is about to be placed or discarded."""
    notes = home.vault / "unsettled"
    notes.mkdir(mode=0o700, exist_ok=True)
    (notes / directory.replace("/", ".", 1)).touch()


def _settle(home: Home, directory: str) -> None:
    (home.vault / "unsettled" / directory.replace("/", ".", 1)).unlink(missing_ok=True)


def note_outside(working: Path, unfinished: Path) -> None:
    """Note in a directory of `incoming` that an unfinished one outside goes with it."""
    (working / _OUTSIDE).write_bytes(os.fsencode(unfinished.absolute()))


def _remove(directory: Path) -> None:
    """Remove a directory of incoming, and the unfinished one outside that it notes."""
    with suppress(OSError):
        shutil.rmtree(os.fsdecode((directory / _OUTSIDE).read_bytes()), ignore_errors=True)
    shutil.rmtree(directory, ignore_errors=True)


def sweep(home: Home) -> None:
    """Remove what killed processes left in incoming: every directory whose lock is free."""
    for directory in (home.vault / "incoming").iterdir():
        if directory.name.startswith("."):
            continue
        try:
            with (directory / ".lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(directory)
        except OSError:
            continue


@contextmanager
def left_alone(home: Home) -> Iterator[bool]:
    """Yield whether no other process works on the vault, and keep others from beginning meanwhile."""
    with _lock_file(home) as working:
        try:
            fcntl.flock(working, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def has_leftovers(home: Home) -> bool:
    """Return whether anything is being worked on, or was left by killed processes."""
    folders = (home.vault / name for name in ("incoming", "unsettled", "releasing"))
    return any(next(folder.iterdir(), None) is not None for folder in folders if folder.is_dir())


def clear_incoming(home: Home) -> None:
    """Remove everything in incoming; only while `left_alone`."""
    with suppress(FileNotFoundError):
        for directory in (home.vault / "incoming").iterdir():
            _remove(directory)


def settle(home: Home, kind: str, in_use: Callable[[str], bool]) -> None:
    """Remove the unsettled directories of a kind that are not `in_use`; only while `left_alone`."""
    with suppress(FileNotFoundError):
        for note in (home.vault / "unsettled").iterdir():
            folder, _, name = note.name.partition(".")
            if folder != f"{kind}s":
                continue
            directory = f"{folder}/{name}"
            if in_use(directory):
                _settle(home, directory)
            else:
                discard(home, directory)


def _lock_file(home: Home) -> IO[str]:
    descriptor = os.open(home.vault / ".working", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "r+")
