"""Inspect every value during ingest: missing, outside its coding, or identifying people."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from strongroom.clock import Clock
from strongroom.cohort.dictionary import ValueType
from strongroom.cohort.ingest.identifiers import IdentifierScan
from strongroom.cohort.ingest.plan import PlannedColumn
from strongroom.cohort.ingest.report import ColumnReport, FoundIdentifier


class ColumnInspection:
    """The running counts of one column."""

    def __init__(self, column: PlannedColumn, *, clock: Clock) -> None:
        self.column = column
        self._missing = 0
        self._uncoded = 0
        self._codes = _codes(column)
        self._scan = IdentifierScan(column.field, column.type, clock=clock)

    def add(self, values: pa.Array) -> None:
        """Count the values of further rows."""
        self._missing += values.null_count
        if values.null_count == len(values):
            return
        if self._codes is not None:
            inside = pc.sum(pc.is_in(values, self._codes)).as_py()
            self._uncoded += len(values) - values.null_count - inside
        self._scan.add(values)

    def report(self) -> ColumnReport:
        """Return the counts."""
        column = self.column
        return ColumnReport(column.name, column.source, column.field.type.value, self._missing, self._uncoded)

    def found(self, table: str, *, declared: bool) -> list[FoundIdentifier]:
        """Return the direct identifiers found in this column."""
        return [
            FoundIdentifier(
                table=table,
                column=self.column.name,
                kind=kind,
                reason=reason,
                values=hits,
                tested=tested,
                declared=declared,
            )
            for kind, reason, hits, tested in self._scan.found()
        ]


def _codes(column: PlannedColumn) -> pa.Array | None:
    """Return the values the column may hold, None if unknown; sentinels are included."""
    field = column.field
    if field.type is not ValueType.CATEGORY or field.coding is None or not field.coding.values:
        return None
    sentinels = [str(int(each)) for each in field.sentinels if np.isfinite(each) and each == int(each)]
    return pa.array([*field.coding.values, *sentinels]).cast(column.type)
