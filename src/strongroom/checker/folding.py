"""One leak, one finding: what several detectors find in one place is reported once.

The same rows may match unchanged, reshaped or in another reading, and be shaped like person-level data.
Findings are one leak if they share a concern and their places are one table or its parts; all but the main
one become its further evidence. Nothing is lost, and verdicts and confidence are computed from all findings.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from strongroom.checker.finding import Finding
from strongroom.checker.rules import PERSON_LEVEL

_SEPARATOR = " > "
# What readers and detectors append to a table's place for its parts and for other readings of it.
_PARTS = re.compile(r"(?: > (?:read again \d+|column \d+(?: \(.*\))?|column names|names|rows|words|cells))+$")


def fold(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return one finding for each leak, in the order of their first; the others of it are its `further`.

    The main finding is the strictest, of these the one about most rows, then the one with most evidence.
    """
    leaks: dict[tuple[str, str], list[Finding]] = {}
    places = {_place(each) for each in findings if each.concern == PERSON_LEVEL}
    for finding in findings:
        place = _place(finding)
        if finding.concern == PERSON_LEVEL:
            place = _outermost(place, places)
        leaks.setdefault((finding.concern or finding.detector, place), []).append(finding)
    return tuple(map(_folded, leaks.values()))


def unfold(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return every finding, further evidence included."""
    return tuple(each for main in findings for each in (replace(main, further=()), *unfold(main.further)))


def _folded(findings: list[Finding]) -> Finding:
    main, *further = sorted(findings, key=_weight, reverse=True)
    return replace(main, further=tuple(further))


def _weight(finding: Finding) -> tuple[int, int, float]:
    # Rows first: the bits of a single column are of all its rows, those of a row match of one row.
    return finding.severity.strictness, finding.rows, finding.bits


def _place(finding: Finding) -> str:
    """Return the table, text or figure a finding is about, without the part or reading of it."""
    return _PARTS.sub("", finding.where)


def _outermost(place: str, places: set[str]) -> str:
    """Return the outermost of some places that a place is, or is a part of."""
    pieces = place.split(_SEPARATOR)
    outer = (_SEPARATOR.join(pieces[:end]) for end in range(1, len(pieces) + 1))
    return next((each for each in outer if each in places), place)
