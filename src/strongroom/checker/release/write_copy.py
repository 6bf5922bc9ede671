"""Write the released copy: a confined child makes it, the parent verifies that it is what was checked."""

import re
from pathlib import Path

from strongroom.checker.confined.reader import answers
from strongroom.checker.contents.found import Artefact, FileContent, Limits
from strongroom.checker.contents.frames import FrameError, read_artefact
from strongroom.checker.release.same_content import digest_of, same_artefacts
from strongroom.checker.release.write_large_copy import rebuild_streamed
from strongroom.errors import RefusedError, UsageError

_ENDING = re.compile(r"(?:\.csv|\.xlsx|\.png|\.txt|\.html|\.sheets/[\w -]{1,80}\.(?:csv|txt|png))?")


def rebuild(
    path: Path, content: FileContent, to: Path, *, limits: Limits | None = None
) -> tuple[Path, tuple[str, ...]]:
    """Write the released copy of `path` to `to` and return what was written and what changed, in words.

    The copy is rebuilt from the file's content in a confined child; the parent writes the bytes and
    parses none. A file of several tables may become the directory `<to>.sheets` with a CSV file a table.
    Raises UsageError when something of that name exists, RefusedError when the file is no longer what
    `content` says, or cannot be rebuilt.
    """
    if content.sha256:
        return to, rebuild_streamed(path, content, to, limits or Limits())
    files, changes = _rebuilt_files(path, content, limits or Limits())
    targets = {to.parent / (to.name + ending): data for ending, data in files.items()}
    for target in targets:
        if target.exists() or target.is_symlink():
            raise UsageError(f"{target} exists already.", hint="Choose a directory without earlier copies.")
    for target, data in targets.items():
        target.parent.mkdir(exist_ok=True)
        with target.open("xb") as file:
            file.write(data)
    first = next(iter(targets))
    return (first.parent if first.parent != to.parent else first), changes


def _rebuilt_files(
    path: Path, content: FileContent, limits: Limits
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the copy's files by what follows the file's own name, and the changes."""
    found: list[Artefact] = []
    files: dict[str, bytes] = {}
    changes: list[str] = []
    try:
        for header, body in answers("rebuild", path, limits=limits, id_query=content.id_query):
            match header.get("frame"):
                case "type" | "possible ids":
                    continue
                case "file":
                    files[_ending(str(header.get("name")), path.name)] = bytes(body)
                case "change":
                    changes.append(str(header.get("text")))
                case "refused":
                    raise RefusedError(f"{path.name} cannot be rebuilt: {header.get('why')}.")
                case _:
                    found.append(read_artefact(header, body))
    except FrameError as error:
        raise RefusedError(f"{path.name} cannot be rebuilt: its reader was stopped ({error}).") from error
    same = digest_of(found) == content.digest if content.digest else same_artefacts(content.artefacts, found)
    if not same:
        raise RefusedError(f"{path.name} has changed since it was checked.", hint="Check it again.")
    if not files:
        raise RefusedError(f"{path.name} cannot be rebuilt: it is empty.")
    return files, tuple(changes)


def _ending(name: str, original: str) -> str:
    """Return what a copy's name adds to the original's; any other name is rejected."""
    ending = name.removeprefix(original)
    if not name.startswith(original) or not _ENDING.fullmatch(ending):
        raise FrameError("a file of an unexpected name")
    return ending
