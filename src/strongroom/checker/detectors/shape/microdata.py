"""Tables that look like one row per person, whether or not they match a participant.

Residuals, scores, components, ranks and clusters of people are participant-level data although no cell
equals one of the cohort's; so is an unknown disguise. This is the safety net below the detectors that
compare with the cohort.
"""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule
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
from strongroom.checker.table_types.row_level_model import read_row_level
from strongroom.checker.table_types.row_order import (
    autocorrelation,
    counter,
    identifier_like,
    regular,
    rises,
)
from strongroom.checker.table_types.unlabelled_rows import (
    are_model_outputs,
    are_unlabelled,
    few_are_unlabelled,
    hold_only_codes,
    transposed_if_unlabelled,
)
from strongroom.checker.table_types.variable_summaries import describes, of_variables
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    likely: float = threshold(
        0.5,
        "probability",
        "judgement: set by trial on the exfiltration benchmark's cases; with 100 rows or more the shape "
        "is enough evidence at even odds",
    )
    mostly: float = threshold(
        0.8,
        "probability",
        "judgement: set by trial on the exfiltration benchmark's cases; between 30 and 100 rows honest "
        "tables of results pass `likely` too often",
    )
    surely: float = threshold(
        0.9,
        "probability",
        "judgement: set by trial on the exfiltration benchmark's cases; below 30 rows, and for lists in "
        "code, honest tables pass `mostly` too often",
    )
    few_rows: int = threshold(
        30,
        "rows",
        "judgement: the shape of fewer rows is weak evidence, so a probability of `surely` is required",
    )
    many_rows: int = threshold(
        100, "rows", "judgement: from this length on the shape alone is enough at `likely`"
    )
    certain: float = threshold(
        0.99,
        "probability",
        "judgement: a block without a match has to be almost certain; a lower value blocks long honest "
        "tables",
    )
    # A table is blocked, not only reviewed, when this sure, this long, and with an identifier in each row.
    blocked_rows: int = threshold(
        1_000,
        "rows",
        "judgement: shorter tables with an identifier in each row may be about practices or regions, and "
        "are only reviewed",
    )
    blocked_columns: int = threshold(5, "columns", "judgement: code lists and series have fewer columns")
    longest_unlabelled: int = threshold(
        5_000,
        "rows",
        "judgement: longer unlabelled tables are curves, grids or draws; people in them are left to the "
        "other detectors",
    )
    least_values_alone: int = threshold(
        100,
        "rows",
        "judgement: fewer values of one or two columns may be a short curve or a list of results",
    )
    alone: float = threshold(
        0.6,
        "probability",
        "derived: above `likely` and below `mostly`, so that one or two columns are reviewed from 100 "
        "rows only",
    )
    least_distinct: float = threshold(
        0.5, "share of cells", "judgement: measured values hardly repeat; grades and categories do"
    )
    most_alone: int = threshold(
        2, "columns", "judgement: the model of person-like tables needs more columns to compare"
    )
    least_different_alone: float = threshold(
        0.2,
        "share of rows",
        "judgement: measures such as age repeat in a long column, but far less than grades and categories",
    )
    chance_deviations: float = threshold(
        4.0,
        "standard deviations",
        "judgement: the autocorrelation of n independent values has a standard deviation of 1 / sqrt(n); one "
        "list in 16,000 exceeds four",
    )


LIMITS = _Limits()


# Arrays and lists in code never have row labels.
_NAMELESS = {Origin.ARRAY, Origin.LITERALS, Origin.DECODED}
# Points of figures and arrays of models have detectors of their own.
_JUDGED_ELSEWHERE = {Origin.COORDINATES, Origin.MODEL}
# Types that a table with one row per person and variable may be recognised as.
_READ_AGAIN = {RecognisedType.UNKNOWN, RecognisedType.PANEL, RecognisedType.COUNTS}


_EXPLAIN = "Submit a summary, or explain to the output checker what the rows are."
_LABEL = "Label the rows, or explain to the output checker what they are."
_PERSON_LIKE = Rule(
    "microdata-shaped/one-row-per-person",
    "The {rows:,} rows look like one row per person{reading}.",
    _EXPLAIN,
    PERSON_LEVEL,
)
_DATED = Rule(
    "microdata-shaped/dated-rows",
    "The {rows:,} rows look like dated events of single people: keys repeat, dates hardly do.",
    "If the keys are people, submit counts of events instead.",
    PERSON_LEVEL,
)
_RANKED = Rule(
    "microdata-shaped/ranks",
    "Several columns contain ranks of the {rows:,} rows, and no row is labelled.",
    _LABEL,
    PERSON_LEVEL,
)
_UNLABELLED = Rule(
    "microdata-shaped/unlabelled-rows",
    "The {rows:,} rows are unlabelled and unordered, as in person-level data.",
    _LABEL,
    PERSON_LEVEL,
)


