"""A cohort's next revision, rewritten without the people who withdrew; every file gets a new key."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort.keys import new_key, wrap
from strongroom.cohort.model import PARTICIPANT, Cohort, CohortManifest
from strongroom.cohort.store import EncryptedTableWriter, StoredTable, TableKind, file_sha256, fresh_directory
from strongroom.errors import UsageError
from strongroom.ids import RandomBytes, new_id, system_random
from strongroom.progress import Progress, silent


def rewrite_without(
    cohort: Cohort,
    ordinals: NDArray[np.uint32],
    *,
    into: Path,
    random: RandomBytes = system_random,
    progress: Progress = silent,
) -> CohortManifest:
    """Write every table without the rows of these people to the new directory `into`.

    The others keep their ordinals; a withdrawn ordinal is never used again, so `capacity` stays. The old
    files are untouched: destroy them, and their wrapped keys with the old manifest, once the new revision is
    adopted. Raises UsageError for ordinals that never were in the cohort, AlreadyExistsError if `into`
    exists.
    """
    manifest = cohort.manifest
    if len(ordinals) and int(ordinals.max()) >= manifest.capacity:
        raise UsageError(f"cohort {cohort.name!r} has no participant {int(ordinals.max())}.")
    stays = np.ones(manifest.capacity, dtype=np.bool_)
    stays[ordinals] = False
    total = sum(table.rows for table in manifest.tables)
    with (
        fresh_directory(into, random=random) as directory,
        progress("Rewriting the cohort", total) as advance,
    ):
        tables = []
        for table in manifest.tables:
            tables.append(_rewrite(cohort, table, stays, directory=directory, random=random))
            advance(table.rows)
    people = next(table.rows for table in tables if table.kind is TableKind.PARTICIPANTS)
    return replace(manifest, revision=manifest.revision + 1, participants=people, tables=tuple(tables))


def _rewrite(
    cohort: Cohort, table: StoredTable, stays: NDArray[np.bool_], *, directory: Path, random: RandomBytes
) -> StoredTable:
    source = cohort.table(table.name)
    file_id, data_key = new_id("file", random=random), new_key(random)
    path = directory / table.file
    with EncryptedTableWriter(path, source.schema, key=data_key, file_id=file_id) as writer:
        for batch in source.batches():
            writer.write(batch.filter(pa.array(stays[batch.column(PARTICIPANT).to_numpy()])))
    return replace(
        table,
        file_id=file_id,
        rows=writer.rows,
        wrapped_key=wrap(cohort.key, data_key, context=file_id, random=random),
        sha256=file_sha256(path),
    )
