"""Decoys: invented people of a view, who in a file mean that it holds rows of the view.

What the researcher is told is what would be said of a participant: who learnt that a row was a decoy could
take it out next time. Where the file is blocked for something else already, only the custodian learns of the
decoy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.participant_ids import ParticipantIds, _cells, _whole_numbers
from strongroom.checker.detectors.people.single_records import Records
from strongroom.checker.report import Finding, Verdict
from strongroom.checker.table_types.examined import Examined
from strongroom.matching import log10_tail
from strongroom.tracer.decoys import DecoyRegister, DecoySearch

_FOUND = "Decoys found: "
# log10 of how rarely a file without decoys may hold numbers that are decoys' ids.
_BY_CHANCE = -4.0


class Decoys:
    """Looks for the ids and the values of a view's invented people, in every row that was read."""

    name = "decoys"
    protects_against = (
        "rows of a view, a single one among thousands of others included, by people who do not exist"
    )

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for an artefact with a decoy in it."""
        artefact = examined.found
        if not evidence.decoys or not isinstance(artefact, FoundTable | FoundText):
            return
        yield from self._by_id(artefact, evidence)
        if isinstance(artefact, FoundTable):
            yield from self._by_values(artefact, evidence)

    def _by_values(self, artefact: FoundTable, evidence: Evidence) -> Iterator[Finding]:
        search = DecoySearch(evidence.decoys, evidence.index, evidence.columns)
        # As hard to be taken for a decoy as for a participant: a blocked row must not be known for the one.
        found = search.rows(artefact.table, among=2 * evidence.index.people)
        if not found:
            return
        best = max(found, key=lambda each: each.bits)
        people = len({(each.register, each.decoy) for each in found})
        whose = "a participant's record" if people == 1 else f"records of {people:,} participants"
        yield Finding(
            detector=Records.name,
            severity=Verdict.BLOCK,
            where=artefact.where,
            message=f"This holds {whose}: {len(best.columns)} values in a row, a column or a paragraph are "
            "one person's. Hand in a summary instead.",
            detail=f"{_FOUND}{_listed(evidence.decoys, [(each.register, each.decoy) for each in found])}.",
            participants=people,
            rows=len(found),
            bits=best.bits,
        )

    def _by_id(self, artefact: FoundTable | FoundText, evidence: Evidence) -> Iterator[Finding]:
        for number, register in enumerate(evidence.decoys):
            for where, numbers in _numbers(artefact, register):
                hits = np.flatnonzero(np.isin(register.ids, numbers))
                span = int(register.ids.max() - register.ids.min()) + 1
                if len(hits) == 0 or log10_tail(len(hits), len(numbers), len(register) / span) > _BY_CHANCE:
                    continue
                yield Finding(
                    detector=ParticipantIds.name,
                    severity=Verdict.BLOCK,
                    where=where,
                    message=f"{len(hits):,} participants' ids (the project's pseudonyms); these never leave, "
                    "code included.",
                    detail=f"{_FOUND}{_listed(evidence.decoys, [(number, int(each)) for each in hits])}.",
                    participants=len(hits),
                    rows=len(hits),
                    chance=len(numbers) * len(register) / span,
                )
                break


def _numbers(
    artefact: FoundTable | FoundText, register: DecoyRegister
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Yield the different whole numbers of each column or text that lie among the decoys' ids."""
    if len(register) == 0:
        return
    low, high = int(register.ids.min()), int(register.ids.max())
    for where, cells in _cells(artefact):
        yield where, _among(_whole_numbers(cells, digits=(len(str(low)), len(str(high)))), low, high)
    if isinstance(artefact, FoundTable):
        for seen in artefact.seen or ():
            where = f"{artefact.where} > column {seen.column + 1}"
            yield where, _among(seen.numbers(), low, high)


def _among(numbers: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    return np.unique(numbers[(numbers >= low) & (numbers <= high)])


def discreet(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return a file's findings so that none gives a decoy away.

    Beside another finding that blocks, one of a decoy would stand out: its detail then goes to that one.
    """
    shown = [finding for finding in findings if not finding.detail.startswith(_FOUND)]
    hidden = [finding for finding in findings if finding.detail.startswith(_FOUND)]
    blocking = next((place for place, each in enumerate(shown) if each.severity is Verdict.BLOCK), None)
    if blocking is None:
        return (*shown, *hidden[:1])
    details = " ".join([shown[blocking].detail, *(each.detail for each in hidden)]).strip()
    shown[blocking] = replace(shown[blocking], detail=details)
    return tuple(shown)


def _listed(registers: Sequence[DecoyRegister], found: Sequence[tuple[int, int]]) -> str:
    named = [f"{registers[place].project} {registers[place].ids[decoy]}" for place, decoy in found]
    return ", ".join(dict.fromkeys(named))
