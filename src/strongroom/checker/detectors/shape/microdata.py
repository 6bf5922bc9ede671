"""Tables that look like one row a person, whether or not they match anybody.

Residuals, scores, components, ranks and clusters of people are participant data although no cell equals one
of the cohort's; so is a disguise nobody thought of. The safety net under the detectors that compare.
"""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types import (
    Column,
    Recognised,
    RecognisedType,
    TypedTable,
    recognise,
)
from strongroom.checker.table_types.event_rows import dated_rows
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.person_like import person_like
from strongroom.checker.table_types.rank_tables import ranks_of_rows
from strongroom.checker.table_types.reshaped import other_readings
from strongroom.checker.table_types.row_order import (
    autocorrelation,
    counter,
    identifier_like,
    regular,
    rises,
)
from strongroom.checker.table_types.unlabelled_rows import (
    bare,
    bare_few,
    coded,
    derived,
    unnamed_on_its_side,
)
from strongroom.checker.table_types.variable_summaries import describes, of_variables

_LIKELY, _MOSTLY, _SURELY = 0.5, 0.8, 0.9
_FEW_ROWS, _MANY = 30, 100
_CERTAIN = 0.99
# What is blocked and not merely looked at: certain, many, and each with an identifier.
_MANY_ROWS = 1_000
_FEW_COLUMNS = 5
_BARE_ROWS = 5_000
_LONE_VALUES = 100
_ALONE = 0.6
_DIFFERENT = 0.5
# An array or a list in code has no names for its rows to leave out.
_NAMELESS = {Origin.ARRAY, Origin.LITERALS, Origin.DECODED}
# Marks of drawings and arrays of models have detectors of their own.
_JUDGED_ELSEWHERE = {Origin.COORDINATES, Origin.MODEL}
# What a table with one row a person and variable may be taken for.
_READ_AGAIN = {RecognisedType.UNKNOWN, RecognisedType.PANEL, RecognisedType.COUNTS}


class MicrodataShaped:
    """Judges the shape of a table: unless it is a known kind of output, rows like people's are reviewed."""

    name = "microdata-shaped"
    protects_against = (
        "tables with one row a person that match nobody: scores, residuals, components, disguises"
    )

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a table of enough rows that look like people's."""
        if not isinstance(examined, ExaminedTable):
            return
        artefact = examined.found
        if artefact.origin in _JUDGED_ELSEWHERE or respelt(artefact):
            return
        least = evidence.policy.microdata_rows
        few = artefact.total_rows < least
        typed, known = examined.typed, examined.recognised
        at_sight = self._few(artefact, typed, known, evidence) if few else self._dated(artefact, typed)
        at_sight = at_sight or self._ranked(artefact, typed, known)
        if at_sight is not None:
            yield at_sight
            return
        found = self._shaped(artefact, typed, known, least)
        if found is not None and not (
            describes(typed) or of_variables(typed, evidence.cohort.dictionary.resolve)
        ):
            yield found

    def _shaped(
        self, artefact: FoundTable, typed: TypedTable, known: Recognised, least: int
    ) -> Finding | None:
        size = max(artefact.total_rows, artefact.table.num_columns)
        if size < least or known.type not in _READ_AGAIN:
            return None
        first = [("", typed)] if known.type is RecognisedType.UNKNOWN else []
        for how, reading in (*first, *other_readings(artefact, typed)):
            if how and recognise(reading).type is not RecognisedType.UNKNOWN:
                continue
            chance = _chance(reading)
            if reading.total_rows >= least and chance > _bar(artefact, reading):
                return self._finding(artefact, reading, how, chance)
        loose = _bare(artefact, typed, known, least)
        return None if loose is None else self._of_bare(artefact, loose)

    def _finding(self, found: FoundTable, typed: TypedTable, how: str, chance: float) -> Finding:
        blocked = (
            chance > _CERTAIN
            and typed.total_rows >= _MANY_ROWS
            and typed.total_columns >= _FEW_COLUMNS
            and any(identifier_like(column) for column in typed.columns)
        )
        read = f", {how}," if how else ""
        return Finding(
            detector=self.name,
            severity=Verdict.BLOCK if blocked else Verdict.REVIEW,
            where=found.where,
            message=f"This table of {typed.total_rows:,} rows{read} is shaped like one row a person. Hand in "
            "a summary, or explain to the output checker what its rows are.",
            detail=f"The model of person-like tables gives {chance:.3f}; it is no known kind of output.",
            rows=typed.total_rows,
        )

    def _few(
        self, found: FoundTable, typed: TypedTable, known: Recognised, evidence: Evidence
    ) -> Finding | None:
        if found.origin in _NAMELESS or found.total_rows < evidence.policy.unnamed_rows:
            return None
        return (
            self._of_bare(found, typed) if known.type is RecognisedType.UNKNOWN and bare_few(typed) else None
        )

    def _dated(self, found: FoundTable, typed: TypedTable) -> Finding | None:
        if not dated_rows(typed):
            return None
        return self._reviewed(
            found,
            typed,
            f"The {typed.total_rows:,} rows of this table say of some again and again on which days "
            "something was, hardly ever on the same ones. If they are people, hand in counts instead.",
        )

    def _ranked(self, found: FoundTable, typed: TypedTable, known: Recognised) -> Finding | None:
        if found.origin is Origin.LITERALS or known.type is RecognisedType.MATRIX or not ranks_of_rows(typed):
            return None
        return self._reviewed(
            found,
            typed,
            f"Several columns hold the places of the {typed.total_rows:,} rows of this table among one "
            "another, and no row has a name. Name the rows of results, or explain to the output checker "
            "what each is.",
        )

    def _of_bare(self, found: FoundTable, typed: TypedTable) -> Finding:
        return self._reviewed(
            found,
            typed,
            f"None of the {typed.total_rows:,} rows of this table has a name, and they stand in no "
            "order, as people's do. Name the rows of results, or explain to the output checker what each is.",
        )

    def _reviewed(self, found: FoundTable, typed: TypedTable, message: str) -> Finding:
        return Finding(self.name, Verdict.REVIEW, found.where, message, rows=typed.total_rows)


