"""A detector's input: something found in a file and, for a table, values that several detectors use.

Each value is computed when the first detector asks for it and discarded with the `ExaminedTable`, so no
finding depends on which detector or which file came before.
"""

from dataclasses import dataclass
from functools import cached_property

from strongroom.checker.contents.found import Artefact, FoundTable, Origin
from strongroom.checker.table_types import Recognised, RecognisedType, recognise
from strongroom.checker.table_types.simple_tables import is_large_matrix
from strongroom.checker.table_types.typed_table import TypedTable, typed_from
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    matrix_confidence: float = threshold(
        0.95,
        "confidence",
        "derived: the same as for a matrix whose columns were all looked at (simple_tables)",
    )


LIMITS = _Limits()


@dataclass(frozen=True, eq=False)
class Examined:
    """One thing found in a file."""

    found: Artefact


@dataclass(frozen=True, eq=False)
class ExaminedTable(Examined):
    """A found table with its columns as values and what it is recognised as, each computed once."""

    found: FoundTable

    @property
    def drawn_or_decoded(self) -> bool:
        """Whether it was read off a drawing or decoded from a text, so that it is no published table."""
        return self.found.origin in {Origin.COORDINATES, Origin.DECODED}

    @cached_property
    def typed(self) -> TypedTable:
        """Its columns as values; of a long table, part of the rows."""
        return typed_from(self.found)

    @cached_property
    def comparable(self) -> ComparableTable:
        """Its columns as they are compared with the cohort's, all rows of them."""
        return ComparableTable(self.found.table)

    @cached_property
    def recognised(self) -> Recognised:
        """What kind of output it is; UNKNOWN if none fits."""
        typed = self.typed
        known = recognise(typed)
        if typed.total_columns > len(typed.columns) and is_large_matrix(self.found):
            return Recognised(RecognisedType.MATRIX, LIMITS.matrix_confidence)
        return known


def examine(found: Artefact) -> Examined:
    """Return what detectors get of something found in a file, an `ExaminedTable` for a table."""
    return ExaminedTable(found) if isinstance(found, FoundTable) else Examined(found)
