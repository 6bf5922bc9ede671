"""Participants' rows, whatever the columns are called and however the rows are ordered."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, SUBMIT_SUMMARY, Rule, counted
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.cohort.keys import derive
from strongroom.matching import BEYOND_CHANCE, RecognisedColumn, Recognition, recognise
from strongroom.thresholds import Thresholds, threshold

_SAMPLING = "rows sampled by the airlock"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    reviewed: float = threshold(
        -6.0,
        "log10 probability",
        "judgement: chance explains one file in 10^6; a person decides up to the 10^-9 that blocks",
    )
    least_excess: float = threshold(
        2.0,
        "multiples of chance",
        "judgement: correlated columns match more often than the estimate of chance assumes",
    )


LIMITS = _Limits()
REVIEWED = LIMITS.reviewed


_BANDS = 24  # fixed: bands of rows that can be distinguished in a small picture


def _rule(name: str, sentence: str) -> Rule:
    sentence += "{sample}; {columns} matched."
    return Rule(f"row-match/{name}", sentence, SUBMIT_SUMMARY, PERSON_LEVEL)


_RECORDS = _rule("records", "About {rows:,} of {total:,} rows are participants' records")
_CHANGED = _rule(
    "changed-records", "About {rows:,} of {total:,} rows are participants' records with changed values"
)
_POSSIBLE = _rule("possible-records", "Up to {rows:,} of {total:,} rows may be participants' records")
_POSSIBLY_CHANGED = _rule(
    "possible-changed-records",
    "Up to {rows:,} of {total:,} rows may be participants' records with changed values",
)


class RowMatchDetector:
    """Compares a table's rows with the cohort's participants by content."""

    name = "row-match"
    protects_against = "participants' rows: renamed, reordered, shuffled, without ids, or in part"
    rules = (_RECORDS, _CHANGED, _POSSIBLE, _POSSIBLY_CHANGED)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding where more rows are participants' records than chance explains."""
        if not isinstance(examined, ExaminedTable):
            return
        seed = sampling_seed(evidence)
        match = recognise(examined.comparable, evidence.columns, evidence.index, seed=seed)
        finding = judged(match, examined.found.where, examined.found.total_rows, evidence)
        if finding is not None:
            yield _located(finding, match, examined.found.table)


def judged(match: Recognition, where: str, total_rows: int, evidence: Evidence) -> Finding | None:
    """Return a match's finding: block beyond chance, review where chance is unlikely or explains half."""
    if match.matched <= evidence.policy.rows_allowed or match.chance.log10 > REVIEWED:
        return None
    if match.matched <= match.expected:
        return None
    scale = total_rows / max(len(match.rows), 1)
    rows = round(match.matched * scale)
    people = len(np.unique(match.pairs.people))
    sample = "" if scale == 1 else f" ({match.matched:,} of the {len(match.rows):,} rows tested)"
    sure = match.chance.log10 <= BEYOND_CHANCE and match.matched >= LIMITS.least_excess * match.expected
    return _rule_for(match, sure=sure).finding(
        Verdict.BLOCK if sure else Verdict.REVIEW,
        where,
        {
            "rows": rows,
            "total": total_rows,
            "sample": sample,
            "columns": counted(len(match.columns), "column"),
        },
        detail=f"Matched columns: {', '.join(_named(each) for each in match.columns)}. "
        f"Chance gives as much in 1 of 10^{-match.chance.log10:.0f} files.",
        participants=round(people * scale) if scale > 1 else people,
        rows=rows,
        chance=match.expected * scale,
        bits=match.bits_median or -match.chance.log10 / max(match.matched, 1) * np.log2(10),
    )


def _located(finding: Finding, match: Recognition, table: pa.Table) -> Finding:
    """Return a finding with the columns and the bands of rows of its table that matched."""
    names = {each.file_column for each in match.columns}
    bands = min(_BANDS, table.num_rows)
    tested, matched = (
        np.bincount(rows * bands // table.num_rows, minlength=bands)
        for rows in (match.rows, match.pairs.rows)
    )
    return replace(
        finding,
        matched_columns=tuple(name in names for name in table.column_names),
        matched_bands=tuple((matched / np.maximum(tested, 1)).round(3).tolist()),
    )


def _rule_for(match: Recognition, *, sure: bool) -> Rule:
    if match.method == "disguised":
        return _CHANGED if sure else _POSSIBLY_CHANGED
    return _RECORDS if sure else _POSSIBLE


def _named(column: RecognisedColumn) -> str:
    how = column.transform.name
    return f"{column.file_column} = {column.cohort_column}" + ("" if how == "same" else f" ({how})")


def sampling_seed(evidence: Evidence) -> int:
    """Return the seed of the sample of a table's rows.

    It is the same each time, so that a decision can be repeated, and secret, so that no researcher can place
    rows outside the sample.
    """
    return int.from_bytes(derive(evidence.cohort.key, _SAMPLING, 8))
