"""Ingest a cohort: all of it, checked and encrypted, or nothing."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from strongroom.clock import Clock, utc_now
from strongroom.cohort.dictionary import Dictionary, Role
from strongroom.cohort.dictionary.names import names_whole_field
from strongroom.cohort.ingest.genotypes import ingest_genotypes
from strongroom.cohort.ingest.job import IngestJob, declared_names
from strongroom.cohort.ingest.report import FoundIdentifier, IngestReport
from strongroom.cohort.ingest.tables import IngestedTable, ingest_events, ingest_participants
from strongroom.cohort.model import CohortManifest
from strongroom.cohort.store import TableKind, fresh_directory
from strongroom.errors import IngestError, UsageError
from strongroom.ids import RandomBytes, require_name, system_random
from strongroom.progress import Progress, silent

_RESERVED = (TableKind.PARTICIPANTS.value, TableKind.GENOTYPES.value)
_DECLARING_ROLES = (Role.DIRECT_IDENTIFIER, Role.FREE_TEXT)


def ingest_cohort(
    name: str,
    *,
    participants: Path,
    dictionary: Dictionary,
    id_column: str,
    into: Path,
    key: bytes,
    events: Mapping[str, Path] | None = None,
    genotypes: Path | None = None,
    declared: Collection[str] = (),
    progress: Progress = silent,
    random: RandomBytes = system_random,
    clock: Clock = utc_now,
) -> tuple[CohortManifest, IngestReport]:
    """Store a cohort in the new directory `into`, every file encrypted under a key that `key` wraps.

    `genotypes` is the prefix of PLINK's .bed, .bim and .fam files. Columns whose content identifies people
    are refused unless they are named in `declared` (`column` or `table.column`) or have the role direct
    identifier or free text in the dictionary. Memory is bounded by a few blocks of each file. Raises
    IngestError with file, row and column for anything that contradicts the dictionary, and leaves nothing
    behind; AlreadyExistsError if `into` exists.
    """
    require_name(name, what="cohort name")
    events = {} if events is None else events
    _require_table_names(events)
    with fresh_directory(into, random=random) as directory:
        intake = IngestJob(directory, dictionary, id_column, key, progress, random, clock)
        main, people = ingest_participants(intake, participants)
        taken = [main, *(ingest_events(intake, table, path, people) for table, path in events.items())]
        stored, reports = [each.stored for each in taken], [each.report for each in taken]
        if genotypes is not None:
            matrix, report = ingest_genotypes(intake, genotypes, people)
            stored.append(matrix)
            reports.append(report)
        found = _identifiers(taken, declared, dictionary)
        _refuse_undeclared(found, {each.stored.name: each.path for each in taken})
    low, high = people.id_range()
    manifest = CohortManifest(
        name=name,
        revision=1,
        id_column=main.id_name,
        id_low=low,
        id_high=high,
        participants=people.count,
        capacity=people.count,
        tables=tuple(stored),
        dictionary=_described(taken, dictionary),
    )
    absent = _absent(dictionary, manifest)
    return manifest, IngestReport(name, people.count, tuple(reports), tuple(found), absent)


def _absent(dictionary: Dictionary, manifest: CohortManifest) -> tuple[str, ...]:
    """Return the described columns that no table has; a field described for every visit is none of them."""
    described = [item.name for item in dictionary.fields.values() if not names_whole_field(item.name)]
    stored = {column for table in manifest.tables for column in table.columns}
    found = [dictionary.resolve(name) for name in stored]
    return tuple(sorted(set(described) - {item.name for item in found if item is not None} - stored))


def _require_table_names(events: Mapping[str, Path]) -> None:
    for table in events:
        require_name(table, what="table name")
        if table in _RESERVED:
            raise UsageError(f"an event table cannot be called {table!r}.", hint="Choose another name.")


def _identifiers(
    taken: list[IngestedTable], declared: Collection[str], dictionary: Dictionary
) -> list[FoundIdentifier]:
    names = declared_names(declared, dictionary)
    found = []
    for table in taken:
        for inspection in table.inspections:
            column = inspection.column
            named = column.name in names or f"{table.stored.name}.{column.name}" in declared
            is_declared = named or column.field.role in _DECLARING_ROLES
            found += inspection.found(table.stored.name, declared=is_declared)
    return found


def _refuse_undeclared(found: list[FoundIdentifier], files: Mapping[str, Path]) -> None:
    undeclared = [each for each in found if not each.declared]
    if not undeclared:
        return
    listed = ", ".join(f"{each.table}.{each.column} ({each.kind})" for each in undeclared)
    raise IngestError(
        f"contains direct identifiers: {listed}.",
        file=files[undeclared[0].table],
        column=undeclared[0].column,
        hint="Leave these columns out, or declare them: role direct_identifier in the dictionary.",
    )


def _described(taken: list[IngestedTable], dictionary: Dictionary) -> dict[str, Any]:
    """Return the part of the dictionary that describes stored columns."""
    names = [column for table in taken for column in table.stored.columns]
    return dictionary.subset([name for name in names if dictionary.resolve(name) is not None]).to_json()
