"""Collecting what a job left in its outputs: plain files with plain names, never more than allowed.

The job is over when this runs, but names and types are its choice: everything is opened relative to a
directory descriptor, no link is followed, and sizes are counted before and as they are read.
"""

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from strongroom.sandbox.jobs.job import JobLimits, Output
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    depth: int = threshold(4, "directories", "judgement: enough for tables/ and figures/ by section")
    listed: int = threshold(
        10_000, "entries", "cost: of entries that are looked at; the file system's own limit is lower"
    )
    chunk: int = threshold(1 << 20, "bytes", "cost: memory of a copy")


LIMITS = _Limits()

# Names carry information too: a few plain characters, and not many of them.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 ._-]{0,63}")


@dataclass
class Collected:
    """What was copied; `refused` counts what was not, by reason."""

    outputs: list[Output] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


def collect(outputs: int, into: Path, limits: JobLimits, *, declared: tuple[str, ...] = ()) -> Collected:
    """Copy regular files below the directory that `outputs` is open on to the new directory `into`.

    With `declared`, only files of those paths are looked at. More files or bytes than the limits allow are
    refused.
    """
    into.mkdir(mode=0o700)
    done, left = Collected(), limits.output_bytes
    found = (
        _declared(outputs, declared, done.refused)
        if declared
        else _files(outputs, "", LIMITS.depth, done.refused)
    )
    for name, descriptor in found:
        try:
            # The apparent size: a sparse file of a terabyte takes no room where it is, but would here.
            size = os.fstat(descriptor).st_size
            if size > left or len(done.outputs) >= limits.output_files:
                done.refused["over the limit"] += 1
                continue
            copied = _copy(descriptor, into / name, size)
            left -= copied.size
            done.outputs.append(Output(name, copied.size, copied.sha256))
        finally:
            os.close(descriptor)
    done.outputs.sort(key=lambda each: each.name)
    return done


def write_files(directory: int, files: Mapping[str, bytes]) -> None:
    """Write files to the directory that a descriptor is open on; names may not have a slash."""
    for name, content in files.items():
        if "/" in name or name in {"", ".", ".."}:
            raise ValueError(f"{name!r} is no file name")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, 0o600, dir_fd=directory), "wb") as file:
            file.write(content)


def _declared(directory: int, names: tuple[str, ...], refused: Counter[str]) -> Iterator[tuple[str, int]]:
    """Yield each of these paths that is there, with a descriptor; the caller closes it."""
    for name in sorted(set(names)):
        *folders, last = PurePosixPath(name).parts
        if any(_NAME.fullmatch(part) is None for part in (*folders, last)):
            refused["unusual name"] += 1
            continue
        at, opened = directory, []
        try:
            for folder in folders:
                at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
                opened.append(at)
            if (descriptor := _opened(at, last, refused)) is not None:
                yield name, descriptor
        except FileNotFoundError:
            continue
        except OSError:
            refused["not a plain file"] += 1
        finally:
            for each in opened:
                os.close(each)


def _opened(directory: int, name: str, refused: Counter[str]) -> int | None:
    """Return a descriptor of a regular file, None if it is refused; FileNotFoundError if it is not there."""
    if not stat.S_ISREG(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
        refused["not a plain file"] += 1
        return None
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(name, flags, dir_fd=directory)
    except OSError:
        refused["unreadable"] += 1
        return None


def _files(directory: int, prefix: str, depth: int, refused: Counter[str]) -> Iterator[tuple[str, int]]:
    """Yield the path of each regular file and a descriptor to read it; the caller closes it."""
    with os.scandir(directory) as entries:
        names = [entry.name for entry, _ in zip(entries, range(LIMITS.listed), strict=False)]
    for name in sorted(names):
        if _NAME.fullmatch(name) is None or name.endswith((" ", ".")):
            refused["unusual name"] += 1
            continue
        if stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
            yield from _below(directory, name, prefix, depth, refused)
        elif (descriptor := _opened(directory, name, refused)) is not None:
            yield f"{prefix}{name}", descriptor


def _below(
    directory: int, name: str, prefix: str, depth: int, refused: Counter[str]
) -> Iterator[tuple[str, int]]:
    if depth == 0:
        refused["too deep"] += 1
        return
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        inner = os.open(name, flags, dir_fd=directory)
    except OSError:
        refused["unreadable"] += 1
        return
    try:
        yield from _files(inner, f"{prefix}{name}/", depth - 1, refused)
    finally:
        os.close(inner)


def _copy(descriptor: int, target: Path, size: int) -> Output:
    """Copy at most `size` bytes to a new file without special permissions."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), size
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while left and (chunk := os.read(descriptor, min(left, LIMITS.chunk))):
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
    return Output(target.name, size - left, digest.hexdigest())
