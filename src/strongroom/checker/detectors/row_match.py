"""Rows of participants, whatever their columns are called and however they are ordered."""

from collections.abc import Iterator

import numpy as np

from strongroom.checker.artefacts import Artefact, FoundTable
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.report import Finding, Verdict
from strongroom.cohort.index import match_rows
from strongroom.cohort.keys import derive

_SAMPLING = "rows sampled by the airlock"
_CHANCE_FACTOR = 10


class RowMatchDetector:
    """Compares a table's rows with the cohort's participants by content."""

    name = "row-match"
    protects_against = "extracts of participants' rows: renamed, reordered, shuffled, without ids, subsets"

    def run(self, artefact: Artefact, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding where more rows are participants' than chance explains."""
        if not isinstance(artefact, FoundTable):
            return
        # Drawn the same way each time, so that a decision can be replayed, and in secret, so that nobody can
        # place rows where the sample does not look.
        seed = int.from_bytes(derive(evidence.cohort.key, _SAMPLING, 8))
        match = match_rows(artefact.table, evidence.columns, evidence.index, seed=seed)
        if match.rows_matched <= max(evidence.policy.rows_allowed, _CHANCE_FACTOR * match.chance):
            return
        scale = artefact.table.num_rows / max(match.rows_tested, 1)
        rows = round(match.rows_matched * scale)
        people = len(np.unique(match.participants[match.participants >= 0]))
        tested = "" if scale == 1 else f" ({match.rows_matched:,} of {match.rows_tested:,} rows tested)"
        recognised = ", ".join(f"{each.file_column} = {each.cohort_column}" for each in match.columns)
        yield Finding(
            detector=self.name,
            severity=Verdict.BLOCK,
            where=artefact.where,
            message=f"About {rows:,} of {artefact.table.num_rows:,} rows are participants' records{tested}; "
            f"{len(match.columns)} columns were recognised. Hand in a summary instead.",
            detail=f"Columns recognised: {recognised}.",
            participants=round(people * scale) if scale > 1 else people,
            rows=rows,
            chance=match.chance * scale,
            bits=match.bits_median,
        )