class MicrodataShaped:
    """Judges a table by its shape: unless it is a known type of output, person-like rows are reviewed."""

    name = "microdata-shaped"
    protects_against = (
        "tables with one row per person that match no participant: scores, residuals, components, disguises"
    )
    rules = (_PERSON_LIKE, _DATED, _RANKED, _UNLABELLED)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a table with enough person-like rows."""
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
        if found is not None and not _summarises(typed, evidence):
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
        unlabelled = _unlabelled_numbers(artefact, typed, known, least)
        return None if unlabelled is None else _reviewed(_UNLABELLED, artefact, unlabelled)

    def _finding(self, found: FoundTable, typed: TypedTable, how: str, chance: float) -> Finding:
        blocked = (
            chance > LIMITS.certain
            and typed.total_rows >= LIMITS.blocked_rows
            and typed.total_columns >= LIMITS.blocked_columns
            and any(identifier_like(column) for column in typed.columns)
        )
        return _PERSON_LIKE.finding(
            Verdict.BLOCK if blocked else Verdict.REVIEW,
            found.where,
            {"rows": typed.total_rows, "reading": f" ({how})" if how else ""},
            detail=f"The model of person-like tables gives {chance:.3f}; the type of output is unknown. "
            f"{_second_opinion(typed)}",
            rows=typed.total_rows,
        )

    def _few(
        self, found: FoundTable, typed: TypedTable, known: Recognised, evidence: Evidence
    ) -> Finding | None:
        if found.origin in _NAMELESS or found.total_rows < evidence.policy.unnamed_rows:
            return None
        unlabelled = known.type is RecognisedType.UNKNOWN and few_are_unlabelled(typed)
        return _reviewed(_UNLABELLED, found, typed) if unlabelled else None

    def _dated(self, found: FoundTable, typed: TypedTable) -> Finding | None:
        return _reviewed(_DATED, found, typed) if dated_rows(typed) else None

    def _ranked(self, found: FoundTable, typed: TypedTable, known: Recognised) -> Finding | None:
        if found.origin is Origin.LITERALS or known.type is RecognisedType.MATRIX or not ranks_of_rows(typed):
            return None
        return _reviewed(_RANKED, found, typed)


def _second_opinion(typed: TypedTable) -> str:
    """Return what the model fitted to public tables says, for the reviewer."""
    reading = read_row_level(typed)
    reasons = ", ".join(f"{name} ({odds:+.1f})" for name, odds in reading.reasons)
    because = f", mostly by {reasons}" if reasons else ""
    return f"A model fitted to public tables gives {reading.probability:.2f}{because}."


def _reviewed(rule: Rule, found: FoundTable, typed: TypedTable) -> Finding:
    return rule.finding(Verdict.REVIEW, found.where, {"rows": typed.total_rows}, rows=typed.total_rows)


def _summarises(typed: TypedTable, evidence: Evidence) -> bool:
    """Tell whether a table's rows are variables or statistics, not people."""
    return describes(typed) or of_variables(typed, evidence.cohort.dictionary.resolve)


def _unlabelled_numbers(
    found: FoundTable, typed: TypedTable, known: Recognised, least: int
) -> TypedTable | None:
    """Return a table of unlabelled, unordered numbers, by rows or columns; code is full of such lists."""
    if found.origin is Origin.LITERALS or found.total_rows > LIMITS.longest_unlabelled:
        return None
    if found.total_rows >= least and hold_only_codes(typed):
        return typed
    if known.type is not RecognisedType.UNKNOWN:
        return None
    unnamed = are_unlabelled(typed) or are_model_outputs(typed) or _single_column(found, typed)
    if found.total_rows >= least and unnamed:
        return typed
    turned = transposed_if_unlabelled(typed, least=least)
    return turned if turned is not None and are_unlabelled(turned) else None


def _single_column(found: FoundTable, typed: TypedTable) -> bool:
    """Tell whether a file is one column of different measured values at uneven intervals."""
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    if " > " in found.where or len(columns) != 1 or not columns[0].number or columns[0].whole:
        return False
    return columns[0].distinct > LIMITS.least_distinct * len(columns[0].values) and not regular(
        columns[0].values
    )


def _bar(found: FoundTable, typed: TypedTable) -> float:
    """Return how likely it must be: few rows show little of their shape, lists in code less."""
    if found.origin is Origin.LITERALS or typed.total_rows < LIMITS.few_rows:
        return LIMITS.surely
    return LIMITS.mostly if typed.total_rows < LIMITS.many_rows else LIMITS.likely


def respelt(found: FoundTable) -> bool:
    """Tell whether a table is another spelling of one that is judged too, with the same numbers."""
    return found.origin is Origin.DECODED and ("letters moved" in found.where or "backwards" in found.where)


def _chance(typed: TypedTable) -> float:
    return max(person_like(typed), _one_or_two_columns(typed))


def _one_or_two_columns(typed: TypedTable) -> float:
    """Return how likely one or two columns of many different, unordered values are person-level."""
    columns = [column for column in typed.columns if column.distinct > 1 and not counter(column)]
    if not 1 <= len(columns) <= LIMITS.most_alone or typed.total_rows < LIMITS.least_values_alone:
        return 0.0
    if len(columns) == 1 and _times(columns[0]):
        return LIMITS.alone
    unordered = [
        column
        for column in columns
        if column.number
        and column.distinct > LIMITS.least_different_alone * typed.rows
        and abs(autocorrelation(column)) < _by_chance(typed)
    ]
    return LIMITS.alone if unordered else 0.0


def _times(column: Column) -> bool:
    """Tell whether a column is a sorted list of different numbers at uneven intervals, as event times are."""
    sorted_up = column.number and (rises(column.numbers) or rises(-column.numbers))
    return (
        sorted_up
        and column.distinct > LIMITS.least_distinct * len(column.values)
        and not regular(column.numbers)
    )


def _by_chance(typed: TypedTable) -> float:
    return LIMITS.chance_deviations / float(np.sqrt(typed.rows))
