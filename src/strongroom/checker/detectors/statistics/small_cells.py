"""Counts of too few people: shown, recoverable from totals, or implied by a percentage."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from strongroom.checker.contents.found import FoundTable, FoundText, Origin
from strongroom.checker.contents.table_heading import heading_of
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.statistics.implied_counts import counts_in_text, implied_in_table
from strongroom.checker.detectors.statistics.people_counts import count_columns, counted_by_heading
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import Rule, counted
from strongroom.checker.table_types import Column, Recognised, RecognisedType, TypedTable
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.margins import with_totals
from strongroom.checker.table_types.typed_table import is_unnamed
from strongroom.disclosure.output_rules.detect_rounding import rounding_of
from strongroom.disclosure.output_rules.frequency_tables import class_disclosure
from strongroom.disclosure.output_rules.recoverable_cells import recoverable
from strongroom.disclosure.output_rules.small_counts import below_threshold
from strongroom.thresholds import Thresholds, threshold

_ADVICE = "Suppress or merge these groups, and round the rest."
_JUDGED_ELSEWHERE = {Origin.COORDINATES, Origin.MODEL, Origin.DECODED}


class _Limits(Thresholds):
    """The numbers this module decides by."""

    longest: int = threshold(
        5_000,
        "rows",
        "judgement: longer tables of counts are code lists or data, which other detectors judge",
    )
    least_crossed: int = threshold(
        2, "rows and columns", "derived: a table with one row or column has no second class to tell apart"
    )


LIMITS = _Limits()


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
        """Yield at most one finding for a table or a text, by the first rule that applies."""
        smallest = evidence.policy.small_count
        if isinstance(examined.found, FoundText):
            yield from _in_text(examined.found, smallest)
        if not isinstance(examined, ExaminedTable):
            return
        artefact = examined.found
        if artefact.origin in _JUDGED_ELSEWHERE or artefact.total_rows > LIMITS.longest:
            return
        typed, known = _named_by_place(examined.typed, artefact.where), examined.recognised
        counts = count_columns(typed, known, evidence.index) or counted_by_heading(
            typed, heading_of(artefact)
        )
        judged: list[tuple[Rule, Callable[[], int]]] = [
            (_SHOWN, lambda: _shown(counts, smallest)),
            (_PERCENTAGES, lambda: _implied(typed, known, smallest)),
            (_RECOVERABLE, lambda: _recoverable(typed, counts, smallest)),
        ]
        if evidence.policy.class_disclosure:
            judged.append((_CLASS, lambda: _of_class_disclosure(typed, known, counts)))
        for rule, count in judged:
            cells = count()
            if cells:
                yield _finding(rule, artefact, cells, smallest)
                return


def _in_text(found: FoundText, smallest: int) -> Iterator[Finding]:
    shown, implied = counts_in_text(found.text, smallest)
    if shown or implied:
        yield _finding(_SHOWN if shown else _PERCENTAGES, found, shown or implied, smallest)


def _finding(rule: Rule, found: FoundTable | FoundText, cells: int, smallest: int) -> Finding:
    facts = {
        "cells": counted(cells, "count"),
        "percentages": counted(cells, "percentage"),
        "smallest": smallest,
        "were": "was" if cells == 1 else "were",
    }
    return rule.finding(Verdict.REVIEW, found.where, facts, rows=cells)


def _named_by_place(typed: TypedTable, where: str) -> TypedTable:
    """Give an array that is a table's only column the name under which it is stored, as in JSON."""
    if len(typed.columns) != 1 or not is_unnamed(typed.columns[0].name):
        return typed
    return replace(typed, columns=(replace(typed.columns[0], name=where.rpartition(" > ")[2]),))


def _shown(counts: list[Column], smallest: int) -> int:
    """Return how many counts are too small, none where all are rounded."""
    if not counts:
        return 0
    cells = np.column_stack([column.numbers for column in counts])
    # A number repeated in many rows agrees with a step once, not many times.
    if rounding_of(np.unique(cells)) is not None:
        return 0
    return int(np.count_nonzero(below_threshold(cells, smallest)))


def _implied(typed: TypedTable, known: Recognised, smallest: int) -> int:
    """Return how many percentages imply too few people; allele frequencies are judged as rare variants."""
    return 0 if known.type is RecognisedType.VARIANTS else implied_in_table(typed, smallest)


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
    table = with_totals(typed, counts) if counts else None
    if (
        known.type is not RecognisedType.COUNTS
        or table is None
        or min(table.cells.shape) < LIMITS.least_crossed
    ):
        return 0
    return int(np.count_nonzero(class_disclosure(table.cells)))
