"""From the readings of all views to an answer that names somebody only when nobody else can be meant.

A project is accused when every other project's chance of having been the source, added up, stays below the
bound. That is all this evidence can say: it takes for granted that one issued view was the source, which a
custodian must establish otherwise until views carry fingerprints.
"""

import math
from collections.abc import Mapping, Sequence

from strongroom.tracer.attribution import Suspect
from strongroom.tracer.content import COLUMN_ELSEWHERE, FoundContent, Reading

FALSE_ACCUSATION_BOUND = 1e-6
# Not ruled out is not enough to be accused: the view must explain the file, down to its last column. A file
# merged from two views is explained by neither.
_EXPLAINS = math.log10(COLUMN_ELSEWHERE)


def best_per_project(readings: Sequence[Reading]) -> dict[str, Reading]:
    """Keep, of each project's views, the one that fits the content best."""
    best: dict[str, Reading] = {}
    for reading in readings:
        held = best.get(reading.view.project)
        if held is None or reading.log10_chance > held.log10_chance:
            best[reading.view.project] = reading
    return best


def accuse(
    found: FoundContent,
    readings: Mapping[str, Reading],
    coincidences: Mapping[str, tuple[int, float]],
    *,
    bound: float = FALSE_ACCUSATION_BOUND,
) -> tuple[tuple[Suspect, ...], tuple[str, ...]]:
    """Return the suspects past the bound, and the projects whose views could have been the source.

    `coincidences` gives each project the rows that carry its own pseudonyms, and log10 of that by
    coincidence: a coincidence every other project would need as well.
    """
    log10_bound = math.log10(bound)
    possible = tuple(
        name
        for name, reading in readings.items()
        if reading.log10_chance > log10_bound - math.log10(len(readings))
    )
    suspects = []
    for name in possible:
        if readings[name].log10_chance <= _EXPLAINS:
            continue
        others = [
            reading.log10_chance + coincidences[name][1]
            for other, reading in readings.items()
            if other != name
        ]
        if not others:
            # With a single project there is nobody it could be told apart from; only its pseudonyms speak.
            others = [coincidences[name][1]]
        total = _log10_sum(others)
        if total <= log10_bound:
            evidence = _sentence(found, readings, name, coincidences[name][0])
            suspects.append(Suspect(name, readings[name].view.institution, total, evidence))
    return tuple(sorted(suspects, key=lambda suspect: suspect.log10_false_accusation)), possible


def _log10_sum(exponents: Sequence[float]) -> float:
    largest = max(exponents)
    return largest + math.log10(sum(10 ** (each - largest) for each in exponents))


def _sentence(found: FoundContent, readings: Mapping[str, Reading], name: str, agreeing: int) -> str:
    people, columns = len(found.ordinals), len(found.columns)
    parts = [f"{people:,} people and {columns} columns were recognised"]
    parts += [
        f"{other} was never given {_missing(reading)}"
        for other, reading in readings.items()
        if other != name and (reading.people_outside or reading.columns_outside)
    ]
    if readings[name].people_outside:
        parts.append(f"this project was given all but {_missing(readings[name])}, as false matches explain")
    else:
        parts.append("this project was given all of them")
    if agreeing:
        parts.append(f"{agreeing:,} rows carry the pseudonyms issued to this project alone")
    return "; ".join(parts) + "."


def _missing(reading: Reading) -> str:
    parts = []
    if reading.people_outside:
        parts.append(f"{reading.people_outside:,} of the people")
    if reading.columns_outside:
        parts.append(f"{len(reading.columns_outside)} of the columns")
    return " and ".join(parts)
