"""Write the copy of a large table as a stream, and keep it only if its bytes are those checked."""

from pathlib import Path
from typing import BinaryIO

from strongroom.checker.confined.reader import answers
from strongroom.checker.contents.found import FileContent, Limits
from strongroom.checker.contents.frames import FrameError, read_digest
from strongroom.errors import RefusedError, UsageError


def rebuild_streamed(path: Path, content: FileContent, to: Path, limits: Limits) -> tuple[str, ...]:
    """Write the released copy of a file that was read as a stream and return what changed, in words.

    Raises UsageError when something of that name exists, RefusedError when the file can no longer be read,
    or its bytes are not those whose SHA-256 `content` has.
    """
    unfinished = to.with_name(f".{to.name}.part")
    if any(each.exists() or each.is_symlink() for each in (to, unfinished)):
        raise UsageError(f"{to} exists already.", hint="Choose a directory without earlier copies.")
    try:
        with unfinished.open("xb") as file:
            digest, changes = _write(path, file, limits)
        if digest != content.sha256:
            raise RefusedError(f"{path.name} has changed since it was checked.", hint="Check it again.")
        unfinished.rename(to)
    finally:
        unfinished.unlink(missing_ok=True)
    return changes


def _write(path: Path, file: BinaryIO, limits: Limits) -> tuple[str, tuple[str, ...]]:
    digest = ""
    changes: list[str] = []
    try:
        for header, body in answers("rebuild", path, limits=limits):
            match header.get("frame"):
                case "type":
                    continue
                case "piece":
                    file.write(body)
                case "change":
                    changes.append(str(header.get("text")))
                case "digest":
                    digest, _ = read_digest(header)
                case other:
                    raise RefusedError(f"{path.name} cannot be rebuilt: {other}.")
    except FrameError as error:
        raise RefusedError(f"{path.name} cannot be rebuilt: its reader was stopped ({error}).") from error
    return digest, tuple(changes)
