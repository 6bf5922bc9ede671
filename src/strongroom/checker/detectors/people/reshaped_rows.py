"""Rows of participants in another shape: laid on their side, melted, several to a row, packed in one cell."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.row_match import judged, sampling_seed
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined
from strongroom.matching import recognise_rows
from strongroom.matching.rows.reshaped import Reshaped, column_major, reshaped

_ARRAYS = {Origin.ARRAY, Origin.MODEL}


class ReshapedDetector:
    """Brings a table into every shape it may have had and compares its rows as `row-match` does."""

    name = "reshaped"
    protects_against = "participants' rows as columns, as (who, variable, value), or packed in one cell"

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding, for the first shape that holds participants, else for the likeliest."""
        artefact = examined.found
        if not isinstance(artefact, FoundTable):
            return
        doubtful: Finding | None = None
        for candidate in chain(reshaped(artefact.table), _stored(artefact)):
            match = recognise_rows(
                candidate.table, evidence.columns, evidence.index, seed=sampling_seed(evidence)
            )
            total = round(candidate.table.num_rows * artefact.total_rows / artefact.table.num_rows)
            found = judged(match, f"{artefact.where} > {candidate.how}", total, evidence)
            if found is None:
                continue
            found = replace(found, detector=self.name)
            if found.severity is Verdict.BLOCK:
                yield found
                return
            doubtful = doubtful or found
        if doubtful is not None:
            yield doubtful


def _stored(found: FoundTable) -> Iterator[Reshaped]:
    """Yield an array as it is when its bytes are in the other order; a sample of its rows has none."""
    if found.origin in _ARRAYS and found.rows is None:
        yield from column_major(found.table)
