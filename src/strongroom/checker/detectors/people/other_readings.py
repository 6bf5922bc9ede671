"""Participants' rows written between other words, or in cells that spell their values differently."""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundReading
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.row_match import RowMatchDetector, judged, sampling_seed
from strongroom.checker.finding import Finding
from strongroom.checker.rules import applied_by, found_by
from strongroom.checker.table_types.examined import Examined
from strongroom.matching import EXACT_VALUES, recognise


class ReadAgain:
    """Compares other readings of a text or table with the participants, their values exact."""

    name = "read-again"
    protects_against = "participants' rows embedded in other text: in code, markup, styles, logs, lists"
    rules = applied_by(name, RowMatchDetector.rules)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding where more rows are participants' records than chance explains."""
        artefact = examined.found
        if not isinstance(artefact, FoundReading):
            return
        match = recognise(
            artefact.table, evidence.columns, evidence.index, EXACT_VALUES, seed=sampling_seed(evidence)
        )
        found = judged(match, artefact.where, artefact.table.num_rows, evidence)
        if found is not None:
            yield found_by(self.name, found)
