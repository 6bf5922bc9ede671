"""Files and directories of the store are complete or absent, even after a crash or Ctrl-C."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strongroom.errors import AlreadyExistsError
from strongroom.ids import RandomBytes, system_random


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; it replaces `path` at the end, or is removed on an error."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        # Created with its mode before it is written, so that no other user can read it even briefly.
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield partial
        _sync(partial)
        partial.rename(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def fresh_directory(path: Path, *, random: RandomBytes = system_random) -> Iterator[Path]:
    """Yield an empty directory beside `path`; it gets that name at the end, or is removed on an error.

    Raises AlreadyExistsError if `path` exists.
    """
    if path.exists():
        raise AlreadyExistsError(f"{path} exists already.", hint="Name a directory that does not exist yet.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{random(8).hex()}.partial")
    partial.mkdir(mode=0o700)
    try:
        yield partial
        _sync(partial)
        partial.rename(path)
        _sync(path.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
