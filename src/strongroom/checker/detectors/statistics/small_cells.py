"""Counts of too few people: shown, recoverable from totals, or implied by a percentage."""

import re
from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule, counted
from strongroom.checker.table_types import (
    Column,
    Recognised,
    RecognisedType,
    Role,
    TypedTable,
)
from strongroom.checker.table_types.count_tables import COUNT_NAME, recognise_counts
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.margins import with_totals
from strongroom.checker.table_types.row_order import counter
from strongroom.disclosure.output_rules.detect_rounding import rounding_of
from strongroom.disclosure.output_rules.frequency_tables import class_disclosure
from strongroom.disclosure.output_rules.percentages import possible_counts
from strongroom.disclosure.output_rules.recoverable_cells import recoverable
from strongroom.disclosure.output_rules.small_counts import below_threshold
from strongroom.thresholds import Thresholds, threshold

_ADVICE = "Suppress or merge these groups, and round the rest."
# Words in names of whole numbers that do not count people.
_NO_PEOPLE = re.compile(
    r"df|dof|freedom|rank|code|year|month|week|day|order|level|version|iter|iteration|row|column|item|instance|"
    r"array|stab|parameter|coef|coefficient|model|knot|study|snp|variant|gene|probe|file|line|byte|seed|fold|"
    r"dose|wave|max|min|mean|median|iqr|id|index|per|rate|age|time|lag|term|"
    r"second|minute|hour|duration|step"
)
# Words that mean people and nothing else: the labels beside them need not be understood.
_PEOPLE = re.compile(r"person|people|patient|participant|subject|case|death|individual|admission")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_WHOLE = re.compile(r"^n$|total|denominator|population|^all$", re.IGNORECASE)
_JUDGED = {
    RecognisedType.COUNTS,
    RecognisedType.ESTIMATES,
    RecognisedType.NAMED_VALUES,
    RecognisedType.PANEL,
    RecognisedType.SURVIVAL,
    RecognisedType.BINS,
}
# What a cross table may be recognised as when its column names are arbitrary and its labels are words.
_MISTAKEN = {RecognisedType.CODE_LIST, RecognisedType.NAMED_VALUES, RecognisedType.UNKNOWN}
_JUDGED_ELSEWHERE = {Origin.COORDINATES, Origin.MODEL, Origin.DECODED}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sure: float = threshold(
        0.75,
        "confidence of the type",
        "judgement: below it a table of whole numbers is as often something else, and only columns named "
        "like counts are judged",
    )
    longest: int = threshold(
        5_000,
        "rows",
        "judgement: longer tables of counts are code lists or data, which other detectors judge",
    )
    most_decimals: int = threshold(
        6, "decimals", "judgement: percentages are not published with more, and more decimals decide nothing"
    )
    cross: float = threshold(
        0.6,
        "confidence of the type",
        "judgement: set by trial on the exfiltration benchmark's cases; enough for cross tables, whose "
        "columns are counts together",
    )
    least_crossed: int = threshold(
        2, "rows and columns", "derived: a table with one row or column has no second class to tell apart"
    )
    rounding: float = threshold(
        1e-9,
        "absolute difference",
        "cost: decimal fractions are stored as binary ones; far below the last of `most_decimals`",
    )


LIMITS = _Limits()


_PERCENT = 100  # fixed: per cent of a whole


def _rule(name: str, sentence: str) -> Rule:
    return Rule(f"small-cells/{name}", sentence, _ADVICE)


_SHOWN = _rule("shown", "Shows {cells} of fewer than {smallest} people.")
_PERCENTAGES = _rule(
    "percentages",
    "Shows {percentages} of known totals, each implying fewer than {smallest} people.",
)
_RECOVERABLE = _rule("recoverable", "The totals reveal {cells} that {were} suppressed.")
_CLASS = _rule("class-disclosure", "Shows {cells} of 100 % of a row or column (class disclosure).")


