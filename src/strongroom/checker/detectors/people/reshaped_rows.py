"""Participants' rows in another shape: transposed, in long format, packed, or implied by totals and means."""

from collections.abc import Iterator
from itertools import chain

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.row_match import RowMatchDetector, judged, sampling_seed
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import applied_by, found_by
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.matching import ALL_WAYS, UNCHANGED_VALUES, recognise
from strongroom.matching.rows.implied_values import implied_values
from strongroom.matching.rows.reshaped import Reshaped, column_major, reshaped

_ARRAYS = {Origin.ARRAY, Origin.MODEL}


class ReshapedDetector:
    """Restores every shape a table may have had and compares its rows as `row-match` does."""

    name = "reshaped"
    protects_against = (
        "participants' rows as columns, in long format, packed into one cell, or as differences"
    )
    rules = applied_by(name, RowMatchDetector.rules)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding: of the first shape that is blocked, or else of the first under review."""
        artefact = examined.found
        if not isinstance(artefact, FoundTable) or not isinstance(examined, ExaminedTable):
            return
        doubtful: Finding | None = None
        restored = ((each, ALL_WAYS) for each in chain(reshaped(artefact.table), _stored(artefact)))
        # Exact: rounded means of growing groups are reviewed as means of few.
        implied = ((each, UNCHANGED_VALUES) for each in implied_values(examined.comparable))
        for candidate, ways in chain(restored, implied):
            match = recognise(
                candidate.table, evidence.columns, evidence.index, ways, seed=sampling_seed(evidence)
            )
            total = round(candidate.table.num_rows * artefact.total_rows / artefact.table.num_rows)
            found = judged(match, f"{artefact.where} > {candidate.how}", total, evidence)
            if found is None:
                continue
            found = found_by(self.name, found)
            if found.severity is Verdict.BLOCK:
                yield found
                return
            doubtful = doubtful or found
        if doubtful is not None:
            yield doubtful


def _stored(found: FoundTable) -> Iterator[Reshaped]:
    """Yield an array read in the other byte order; a sample of its rows cannot be."""
    if found.origin in _ARRAYS and found.rows is None:
        yield from column_major(found.table)
