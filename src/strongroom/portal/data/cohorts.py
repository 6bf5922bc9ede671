"""Adding a cohort, and opening it for the tools."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError

from strongroom.cohort import PARTICIPANT, CohortManifest
from strongroom.cohort import Cohort as StoredCohort
from strongroom.cohort.keys import new_key
from strongroom.errors import AlreadyExistsError, NotFoundError
from strongroom.ids import require_name
from strongroom.portal.acts.transactions import act
from strongroom.portal.data.kept_relations import keep_relations
from strongroom.portal.data.models import Cohort
from strongroom.portal.data.vault import incoming, place
from strongroom.portal.home import Home
from strongroom.progress import Progress, silent

if TYPE_CHECKING:
    from strongroom.cohort import IngestReport
    from strongroom.matching import Index
    from strongroom.tracer.relations.relation import Relation

INDEX = "index.bin"


@dataclass(frozen=True)
class CohortSource:
    """The files a cohort is made from."""

    participants: Path
    dictionary: Path
    id_column: str
    events: Mapping[str, Path]
    genotypes: Path | None = None
    declared: Collection[str] = ()


def add_cohort(
    home: Home, *, name: str, source: CohortSource, by: str, progress: Progress = silent
) -> "tuple[Cohort, IngestReport]":
    """Add a cohort to the vault, encrypted and indexed; a failure leaves nothing behind.

    Raises AlreadyExistsError for a name in use and IngestError for invalid files.
    """
    from strongroom.cohort import ingest_cohort  # noqa: PLC0415 - most commands add no cohort
    from strongroom.cohort.dictionary import read_dictionary  # noqa: PLC0415 - likewise

    require_name(name, what="cohort name")
    _require_free(name)
    key = new_key(home.random)
    with incoming(home) as directory:
        manifest, report = ingest_cohort(
            name,
            participants=source.participants,
            dictionary=read_dictionary(source.dictionary),
            id_column=source.id_column,
            into=directory / "cohort",
            key=key,
            events=source.events,
            genotypes=source.genotypes,
            declared=source.declared,
            progress=progress,
            random=home.random,
        )
        index_cohort(home, directory / "cohort", manifest, key, progress=progress)
        found = _relations(directory / "cohort", manifest, key, progress=progress)
        with act(home, by=by) as record:
            _require_free(name)
            row = Cohort(
                name=name,
                directory=place(home, directory / "cohort", kind="cohort"),
                manifest=manifest.to_json(),
                wrapped_key=home.keys.wrap(key, context=_context(name)),
                report=report.to_json(),
                added_at=home.clock(),
            )
            try:
                row.save()
            except IntegrityError as error:
                raise _taken(name) from error
            record("cohort.added", name, **_described(manifest))
            keep_relations(home, row, found, key=key, record=record)
    return row, report


def find_cohort(name: str) -> Cohort:
    """Return the cohort of that name; NotFoundError."""
    row = Cohort.objects.filter(name=name).first()
    if row is None:
        known = ", ".join(Cohort.objects.values_list("name", flat=True)) or "none"
        raise NotFoundError(f"There is no cohort {name!r}.", hint=f"Cohorts in this home: {known}.")
    return row


def cohort_key(home: Home, row: Cohort) -> bytes:
    """Return the key that wraps the keys of a cohort's files."""
    return home.keys.unwrap(bytes(row.wrapped_key), context=_context(row.name))


def open_cohort(home: Home, row: Cohort) -> StoredCohort:
    """Open a cohort's current revision."""
    manifest = CohortManifest.from_json(row.manifest)
    return StoredCohort(directory=home.vault / row.directory, manifest=manifest, key=cohort_key(home, row))


def open_index(home: Home, row: Cohort) -> "Index":
    """Open the egress index of a cohort's current revision."""
    from strongroom.matching import Index  # noqa: PLC0415 - queries need no index

    file_id = index_id(row.name, row.revision)
    return Index.open(home.vault / row.directory / INDEX, key=cohort_key(home, row), file_id=file_id)


def index_cohort(
    home: Home, directory: Path, manifest: CohortManifest, key: bytes, *, progress: Progress = silent
) -> None:
    """Build the egress index of the cohort in `directory`, and write it there, encrypted."""
    from strongroom.matching import write_index  # noqa: PLC0415 - most commands add no cohort

    cohort = StoredCohort(directory=directory, manifest=manifest, key=key)
    file_id = index_id(manifest.name, manifest.revision)
    write_index(cohort, directory / INDEX, file_id=file_id, random=home.random, progress=progress)


def _relations(
    directory: Path, manifest: CohortManifest, key: bytes, *, progress: Progress
) -> "list[Relation]":
    """Search the relations between the columns of the cohort in `directory`, which has its index."""
    from strongroom.matching import Index  # noqa: PLC0415 - most commands add no cohort
    from strongroom.tracer.fingerprint.planning.cohort_relations import relations_of  # noqa: PLC0415 - likewise

    cohort = StoredCohort(directory=directory, manifest=manifest, key=key)
    index = Index.open(directory / INDEX, key=key, file_id=index_id(manifest.name, manifest.revision))
    return relations_of(cohort, index, progress=progress)


def describe_cohort(row: Cohort) -> dict[str, Any]:
    """Return a summary of a cohort for the custodian."""
    manifest = CohortManifest.from_json(row.manifest)
    return {
        "name": row.name,
        "revision": row.revision,
        "added_at": row.added_at.isoformat(),
        "participants": manifest.participants,
        "tables": [
            {
                "name": table.name,
                "kind": table.kind.value,
                "rows": table.rows,
                "columns": [name for name in table.columns if name != PARTICIPANT],
            }
            for table in manifest.tables
        ],
        "views": row.views.count(),
        "withdrawn": sum(row.withdrawals.values_list("participants", flat=True)),
        "report": row.report,
    }


def manifest_digest(manifest: CohortManifest) -> str:
    """Return the SHA-256 of a manifest, which lists the SHA-256 of every file."""
    return hashlib.sha256(json.dumps(manifest.to_json(), sort_keys=True).encode()).hexdigest()


def _described(manifest: CohortManifest) -> dict[str, Any]:
    return {
        "participants": manifest.participants,
        "revision": manifest.revision,
        "manifest": manifest_digest(manifest),
        "tables": {table.name: {"rows": table.rows, "sha256": table.sha256} for table in manifest.tables},
    }


def _require_free(name: str) -> None:
    if Cohort.objects.filter(name=name).exists():
        raise _taken(name)


def _taken(name: str) -> AlreadyExistsError:
    return AlreadyExistsError(
        f"A cohort {name!r} already exists.",
        hint="Choose another name. A cohort is never overwritten; 'cohort withdraw' removes participants.",
    )


def _context(name: str) -> str:
    return f"cohort:{name}"


def index_id(name: str, revision: int) -> str:
    """Return what the egress index of a cohort's revision is encrypted for."""
    return f"index:{name}:{revision}"