class SmallCells:
    """Applies the rules on counts to tables recognised as aggregates; fully rounded tables are safe."""

    name = "small-cells"
    protects_against = "counts of too few people, shown or recoverable from totals and percentages"
    rules = (_SHOWN, _PERCENTAGES, _RECOVERABLE, _CLASS)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield at most one finding for a table, by the first rule that applies."""
        if not isinstance(examined, ExaminedTable):
            return
        artefact = examined.found
        if artefact.origin in _JUDGED_ELSEWHERE or artefact.total_rows > LIMITS.longest:
            return
        typed, known = examined.typed, examined.recognised
        counts = count_columns(typed, known)
        if not counts:
            return
        smallest = evidence.policy.small_count
        cells = np.column_stack([column.numbers for column in counts])
        if rounding_of(cells) is None:
            stated = int(np.count_nonzero(below_threshold(cells, smallest)))
            if stated:
                yield _finding(_SHOWN, artefact, stated, smallest)
                return
            implied = _behind_percentages(typed, counts, smallest)
            if implied:
                yield _finding(_PERCENTAGES, artefact, implied, smallest)
                return
        revealed = _recoverable(typed, counts, smallest)
        if revealed:
            yield _finding(_RECOVERABLE, artefact, revealed, smallest)
            return
        whole_class = _of_class_disclosure(typed, known, counts) if evidence.policy.class_disclosure else 0
        if whole_class:
            yield _finding(_CLASS, artefact, whole_class, smallest)


def _finding(rule: Rule, found: FoundTable, cells: int, smallest: int) -> Finding:
    facts = {
        "cells": counted(cells, "count"),
        "percentages": counted(cells, "percentage"),
        "smallest": smallest,
        "were": "was" if cells == 1 else "were",
    }
    return rule.finding(Verdict.REVIEW, found.where, facts, rows=cells)


def count_columns(typed: TypedTable, known: Recognised) -> list[Column]:
    """Return the columns that count people: by name in an aggregate, or all of a clear frequency table."""
    if known.type in _MISTAKEN:
        known = _cross_table(typed) or known
    if known.type not in _JUDGED:
        return [column for column in typed.numbers if column.whole and _counts_people(column.name)]
    named = [column for column in typed.numbers if column.whole and is_count_name(column.name)]
    if known.type is RecognisedType.COUNTS and known.confidence >= LIMITS.sure:
        sure = [typed.columns[place] for place in known.places(Role.COUNT)]
        named += [column for column in sure if column not in named and not _of_no_people(column.name)]
    elif known.type is RecognisedType.COUNTS and known.confidence >= LIMITS.cross:
        cross = [typed.columns[place] for place in known.places(Role.COUNT)]
        named += [column for column in cross if len(cross) > 1 and not _of_no_people(column.name)]
    named += [column for column in _before_percentages(typed) if column not in named]
    return [column for column in named if column.values.min() >= 0 and not counter(column)]


def _cross_table(typed: TypedTable) -> Recognised | None:
    """Return a table's type as counts of groups where it has two columns of them or more."""
    known = recognise_counts(typed)
    return known if len(known.places(Role.COUNT)) > 1 else None


def is_count_name(name: str) -> bool:
    """Tell whether a column of this name counts people."""
    return bool(COUNT_NAME.search(name)) and not _of_no_people(name)


def _of_no_people(name: str) -> bool:
    return any(map(_NO_PEOPLE.fullmatch, _words(name)))


def _counts_people(name: str) -> bool:
    return any(map(_PEOPLE.fullmatch, _words(name))) and not _of_no_people(name)


def _words(name: str) -> set[str]:
    """Return the words of a column's name in lower case, also in the singular and without an n for number."""
    words = {each.lower() for each in _WORDS.findall(name)}
    words |= {each.removeprefix("n") for each in words}
    words |= {each.removesuffix("s") for each in words}
    return words | {f"{each.removesuffix('ie')}y" for each in words if each.endswith("ie")}


def _before_percentages(typed: TypedTable) -> Iterator[Column]:
    """Yield whole numbers followed by a percentage in brackets, as in tables of characteristics."""
    for column, after in zip(typed.columns, typed.columns[1:], strict=False):
        share = after.name == f"{column.name} in brackets" and after.number
        if share and column.number and column.whole and after.percent and after.values.max() <= _PERCENT:
            yield column


def _behind_percentages(typed: TypedTable, counts: list[Column], smallest: int) -> int:
    """Return how many percentages of a total in their row imply too few people."""
    totals = [column for column in counts if _WHOLE.search(column.name)]
    found = 0
    for column in typed.numbers:
        percent = column.percent or "%" in column.name
        if len(totals) != 1 or not percent or column in counts or column.whole:
            continue
        fewest, most = possible_counts(
            column.numbers / _PERCENT, totals[0].numbers, decimals=_decimals(column) + 2
        )
        found += int(np.count_nonzero((fewest >= 1) & (fewest <= most) & (most < smallest)))
    return found


def _decimals(column: Column) -> int:
    """Return to how many decimals a column's numbers are given, at most `most_decimals`."""
    places = range(LIMITS.most_decimals)
    return next(
        (
            each
            for each in places
            if np.allclose(column.values, column.values.round(each), atol=LIMITS.rounding)
        ),
        LIMITS.most_decimals,
    )


def _recoverable(typed: TypedTable, counts: list[Column], smallest: int) -> int:
    """Return how many suppressed counts the margins reveal."""
    if not any(column.withheld.any() for column in counts):
        return 0
    table = with_totals(typed, counts)
    if table is None or not table.adds_up():
        return 0
    found = recoverable(
        table.cells,
        table.withheld,
        row_totals=table.row_totals,
        column_totals=table.column_totals,
        smallest=smallest,
    )
    return len(found)


def _of_class_disclosure(typed: TypedTable, known: Recognised, counts: list[Column]) -> int:
    """Return how many cells of a cross table are 100 % of their row or column, totals aside."""
    table = with_totals(typed, counts)
    if (
        known.type is not RecognisedType.COUNTS
        or table is None
        or min(table.cells.shape) < LIMITS.least_crossed
    ):
        return 0
    return int(np.count_nonzero(class_disclosure(table.cells)))
