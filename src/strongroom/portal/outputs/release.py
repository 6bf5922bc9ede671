"""How a checked copy leaves: made in the vault, moved after the ledger entry of the intent, and recorded.

Until then nothing is outside the vault, and a journal there says what was to be moved: a killed command
leaves no copy that no entry knows.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strongroom.canonical import digest
from strongroom.checker import Report
from strongroom.cohort.store import file_sha256
from strongroom.errors import UsageError
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.portal.outputs.models import ReleaseRequest
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    listed: int = threshold(
        200,
        "files",
        "cost: an entry of the ledger has at most 60,000 bytes; 200 digests and verdicts take about 20,000",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Journal:
    """What a release is about to move: kept in the vault until the outcome is in the ledger."""

    request: int
    to: Path
    copies: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> "Journal | None":
        """Return what `keep` wrote; None for a file that was not finished."""
        try:
            read = json.loads(file.read_text(encoding="utf-8"))
            return cls(int(read["request"]), Path(read["to"]), dict(read["copies"]))
        except (ValueError, KeyError, TypeError):
            return None

    def keep(self, home: Home) -> None:
        """Write it to the vault."""
        folder = home.vault / "releasing"
        folder.mkdir(mode=0o700, exist_ok=True)
        with (folder / f"{self.request}.json").open("w", encoding="utf-8") as file:
            json.dump({"request": self.request, "to": str(self.to), "copies": dict(self.copies)}, file)
            file.flush()
            os.fsync(file.fileno())

    def forget(self, home: Home) -> None:
        """Remove it from the vault."""
        (home.vault / "releasing" / f"{self.request}.json").unlink(missing_ok=True)


def journals(home: Home) -> list[Path]:
    """Return the files of releases that have begun, oldest first."""
    return sorted((home.vault / "releasing").glob("*.json"), key=lambda file: file.name.zfill(30))


def require_directory(release_to: Path) -> None:
    """Raise UsageError for a target that exists and is no directory."""
    if release_to.exists() and not release_to.is_dir():
        raise UsageError(f"{release_to} is not a directory.", hint="Choose a directory with --release-to.")


def journal_of(request: ReleaseRequest, staged: Path, release_to: Path) -> Journal:
    """Return what is going to be moved, with the hash of each copy."""
    return Journal(request.pk, release_to.resolve(), staged_hashes(staged))


def staged_names(staged: Path) -> list[str]:
    """Return the names of the copies in a directory, below it, in a stable order."""
    return [str(each.relative_to(staged)) for each in sorted(staged.rglob("*")) if each.is_file()]


def staged_hashes(staged: Path) -> dict[str, str]:
    """Return the copies in a directory by name, each with its hash."""
    return {name: file_sha256(staged / name) for name in staged_names(staged)}


def release_copies(home: Home, request: ReleaseRequest, staged: Path, journal: Journal, *, by: str) -> None:
    """Move the checked copies to the target, and record what was released, whatever happens."""
    released: dict[str, str] = {}
    try:
        for name, sha256 in journal.copies.items():
            target = journal.to / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _move(staged / name, target, unfinished(target, journal.request))
            released[name] = sha256
    except FileExistsError as error:
        hint = "Choose an empty directory."
        raise UsageError(f"{journal.to} already has a file {name}.", hint=hint) from error
    finally:
        enter_release(home, request, released, by=by, missing=len(journal.copies) - len(released))
        journal.forget(home)


def unfinished(target: Path, request: int) -> Path:
    """Return where a copy is written if the target is on another file system than the vault."""
    return target.with_name(f".{target.name}.release-{request}")


def _move(copy: Path, target: Path, partial: Path) -> None:
    """Put a copy in its place; unlike a rename, a link never overwrites a file."""
    try:
        os.link(copy, target)
    except FileExistsError:
        raise
    except OSError:  # another file system, or one without links
        try:
            with copy.open("rb") as source, partial.open("xb") as sink:
                shutil.copyfileobj(source, sink)
            os.link(partial, target)
        finally:
            partial.unlink(missing_ok=True)


def enter_release(
    home: Home, request: ReleaseRequest, released: Mapping[str, str], *, by: str, missing: int
) -> None:
    """Record the copies that left, by name with their hashes, and how many of the request did not."""
    with act(home, by=by) as record:
        subject = request.project.slug if request.project else request.cohort.name
        if released:
            request.released_at = home.clock()
            request.save()
        for name, sha256 in released.items():
            record("output.released", subject, request=request.pk, file=name, sha256=sha256)
        if missing or not released:
            record("output.interrupted", subject, request=request.pk, released=len(released), missing=missing)


def described(report: Report) -> dict[str, Any]:
    """Return the checked files by the hash of their content, as many as fit into an entry."""
    judged = [{"sha256": file.sha256, "verdict": file.verdict.value} for file in report.files]
    listed = {"files": judged} if len(judged) <= LIMITS.listed else {}
    return {
        "files_judged": len(judged),
        "files_digest": digest(judged),
        "isolation": report.isolation,
        **listed,
    }
