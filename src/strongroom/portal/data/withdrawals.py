"""Removing participants who withdrew: from the cohort now, from every later view, and with proof."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from strongroom.canonical import digest
from strongroom.cohort import CohortManifest, rewrite_without
from strongroom.cohort.withdrawals import Withdrawn, commitments, find_withdrawn, read_ids
from strongroom.errors import NotFoundError, RefusedError
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.cohorts import cohort_key, find_cohort, index_cohort, manifest_digest, open_cohort
from strongroom.portal.data.models import Cohort, View, Withdrawal
from strongroom.portal.data.vault import discard, incoming, place, unsettle
from strongroom.portal.data.views import members_of
from strongroom.portal.database import forget_old_pages
from strongroom.portal.home import Home
from strongroom.progress import Progress, silent


def withdraw_participants(
    home: Home, *, cohort_name: str, ids_file: Path, by: str, progress: Progress = silent
) -> Withdrawal:
    """Remove the people a list names, by rewriting every table under fresh keys and destroying the old files.

    The vault's copies of views that hold one of them are removed too; a project's next view is issued anew.
    The withdrawal says which views, and which releases from them, may still hold something of these people
    outside.
    Raises NotFoundError if none of the ids belongs to the cohort.
    """
    row = find_cohort(cohort_name)
    cohort = open_cohort(home, row)
    withdrawn = find_withdrawn(cohort, read_ids(ids_file))
    if len(withdrawn.ordinals) == 0:
        raise NotFoundError(
            f"None of the {withdrawn.unknown} ids in {ids_file} belongs to cohort {cohort_name!r}.",
            hint="Use the cohort's own ids, not a project's pseudonyms.",
        )
    salt = home.random(32)
    with incoming(home) as directory:
        manifest = rewrite_without(
            cohort, withdrawn.ordinals, into=directory / "cohort", random=home.random, progress=progress
        )
        key = cohort_key(home, row)
        index_cohort(home, directory / "cohort", manifest, key, progress=progress)
        with act(home, by=by) as record:
            row = Cohort.objects.select_for_update().get(pk=row.pk)
            if row.revision != cohort.manifest.revision:
                raise RefusedError(
                    f"Another command changed cohort {cohort_name!r} in the meantime.",
                    hint="Run the command again.",
                )
            affected = affected_views(home, row, withdrawn)
            old = [row.directory, *(view.directory for view in affected)]
            for each in old:
                unsettle(home, each)
            _adopt(row, manifest, place(home, directory / "cohort", kind="cohort"))
            withdrawal = _remember(home, row, withdrawn, affected, salt)
            record("cohort.withdrawn", cohort_name, **_facts(withdrawal, manifest))
    for each in old:
        discard(home, each)
    # The keys of the old files were in the old manifest.
    forget_old_pages()
    return withdrawal


def affected_views(home: Home, row: Cohort, withdrawn: Withdrawn) -> list[View]:
    """Return the views that still hold one of the withdrawn people."""
    views = View.objects.filter(cohort=row).select_related("project", "cohort")
    return [view for view in views if members_of(home, view)[withdrawn.ordinals].any()]


def _adopt(row: Cohort, manifest: CohortManifest, directory: str) -> None:
    row.revision, row.manifest, row.directory = manifest.revision, manifest.to_json(), directory
    row.save()


def _remember(
    home: Home, row: Cohort, withdrawn: Withdrawn, views: Sequence[View], salt: bytes
) -> Withdrawal:
    withdrawal = Withdrawal(
        cohort=row,
        revision=row.revision,
        participants=len(withdrawn.ordinals),
        unknown_ids=withdrawn.unknown,
        salt=salt,
        commitments=commitments(withdrawn.ids, salt=salt),
        views=[{"project": view.project.slug, "number": view.number} for view in views],
        releases=[
            {"project": view.project.slug, "request": request.pk}
            for view in views
            for request in view.requests.filter(released_at__isnull=False)
        ],
        withdrawn_at=home.clock(),
    )
    withdrawal.save()
    return withdrawal


def _facts(withdrawal: Withdrawal, manifest: CohortManifest) -> dict[str, Any]:
    return {
        "participants": withdrawal.participants,
        "unknown_ids": withdrawal.unknown_ids,
        "revision": manifest.revision,
        "manifest": manifest_digest(manifest),
        "commitments": digest(withdrawal.commitments),
        "views": len(withdrawal.views),
        "releases": len(withdrawal.releases),
        "affected": digest([withdrawal.views, withdrawal.releases]),
    }
