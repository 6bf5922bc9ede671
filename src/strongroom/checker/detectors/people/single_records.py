"""Single participants' records: among other rows, in a column, in a text or in a notebook's output."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundText
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, SUBMIT_SUMMARY, Rule, counted
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.cohort.columns import stored_column
from strongroom.matching.records.pooled_evidence import PooledRows, pooled_rows
from strongroom.matching.records.record_search import FEWEST_VALUES, FoundRecord, RecordSearch
from strongroom.matching.values.cells import EMPTY, Cells, columns_cells, text_cells
from strongroom.matching.values.comparable_table import ComparableTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    # Of larger tables a part is searched: unusual rows, and others spread evenly.
    most_cells: int = threshold(
        60_000, "cells of a table", "cost: every cell is looked up in all columns of the cohort"
    )
    most_sifted: int = threshold(
        4_000_000,
        "cells of a table",
        "cost: of larger tables the search for unusual rows takes longer than all else",
    )
    longest_column: int = threshold(
        2_000,
        "rows",
        "judgement: a transposed record has one value per variable; cohorts' tables have at most some "
        "thousand",
    )
    window: int = threshold(
        64, "lines", "derived: two steps, so that a record printed over up to `step` lines lies in one window"
    )
    step: int = threshold(
        32,
        "lines",
        "judgement: a record printed one value per line has about this many; longer windows weaken the "
        "evidence",
    )
    text_read: int = threshold(4_000_000, "characters of a text", "cost: bounds the search of one text")
    evenly_spread: float = threshold(
        0.5,
        "share of the rows searched",
        "judgement: half for unusual rows, half for rows from all over the table; neither finds what the "
        "other does",
    )


LIMITS = _Limits()


_LOOKS = 16  # fixed: a cell's kind and decimals as one number; it has at most six decimals
VALUES = Rule(
    "record/values",
    "Contains {records}: {values} in one row, column or paragraph belong to one person.",
    SUBMIT_SUMMARY,
    PERSON_LEVEL,
)
_POOLED = Rule(
    "record/pooled-rows",
    "{rows:,} rows, judged together, are {participants} participants' records.",
    SUBMIT_SUMMARY,
    PERSON_LEVEL,
)


class Records:
    """Searches every row, column, line and paragraph for improbably many values of one participant."""

    name = "record"
    protects_against = "a single participant's record in a table, a log, a notebook or a JSON object"
    rules = (VALUES, _POOLED)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding for all records of the artefact."""
        artefact = examined.found
        if isinstance(examined, ExaminedTable):
            table = _table_cells(examined.comparable)
            cells, sequence = _table_sequences(table)
        elif isinstance(artefact, FoundText):
            cells, sequence = _text_sequences(artefact.text)
        else:
            return
        if len(cells) < FEWEST_VALUES:
            return
        for rounded in (False, True):
            search = RecordSearch(cells, sequence, evidence.columns, evidence.index, rounded=rounded)
            found = search.records()
            if found:
                yield self._finding(artefact.where, found)
                return
        if isinstance(examined, ExaminedTable):
            pooled = pooled_rows(
                table, _named(examined.found.table, evidence), evidence.columns, evidence.index
            )
            if pooled is not None:
                yield self._of_rows(artefact.where, pooled)

    def _finding(self, where: str, found: list[FoundRecord]) -> Finding:
        people = len({record.person for record in found})
        best = max(found, key=lambda record: record.bits)
        return VALUES.finding(
            Verdict.BLOCK,
            where,
            value_facts(people, len(best.columns)),
            detail=f"Matched columns of the clearest record: {', '.join(best.columns)}.",
            participants=people,
            rows=len(found),
            bits=best.bits,
        )

    def _of_rows(self, where: str, pooled: PooledRows) -> Finding:
        return _POOLED.finding(
            Verdict.BLOCK,
            where,
            {"rows": pooled.rows, "participants": f"{len(pooled.people):,}"},
            detail=f"Matched columns: {', '.join(pooled.columns.values())}.",
            participants=len(pooled.people),
            rows=pooled.rows,
            bits=pooled.bits,
        )


def value_facts(people: int, values: int) -> dict[str, object]:
    """Return what `VALUES` says of records of some people, the clearest with so many values."""
    records = "a participant's record" if people == 1 else f"{people:,} participants' records"
    return {"records": records, "values": counted(values, "value")}


def _table_cells(comparable: ComparableTable) -> list[Cells]:
    """Return the cells of each column, in the rows that are searched."""
    table, rows = comparable.table, _chosen_rows(comparable)
    if len(rows) == table.num_rows:
        return comparable.all_cells()
    if table.num_rows * table.num_columns <= LIMITS.most_sifted:
        return [cells.at(rows) for cells in comparable.all_cells()]
    return columns_cells(table.take(pa.array(rows)).columns)


def _table_sequences(columns: list[Cells]) -> tuple[Cells, NDArray[np.int64]]:
    """Return a table's cells row by row, and column by column where columns are short."""
    if not columns:
        return _NONE
    cells, rows = Cells.joined(columns), len(columns[0])
    by_row = np.tile(np.arange(rows), len(columns))
    if not FEWEST_VALUES <= rows <= LIMITS.longest_column:
        return cells, by_row
    by_column = np.repeat(np.arange(len(columns)), rows) + rows
    return Cells.joined([cells, cells]), np.concatenate([by_row, by_column])


def _named(table: pa.Table, evidence: Evidence) -> dict[int, str]:
    """Return the columns named like one of the cohort's, in any spelling; most files have none."""
    found: dict[int, str] = {}
    for place, name in enumerate(table.column_names):
        stored = stored_column(evidence.cohort, name)
        if stored in evidence.index.columns and stored not in found.values():
            found[place] = str(stored)
    return found


def _chosen_rows(comparable: ComparableTable) -> NDArray[np.int64]:
    """Return all rows of a small table; of a larger one unusual rows, and others spread evenly."""
    table = comparable.table
    most = max(1, LIMITS.most_cells // max(table.num_columns, 1))
    if table.num_rows <= most:
        return np.arange(table.num_rows)
    evenly = int(most * LIMITS.evenly_spread)
    spread = np.linspace(0, table.num_rows - 1, evenly).astype(np.int64)
    if table.num_rows * table.num_columns > LIMITS.most_sifted:
        return np.unique(spread)
    odd = np.zeros(table.num_rows)
    for cells in comparable.all_cells():
        looks = np.where(cells.kind == EMPTY, -1, cells.kind.astype(np.int64) * _LOOKS + cells.decimals) + 1
        odd += 1 - (np.bincount(looks) / len(looks))[looks]
    return np.unique(np.concatenate([spread, np.argsort(-odd, kind="stable")[:evenly]]))


def _text_sequences(text: str) -> tuple[Cells, NDArray[np.int64]]:
    """Return a text's values line by line, and in overlapping windows of lines."""
    cells, line = text_cells(text[: LIMITS.text_read])
    if not len(cells):
        return _NONE
    window = line // LIMITS.step
    base = int(line[-1]) + 1
    parts = [line, base + window, base + np.maximum(window - 1, 0)]
    return Cells.joined([cells] * 3), np.concatenate(parts)


_NONE = Cells(np.empty(0, np.int8), np.empty(0), np.empty(0, np.int8)), np.empty(0, np.int64)
