"""Decoys: invented people of a view; one of them in a file means that the file contains rows of the view.

The researcher gets the message that a participant's record gives: knowing that a row is a decoy, they could
remove it next time. Where the file is blocked for another reason already, only the custodian learns of the
decoy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.detectors.people.participant_ids import IDS, cells_of, whole_numbers
from strongroom.checker.detectors.people.single_records import VALUES, value_facts
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import counted
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.matching import log10_tail
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys import DecoyRegister

_FOUND = "Decoys found: "


class _Limits(Thresholds):
    """The numbers this module decides by."""

    # log10 of the chance that a file without decoys contains numbers that are decoys' ids.
    most_chance: float = threshold(
        -4.0,
        "log10 probability",
        "judgement: one honest file in 10,000 may hold a number that is a decoy's id; a stricter bound "
        "misses single ids in text",
    )


LIMITS = _Limits()


class Decoys:
    """Searches every row that was read for ids and values of a view's invented people.

    It has no rules of its own: it says what `record` and `participant-ids` say.
    """

    name = "decoys"
    protects_against = "rows of a view, even one among thousands, recognised by decoys"
    rules = ()

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for an artefact that contains a decoy."""
        artefact = examined.found
        if not evidence.decoys or not isinstance(artefact, FoundTable | FoundText):
            return
        yield from self._by_id(artefact, evidence)
        if isinstance(examined, ExaminedTable):
            yield from self._by_values(examined, evidence)

    def _by_values(self, examined: ExaminedTable, evidence: Evidence) -> Iterator[Finding]:
        # It takes as much evidence as for a participant: a blocked row must not show that it is a decoy.
        found = evidence.decoy_search.rows(examined.comparable, among=2 * evidence.index.people)
        if not found:
            return
        best = max(found, key=lambda each: each.bits)
        people = len({(each.register, each.decoy) for each in found})
        yield VALUES.finding(
            Verdict.BLOCK,
            examined.found.where,
            value_facts(people, len(best.columns)),
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
                if (
                    len(hits) == 0
                    or log10_tail(len(hits), len(numbers), len(register) / span) > LIMITS.most_chance
                ):
                    continue
                yield IDS.finding(
                    Verdict.BLOCK,
                    where,
                    {"ids": counted(len(hits), "participant id"), "label": "the project's pseudonyms"},
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
    for where, cells in cells_of(artefact):
        yield where, _among(whole_numbers(cells, digits=(len(str(low)), len(str(high)))), low, high)
    if isinstance(artefact, FoundTable):
        for possible in artefact.possible_ids or ():
            where = f"{artefact.where} > column {possible.column + 1}"
            yield where, _among(possible.numbers(), low, high)


def _among(numbers: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    return np.unique(numbers[(numbers >= low) & (numbers <= high)])


def hide_decoys(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return a file's findings so that none reveals a decoy.

    Beside another finding that blocks, a decoy's would be conspicuous: its detail moves to that one.
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