def _summarises(typed: TypedTable, evidence: Evidence) -> bool:
    return describes(typed) or of_variables(typed, evidence.cohort.dictionary.resolve)


def _bare(found: FoundTable, typed: TypedTable, known: Recognised, least: int) -> TypedTable | None:
    """Return a table whose rows, or columns, are nothing but loose numbers; code is full of such lists."""
    if found.origin is Origin.LITERALS or found.total_rows > _BARE_ROWS:
        return None
    if found.total_rows >= least and coded(typed):
        return typed
    if known.type is not RecognisedType.UNKNOWN:
        return None
    unnamed = bare(typed) or derived(typed) or _nothing_else(found, typed)
    if found.total_rows >= least and unnamed:
        return typed
    turned = unnamed_on_its_side(typed, least=least)
    return turned if turned is not None and bare(turned) else None


def _nothing_else(found: FoundTable, typed: TypedTable) -> bool:
    """Tell whether a file is nothing but one column of different measured values in no even steps."""
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    if " > " in found.where or len(columns) != 1 or not columns[0].number or columns[0].whole:
        return False
    return columns[0].distinct > _DIFFERENT * len(columns[0].values) and not regular(columns[0].values)


def _bar(found: FoundTable, typed: TypedTable) -> float:
    """Return how likely it must be: few rows say little of their shape, printed lines and code less."""
    if found.origin is Origin.LITERALS or typed.total_rows < _FEW_ROWS:
        return _SURELY
    return _MOSTLY if typed.total_rows < _MANY else _LIKELY


def respelt(found: FoundTable) -> bool:
    """Tell whether a table is another spelling of one that is judged beside it, its numbers the same."""
    return found.origin is Origin.DECODED and ("letters moved" in found.where or "backwards" in found.where)


def _chance(typed: TypedTable) -> float:
    return max(person_like(typed), _lone(typed))


def _lone(typed: TypedTable) -> float:
    """Return how likely one or two columns of many different values in no order are people's."""
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    if not 1 <= len(columns) <= 2 or typed.total_rows < _LONE_VALUES:  # noqa: PLR2004 - what the model is not made for
        return 0.0
    if len(columns) == 1 and _times(columns[0]):
        return _ALONE
    loose = [
        column
        for column in columns
        if column.number
        and column.distinct > 0.2 * typed.rows
        and abs(autocorrelation(column)) < _noise(typed)
    ]
    return _ALONE if loose else 0.0


def _times(column: Column) -> bool:
    """Tell whether a column alone is a sorted list of different numbers in no even steps, as of events."""
    sorted_up = column.number and (rises(column.numbers) or rises(-column.numbers))
    return sorted_up and column.distinct > _DIFFERENT * len(column.values) and not regular(column.numbers)


def _noise(typed: TypedTable) -> float:
    return 4 / float(np.sqrt(typed.rows))
