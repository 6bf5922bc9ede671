"""The tables that a project can query: their columns for the gateway, and their rows for the engine.

The gateway reads the cohort, not the view: answers contain neither marks nor decoys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from strongroom.cohort import PARTICIPANT, Cohort
from strongroom.cohort.dictionary import ColumnName
from strongroom.cohort.keys import derive
from strongroom.cohort.model import TableKind
from strongroom.cohort.selection import select_participants
from strongroom.cohort.views import plan_view
from strongroom.disclosure.answer_noise.overlap_audit import SketchBits, sketch_bits
from strongroom.disclosure.differential_privacy.plan import Domains
from strongroom.disclosure.query.emitting import PERSON, SKETCH
from strongroom.disclosure.query.representation import Kind, Statement
from strongroom.disclosure.query.schema import Schema, Table
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_public: int = threshold(
        200, "values", "cost: groups of listed values are all answered, also the empty ones"
    )


LIMITS = _Limits()


_SKETCH_BITS = "marks of the query gateway"


@dataclass(frozen=True)
class AskedTables:
    """The tables of a project: `columns` and `where` as approved."""

    cohort: Cohort
    columns: Sequence[str]
    where: str

    @cached_property
    def plan(self) -> Mapping[str, tuple[str, ...]]:
        """The approved columns by table."""
        return plan_view(self.cohort, self.columns).columns

    @cached_property
    def schema(self) -> Schema:
        """The tables and columns that a query can name."""
        people = TableKind.PARTICIPANTS.value
        events = tuple(self._table(name) for name in self.plan if name != people)
        return Schema(self._table(people), events, (self.cohort.manifest.id_column,))

    @cached_property
    def members(self) -> NDArray[np.bool_]:
        """Who is in the project's view, as a mask over the cohort's ordinals."""
        mask = np.zeros(self.cohort.manifest.capacity, np.bool_)
        mask[select_participants(self.cohort, self.where)] = True
        return mask

    @cached_property
    def sketch_bits(self) -> SketchBits:
        """Each person's sketch bit by ordinal: the same for all projects, whose groups are compared."""
        return sketch_bits(derive(self.cohort.key, _SKETCH_BITS), self.cohort.manifest.capacity)

    def rows(self, statement: Statement) -> dict[str, pa.Table]:
        """Return the rows that the engine needs: members only, and the columns that the queries read."""
        wanted: dict[str, set[str]] = {}
        for query in statement.queries:
            for name, columns in query.columns_read().items():
                wanted.setdefault(name, set()).update(columns)
        return {name: self._rows(name, sorted(columns)) for name, columns in wanted.items()}

    def domains(self) -> Domains:
        """Return the values that the dictionary lists for columns."""
        found = {}
        for table in self.schema.tables():
            schema = self.cohort.table(table.name).schema
            for name in table.columns:
                codes = self._codes(name, schema.field(name).type)
                if codes is not None:
                    found[table.name, name] = codes
        return found

    def _table(self, name: str) -> Table:
        schema = self.cohort.table(name).schema
        kinds = {each: _kind(schema.field(each).type) for each in self.plan[name]}
        columns = {each: kind for each, kind in kinds.items() if kind is not None}
        return Table(name, columns, spellings=_spellings(columns))

    def _rows(self, name: str, columns: Sequence[str]) -> pa.Table:
        table = self.cohort.table(name).read([PARTICIPANT, *columns])
        people = table.column(0).to_numpy().astype(np.int64)
        mine = self.members[people]
        kept = table.select(list(columns)).filter(pa.array(mine))
        made = {each: _as_kind(kept.column(each)) for each in columns}
        made[PERSON] = pa.array(people[mine])
        if name == TableKind.PARTICIPANTS.value:
            made[SKETCH] = pa.array(self.sketch_bits[people[mine]])
        return pa.table(made)

    def _codes(self, name: str, kind: pa.DataType) -> tuple[Any, ...] | None:
        field = self.cohort.dictionary.resolve(name)
        if field is None or field.coding is None or not 0 < len(field.coding.values) <= LIMITS.most_public:
            return None
        try:
            return tuple(pa.array(list(field.coding.values)).cast(kind).to_pylist())
        except pa.ArrowInvalid:
            return None


def _kind(kind: pa.DataType) -> Kind | None:
    if pa.types.is_boolean(kind):
        return Kind.BOOLEAN
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return Kind.NUMBER
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return Kind.DATE
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind):
        return Kind.TEXT
    return None


def _as_kind(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        return pc.cast(column, pa.date32(), safe=False)
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def _spellings(columns: Mapping[str, Kind]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in columns:
        place = ColumnName.parse(name)
        if place is not None:
            first = f"p{place.field_id}"
            others = [place.showcase, place.r, *([first] if not place.instance and not place.array else [])]
            found |= {other.casefold(): name for other in others if other.casefold() not in found}
    return {other: name for other, name in found.items() if other not in columns}
