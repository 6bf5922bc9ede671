"""How a checked copy leaves: made in a temporary directory, moved after the ledger entry, and recorded."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


@contextmanager
def staging_directory(release_to: Path) -> Iterator[Path]:
    """Yield a directory beside the target, on the same file system, that is removed at the end."""
    release_to = release_to.resolve()
    if release_to.exists() and not release_to.is_dir():
        raise UsageError(f"{release_to} is not a directory.", hint="Choose a directory with --release-to.")
    release_to.parent.mkdir(parents=True, exist_ok=True)
    # A unique name: two checks with the same target must not share it.
    staged = Path(tempfile.mkdtemp(prefix=f".{release_to.name}.", dir=release_to.parent))
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def release_copies(home: Home, request: ReleaseRequest, staged: Path, release_to: Path, *, by: str) -> None:
    """Move the checked copies to the target, and record what was released, whatever happens."""
    release_to.mkdir(parents=True, exist_ok=True)
    released: dict[str, str] = {}
    try:
        for item in sorted(each for each in staged.rglob("*") if each.is_file()):
            name = str(item.relative_to(staged))
            (release_to / name).parent.mkdir(parents=True, exist_ok=True)
            # Unlike a rename, a link never overwrites a file.
            os.link(item, release_to / name)
            released[name] = file_sha256(item)
    except FileExistsError as error:
        hint = "Choose an empty directory."
        raise UsageError(f"{release_to} already has a file {name}.", hint=hint) from error
    finally:
        if released:
            _record_release(home, request, released, by=by)


def _record_release(home: Home, request: ReleaseRequest, released: Mapping[str, str], *, by: str) -> None:
    with act(home, by=by) as record:
        request.released_at = home.clock()
        request.save()
        subject = request.project.slug if request.project else request.cohort.name
        for name, sha256 in released.items():
            record("output.released", subject, request=request.pk, file=name, sha256=sha256)


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
