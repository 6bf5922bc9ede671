"""Rows of participants whose values stand between other words, or in cells that say them in another way."""

from collections.abc import Iterator
from dataclasses import replace

from strongroom.checker.contents.found import FoundReading
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.row_match import judged, sampling_seed
from strongroom.checker.report import Finding
from strongroom.checker.table_types.examined import Examined
from strongroom.matching import recognise_rows


class ReadAgain:
    """Compares other readings of a text or table with the cohort's participants, values as they are."""

    name = "read-again"
    protects_against = "participants' rows written between other words: in code, markup, styles, logs, lists"

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield one finding where more rows are participants' than chance explains."""
        artefact = examined.found
        if not isinstance(artefact, FoundReading):
            return
        match = recognise_rows(
            artefact.table, evidence.columns, evidence.index, seed=sampling_seed(evidence), changed=False
        )
        found = judged(match, artefact.where, artefact.table.num_rows, evidence)
        if found is not None:
            yield replace(found, detector=self.name)
