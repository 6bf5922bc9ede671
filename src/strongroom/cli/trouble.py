"""Everyday trouble in one sentence: a full disk, a damaged database, an interruption, an error of ours."""

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from strongroom.errors import StrongroomError

INTERRUPTED = 130  # fixed: 128 + SIGINT, as shells report it
INTERRUPTION = "strongroom: Interrupted; the unfinished step changed nothing.\n"
_IMPORTING = "<frozen importlib._bootstrap>"
_HERE = str(Path(__file__).parents[1])
_RESTORE = "Restore it from a backup, then run 'strongroom ledger verify'."
_DATABASE = (
    (
        "locked",
        "the database is locked by another program.",
        "Wait until that ends, then run the command again.",
    ),
    ("disk is full", "the disk is full.", "Make room and run the command again; nothing was changed."),
    ("malformed", "the database is damaged.", _RESTORE),
    ("not a database", "the database is damaged.", _RESTORE),
    ("disk i/o error", "the database cannot be read or written.", "Check the disk and the room on it."),
    ("readonly", "the database cannot be written.", "Check who may write to the home."),
    ("unable to open", "the database cannot be opened.", "Check the home and who may use it."),
    (
        "no such table",
        "the database was made by an earlier version.",
        "Run any other command on the home first.",
    ),
    (
        "no such column",
        "the database was made by an earlier version.",
        "Run any other command on the home first.",
    ),
)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def explained(error: BaseException) -> StrongroomError:
    """Return any error as one that says what to do; never with a value that may be a participant's."""
    for each in _causes(error):
        if isinstance(each, StrongroomError):
            return each
        known = _of_database(each) or _of_system(each)
        if known is not None:
            return known
    return StrongroomError(
        f"an unexpected error: {type(error).__name__} at {_place(error)}.",
        hint="Nothing was released. Please report it: it is a defect of strongroom.",
    )


def install_interruption() -> None:
    """End at once if interrupted during an import, where libraries may ignore it; otherwise roll back."""
    import signal

    owner = os.getpid()

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)
        if os.getpid() != owner:
            os._exit(INTERRUPTED)
        if any(each.f_code.co_filename == _IMPORTING for each in _frames(frame)):
            end_at_once()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)


def end_at_once() -> None:
    """Say that the command was interrupted and end the process; what it began is as if it had been killed."""
    os.write(2, INTERRUPTION.encode())
    os._exit(INTERRUPTED)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or error.__context__


def _of_database(error: BaseException) -> StrongroomError | None:
    library = type(error).__module__.partition(".")[0]
    if library == "sqlite3":
        said = str(error).lower()
        for words, message, hint in _DATABASE:
            if words in said:
                return StrongroomError(message, hint=hint)
        return StrongroomError(f"the database failed ({type(error).__name__}).", hint=_RESTORE)
    if library == "psycopg":
        # The details of other errors may quote a row.
        said = str(error).splitlines()[0] if type(error).__name__ == "OperationalError" and str(error) else ""
        return StrongroomError(
            f"PostgreSQL failed ({said or type(error).__name__}).", hint="Check DATABASE_URL and the server."
        )
    if type(error).__name__ == "ImproperlyConfigured":
        return StrongroomError(
            "the database cannot be used.", hint="Check DATABASE_URL; PostgreSQL needs psycopg."
        )
    return None


def _of_system(error: BaseException) -> StrongroomError | None:
    if isinstance(error, UnicodeEncodeError):
        return StrongroomError("a name has bytes that are not UTF-8.", hint="Rename the file or directory.")
    if isinstance(error, MemoryError):
        return StrongroomError(
            "there is not enough memory.", hint="Close other programs, or use a smaller file."
        )
    if isinstance(error, RecursionError):
        return StrongroomError("the input is nested too deeply.", hint="Simplify it.")
    if not isinstance(error, OSError):
        return None
    where = (
        f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes | os.PathLike) else ""
    )
    if error.errno in _FULL:
        return StrongroomError(f"{where}the disk is full.", hint="Make room and run the command again.")
    return StrongroomError(f"{where}{error.strerror or error}.")


def _place(error: BaseException) -> str:
    """Return the line of ours that was reached last."""
    ours = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.startswith(_HERE)]
    if not ours:
        return "an unknown place"
    return f"{Path(ours[-1].filename).relative_to(_HERE)}:{ours[-1].lineno}"


def use_safe_streams() -> None:
    """Let no character of a file's name or a table stop the output; the C locale's terminals take UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            encoding = (
                "utf-8"
                if (stream.encoding or "ascii").lower() in {"ascii", "ansi_x3.4-1968", "646"}
                else None
            )
            stream.reconfigure(encoding=encoding, errors="replace")
