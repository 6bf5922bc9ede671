"""Rows of participants, whatever their columns are called and however they are ordered."""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.contents.found import FoundTable
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined
from strongroom.cohort.keys import derive
from strongroom.matching import BEYOND_CHANCE, ColumnMatch, RowMatch, recognise_rows

_SAMPLING = "rows sampled by the airlock"
REVIEWED = -6.0
_SURELY = 2.0
"""Times as many rows as by chance; columns that depend on each other match more than chance reckons with."""


class RowMatchDetector:
    """Compares a table's rows with the cohort's participants by content."""

    name = "row-match"
    protects_against = "extracts of participants' rows: renamed, reordered, shuffled, without ids, subsets"

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding where more rows are participants' than chance explains."""
        artefact = examined.found
        if not isinstance(artefact, FoundTable):
            return
        seed = sampling_seed(evidence)
        match = recognise_rows(artefact.table, evidence.columns, evidence.index, seed=seed)
        finding = judged(match, artefact.where, artefact.total_rows, evidence)
        if finding is not None:
            yield finding


def judged(match: RowMatch, where: str, total_rows: int, evidence: Evidence) -> Finding | None:
    """Return a match's finding: block beyond chance, review where chance is unlikely or explains half."""
    if match.rows_matched <= evidence.policy.rows_allowed or match.log10_chance > REVIEWED:
        return None
    if match.rows_matched <= match.chance:
        return None
    scale = total_rows / max(match.rows_tested, 1)
    rows = round(match.rows_matched * scale)
    people = len(np.unique(match.participants[match.participants >= 0]))
    tested = "" if scale == 1 else f" ({match.rows_matched:,} of {match.rows_tested:,} rows tested)"
    sure = match.log10_chance <= BEYOND_CHANCE and match.rows_matched >= _SURELY * match.chance
    opening = f"About {rows:,} of {total_rows:,} rows are participants' records"
    if not sure:
        opening = f"Up to {rows:,} of {total_rows:,} rows may be participants' records"
    changed = " though their values were changed" if match.method == "disguised" else ""
    return Finding(
        detector=RowMatchDetector.name,
        severity=Verdict.BLOCK if sure else Verdict.REVIEW,
        where=where,
        message=f"{opening}{changed}{tested}; {len(match.columns)} columns were recognised. "
        "Hand in a summary instead.",
        detail=f"Columns recognised: {', '.join(_named(each) for each in match.columns)}. "
        f"Chance gives as much in 1 of 10^{-match.log10_chance:.0f} files.",
        participants=round(people * scale) if scale > 1 else people,
        rows=rows,
        chance=match.chance * scale,
        bits=match.bits_median or -match.log10_chance / max(match.rows_matched, 1) * np.log2(10),
    )


def _named(column: ColumnMatch) -> str:
    same = column.transform == "same"
    return f"{column.file_column} = {column.cohort_column}" + ("" if same else f" ({column.transform})")


def sampling_seed(evidence: Evidence) -> int:
    """Return where the sampling of a table's rows starts.

    Drawn the same way each time, so that a decision can be replayed, and in secret, so that nobody can place
    rows where the sample does not look.
    """
    return int.from_bytes(derive(evidence.cohort.key, _SAMPLING, 8))
