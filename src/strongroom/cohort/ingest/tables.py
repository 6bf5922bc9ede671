"""Ingest a participants' table and event tables."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from strongroom.cohort.dictionary import ValueType
from strongroom.cohort.ingest.formats import open_source
from strongroom.cohort.ingest.inspection import ColumnInspection
from strongroom.cohort.ingest.job import IngestJob, inspections, planned_values, store_table, with_progress
from strongroom.cohort.ingest.participant_ids import NotWholeNumbersError, ParticipantIds, ids_of
from strongroom.cohort.ingest.plan import TablePlan, plan_table
from strongroom.cohort.ingest.report import TableReport
from strongroom.cohort.ingest.source import Source
from strongroom.cohort.model import PARTICIPANT
from strongroom.cohort.store import StoredTable, TableKind
from strongroom.errors import IngestError

_ORDINAL = pa.field(PARTICIPANT, pa.uint32(), nullable=False)


@dataclass(frozen=True)
class IngestedTable:
    """A stored table, its report, and its columns' inspections."""

    path: Path
    stored: StoredTable
    report: TableReport
    inspections: tuple[ColumnInspection, ...]
    id_name: str


def ingest_participants(intake: IngestJob, path: Path) -> tuple[IngestedTable, ParticipantIds]:
    """Store the participants' table; row k of the file (from 0) is the participant with ordinal k."""
    source = open_source(path)
    plan = _plan(intake, source)
    try:
        return _participants(intake, source, plan, ParticipantIds(whole_numbers=True))
    except NotWholeNumbersError:
        if plan.id.field.type is ValueType.INTEGER:
            raise IngestError(
                "has ids that are not whole numbers, as the dictionary says they are.",
                file=path,
                column=plan.id.source,
                hint="Correct the ids (up to 15 digits, no leading zero), or give the column the type text.",
            ) from None
        return _participants(intake, source, plan, ParticipantIds(whole_numbers=False))


def ingest_events(intake: IngestJob, name: str, path: Path, people: ParticipantIds) -> IngestedTable:
    """Store an event table, leaving out rows whose id is not a participant's."""
    source = open_source(path)
    plan = _plan(intake, source)
    inspections_by_name = inspections(intake, plan)
    orphans = 0

    def tables() -> Iterator[pa.Table]:
        nonlocal orphans
        for chunk in with_progress(source.chunks(plan), intake, f"Reading {path.name}", source.size):
            ids = ids_of(chunk.arrays[plan.id.position], plan.id, file=path, first_row=chunk.first_row)
            ordinals = people.find(ids)
            known = np.flatnonzero(ordinals >= 0)
            orphans += chunk.rows - len(known)
            rows = None if len(known) == chunk.rows else pa.array(known)
            values = planned_values(chunk, plan, inspections_by_name, file=path, rows=rows)
            yield pa.table([ordinals[known].astype(np.uint32), *values.values()], schema=schema)

    schema = pa.schema([_ORDINAL, *_fields(plan)])
    stored = store_table(intake, name=name, kind=TableKind.EVENTS, schema=schema, tables=tables())
    return _taken_in(stored, plan, inspections_by_name, path, orphans)


def _participants(
    intake: IngestJob, source: Source, plan: TablePlan, people: ParticipantIds
) -> tuple[IngestedTable, ParticipantIds]:
    inspections_by_name = inspections(intake, plan)
    # An id may itself be a direct identifier, such as an NHS number or an email address.
    id_inspection = ColumnInspection(replace(plan.id, type=people.type), clock=intake.clock)
    id_field = pa.field(plan.id.name, people.type, nullable=False)
    schema = pa.schema([_ORDINAL, id_field, *_fields(plan)])

    def tables() -> Iterator[pa.Table]:
        title = f"Reading {source.path.name}"
        for chunk in with_progress(source.chunks(plan), intake, title, source.size):
            ids = ids_of(chunk.arrays[plan.id.position], plan.id, file=source.path, first_row=chunk.first_row)
            ordinals = people.add(ids)
            ids = ids.cast(people.type)
            id_inspection.add(ids)
            values = planned_values(chunk, plan, inspections_by_name, file=source.path)
            yield pa.table([ordinals, ids, *values.values()], schema=schema)

    kind = TableKind.PARTICIPANTS
    stored = store_table(intake, name=kind.value, kind=kind, schema=schema, tables=tables())
    people.close(source.path, plan.id.source)
    taken = _taken_in(stored, plan, inspections_by_name, source.path, 0)
    return replace(taken, inspections=(id_inspection, *taken.inspections)), people


def _plan(intake: IngestJob, source: Source) -> TablePlan:
    return plan_table(
        source.header(), dictionary=intake.dictionary, id_column=intake.id_column, file=source.path
    )


def _fields(plan: TablePlan) -> list[pa.Field]:
    return [pa.field(column.name, column.type) for column in plan.columns]


def _taken_in(
    stored: StoredTable,
    plan: TablePlan,
    inspections_by_name: dict[str, ColumnInspection],
    path: Path,
    orphans: int,
) -> IngestedTable:
    report = TableReport(
        name=stored.name,
        kind=stored.kind.value,
        file=path.name,
        rows=stored.rows,
        orphans=orphans,
        columns=tuple(inspection.report() for inspection in inspections_by_name.values()),
    )
    return IngestedTable(path, stored, report, tuple(inspections_by_name.values()), plan.id.name)
