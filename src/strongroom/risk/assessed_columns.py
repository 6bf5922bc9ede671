"""The data to assess: the coded columns of a cohort, and the facts an attacker may know.

Columns are read one at a time from the cohort, not from a view, so no figure includes marks or decoys.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.cohort import PARTICIPANT, Cohort
from strongroom.cohort.columns import stored_column
from strongroom.cohort.store import EncryptedTable
from strongroom.errors import UsageError
from strongroom.progress import Progress, silent
from strongroom.risk.columns import CodedColumn
from strongroom.risk.linkage import DatedEvents, Facts
from strongroom.risk.recoding import Change, changed
from strongroom.risk.roles import Roles, suggest_roles


@dataclass(frozen=True)
class Subject:
    """Coded columns of `people` participants, and the facts that scenarios use."""

    people: int
    quasi: tuple[CodedColumn, ...]
    sensitive: tuple[CodedColumn, ...]
    facts: Facts

    def after(self, changes: Sequence[Change]) -> "Subject":
        """Return the subject after changes; UsageError for a column that is not assessed.

        `change.column` is a participants' column by its stored name, or `table.column` for an event's day or
        kind.
        """
        subject = self
        for change in changes:
            subject = subject._after(change)
        return subject

    def _after(self, change: Change) -> "Subject":
        quasi = _apply(self.quasi, change)
        sensitive = _apply(self.sensitive, change)
        events = tuple(
            each for event in self.facts.events if (each := _event_after(event, change)) is not None
        )
        demographics = {
            word: left[0]
            for word, column in self.facts.demographics.items()
            if (left := _apply((column,), change))
        }
        after = replace(
            self, quasi=quasi, sensitive=sensitive, facts=Facts(self.people, demographics, events)
        )
        if not self._knows(change.column):
            raise UsageError(
                f"{change.column} is not an assessed column.",
                hint="Use a column of --columns, or TABLE.COLUMN for the date of an event.",
            )
        return after

    def _knows(self, name: str) -> bool:
        columns = [*self.quasi, *self.sensitive, *self.facts.demographics.values()]
        for event in self.facts.events:
            columns.extend([event.day] if event.kind is None else [event.day, event.kind])
        return any(column.name == name for column in columns)


def read_subject(cohort: Cohort, chosen: list[str], progress: Progress = silent) -> tuple[Subject, Roles]:
    """Read and code the assessed columns of a cohort; `chosen` replaces the suggested quasi-identifiers."""
    roles = suggest_roles(cohort, chosen)
    if not roles.quasi:
        raise UsageError(
            f"the dictionary of cohort {cohort.name!r} has no quasi-identifier.",
            hint="Choose them with --columns.",
        )
    if not cohort.manifest.participants:
        raise UsageError(f"cohort {cohort.name!r} has no participants left.", hint="Choose another cohort.")
    names = list(dict.fromkeys([*roles.quasi, *roles.sensitive, *roles.demographics.values()]))
    with progress("columns", len(names)) as advance:
        read = {}
        for name in names:
            read[name] = _column(cohort, cohort.participants, name)
            advance(1)
    demographics = {word: read[name] for word, name in roles.demographics.items()}
    events = _events(cohort, [read[name] for name in roles.quasi])
    subject = Subject(
        people=cohort.participants.num_rows,
        quasi=tuple(read[name] for name in roles.quasi),
        sensitive=tuple(read[name] for name in roles.sensitive),
        facts=Facts(cohort.participants.num_rows, demographics, events),
    )
    return subject, roles


def resolved(cohort: Cohort, change: Change) -> Change:
    """Return a change with its column's stored name, whatever spelling the user chose."""
    return replace(change, column=stored_column(cohort, change.column) or change.column)


def _apply(columns: tuple[CodedColumn, ...], change: Change) -> tuple[CodedColumn, ...]:
    each = (changed(column, change) if column.name == change.column else column for column in columns)
    return tuple(column for column in each if column is not None)


def _event_after(event: DatedEvents, change: Change) -> DatedEvents | None:
    if event.day.name == change.column:
        day = changed(event.day, change)
        return None if day is None else replace(event, day=day)
    if event.kind is not None and event.kind.name == change.column:
        return replace(event, kind=changed(event.kind, change))
    return event


def _column(cohort: Cohort, table: EncryptedTable, name: str, label: str = "") -> CodedColumn:
    field = cohort.dictionary.resolve(name)
    values = table.read([name]).column(0)
    return CodedColumn.of(label or name, values, "" if field is None else field.title)


def _events(cohort: Cohort, quasi: list[CodedColumn]) -> tuple[DatedEvents, ...]:
    """Return the dated events of each table, then the dates among the quasi-identifiers."""
    rows = np.full(cohort.manifest.capacity, -1, np.int64)
    rows[cohort.ordinals()] = np.arange(cohort.participants.num_rows)
    found = [event for name, table in cohort.events.items() for event in _dated(cohort, name, table, rows)]
    found += [
        _dropped(DatedEvents(column.name, column.title or column.name, np.arange(len(column.codes)), column))
        for column in quasi
        if pa.types.is_temporal(column.levels.type)
    ]
    return tuple(event for event in found if len(event.person))


def _dated(cohort: Cohort, name: str, table: EncryptedTable, rows: NDArray[np.int64]) -> list[DatedEvents]:
    fields = [table.schema.field(each) for each in table.column_names if each != PARTICIPANT]
    days = [field.name for field in fields if pa.types.is_temporal(field.type)]
    kinds = [
        field.name for field in fields if pa.types.is_string(field.type) or pa.types.is_dictionary(field.type)
    ]
    if not days:
        return []
    person = rows[table.read([PARTICIPANT]).column(0).to_numpy()]
    kind = _column(cohort, table, kinds[0], f"{name}.{kinds[0]}") if kinds else None
    day = _column(cohort, table, days[0], f"{name}.{days[0]}")
    return [_dropped(DatedEvents(name, f"one event in {name}", person, day, kind))]


def _dropped(event: DatedEvents) -> DatedEvents:
    """Leave out events without a date and events of participants who withdrew."""
    kept = ~event.day.missing & (event.person >= 0)
    return replace(
        event,
        person=event.person[kept],
        day=replace(event.day, codes=event.day.codes[kept]),
        kind=None if event.kind is None else replace(event.kind, codes=event.kind.codes[kept]),
    )
