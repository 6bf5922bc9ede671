"""From scores and readings to an answer that names somebody only when nobody else can be meant.

Where views carry fingerprints, these alone accuse: everybody whose e-value passes recipients / bound, so that
the file names any innocent with at most that probability, whatever was done to it. Content and pseudonyms are
said beside.

Views from before fingerprints are told apart by exclusion: a project is named when every other project's
chance of having been the source, added up, stays below one in a million. That takes for granted that one
issued view was the source, which a custodian must establish otherwise.
"""

import math
from collections.abc import Mapping, Sequence

from strongroom.tracer.attribution import MarksRead, Suspect
from strongroom.tracer.content_evidence import COLUMN_ELSEWHERE, FoundContent, Reading
from strongroom.tracer.fingerprint.decoding.e_values import Evidence, log10_false_accusation
from strongroom.tracer.histories import History, people_in
from strongroom.tracer.scoring import Scores

FALSE_ACCUSATION_BOUND = 1e-9
EXCLUSION_BOUND = 1e-6
# Not ruled out is not enough to be accused: the view must explain the file, down to its last column. A file
# merged from two views is explained by neither.
_EXPLAINS = math.log10(COLUMN_ELSEWHERE)
_FEW_CELLS = 85
_NAMED = 5


def best_per_project(readings: Sequence[Reading]) -> dict[str, Reading]:
    """Keep, of each project's views, the one that fits the content best."""
    best: dict[str, Reading] = {}
    for reading in readings:
        held = best.get(reading.view.project)
        if held is None or reading.log10_chance > held.log10_chance:
            best[reading.view.project] = reading
    return best


def possible_sources(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return the projects whose views could have been the source, by content."""
    best = best_per_project(readings)
    least = math.log10(EXCLUSION_BOUND) - math.log10(max(len(best), 1))
    return tuple(name for name, reading in best.items() if reading.log10_chance > least)


def accused_by_marks(
    scores: Scores,
    readings: Sequence[Reading],
    found: FoundContent,
    coincidences: Mapping[str, tuple[int, float]],
) -> tuple[Suspect, ...]:
    """Return everybody whose fingerprint passes the bar, best first."""
    contents = best_per_project(readings)
    suspects = []
    for project in scores.past:
        best = scores.best(project)
        log10 = log10_false_accusation(best.evidence, scores.marks.recipients)
        suspects.append(
            Suspect(
                project=project,
                institution=best.institution,
                log10_false_accusation=log10,
                evidence=(
                    f"{best.evidence.cells:,} marked cells of this project's copy were read in the file; "
                    f"{best.evidence.agree:,} show what its copy shows{_clean(best.evidence)}. "
                    f"By chance, any of {scores.marks.recipients:,} innocent recipients would be named so "
                    f"strongly with a probability of at most 10^{log10:.1f}."
                ),
                marks_read=best.evidence.cells,
                marks_agree=best.evidence.agree,
                marks_clean=best.evidence.clean,
                clean_agree=best.evidence.clean_agree,
                further=_further(found, contents[project], coincidences.get(project, (0, 0.0))),
            )
        )
    return tuple(suspects)


def _clean(evidence: Evidence) -> str:
    """Say how the surest cells agree where not all are sure: the others are blurred, or somebody else's."""
    if evidence.clean in {0, evidence.cells}:
        return ""
    return f"; of the {evidence.clean:,} read almost certainly right, {evidence.clean_agree:,}"


def _further(found: FoundContent, reading: Reading, coincidence: tuple[int, float]) -> tuple[str, ...]:
    people, columns = len(found.ordinals), len(found.columns)
    said = [
        f"{people:,} people and {columns} columns were recognised; this project was given "
        + (f"all but {_missing(reading)}." if _missing(reading) else "all of them.")
    ]
    if coincidence[0]:
        said.append(
            f"{coincidence[0]:,} rows carry the pseudonyms issued to this project alone "
            f"(by coincidence: 10^{coincidence[1]:.0f})."
        )
    return tuple(said)


def excluded_but_one(
    found: FoundContent, readings: Sequence[Reading], coincidences: Mapping[str, tuple[int, float]]
) -> tuple[Suspect, ...]:
    """Return the suspects that exclusion leaves.

    `coincidences` gives projects the rows that carry their own pseudonyms, and log10 of that by coincidence:
    one that every other project would need as well.
    """
    best = best_per_project(readings)
    suspects = []
    for name in possible_sources(readings):
        if best[name].log10_chance <= _EXPLAINS:
            continue
        agreeing, by_chance = coincidences.get(name, (0, 0.0))
        others = [reading.log10_chance + by_chance for other, reading in best.items() if other != name]
        # With a single project there is nobody it could be told apart from; only its pseudonyms speak.
        total = _log10_sum(others or [by_chance])
        if total <= math.log10(EXCLUSION_BOUND):
            said = _sentence(found, best, name, agreeing)
            suspects.append(Suspect(name, best[name].view.institution, total, said))
    return tuple(sorted(suspects, key=lambda suspect: suspect.log10_false_accusation))


def why_inconclusive(
    readings: Sequence[Reading], possible: Sequence[str], marks: MarksRead, histories: Sequence[History] = ()
) -> str:
    """Say why nobody is named."""
    if not readings:
        return "Its rows are this cohort's, but no view of it was ever issued."
    said = ""
    if histories and not marks.cells:
        said = (
            f"Codes and dates of {len(people_in(histories)):,} people were recognised, and no participants' "
            "columns. Codes carry no mark, and dates only where the custodian lets them move. "
        )
    elif marks.recipients:
        said = (
            f"{marks.cells:,} marked cells could be read, {marks.clean:,} of them cleanly; the best of "
            f"{marks.recipients:,} recipients reaches 10^{marks.log10_best:.1f} of the "
            f"10^{marks.log10_needed:.1f} an accusation takes. One copy passed on unchanged needs about "
            f"{_FEW_CELLS} clean cells, two copies mixed about 440, more copies or noise far more. "
        )
    if not possible:
        return said + "No single view explains the file: it may be merged, or come from elsewhere."
    listed = ", ".join(possible[:_NAMED]) + (
        f" and {len(possible) - _NAMED:,} more" if len(possible) > _NAMED else ""
    )
    return (
        said
        + f"By its content it could have come from {listed}; this evidence cannot tell them apart further."
    )


def _log10_sum(exponents: Sequence[float]) -> float:
    largest = max(exponents)
    return largest + math.log10(sum(10 ** (each - largest) for each in exponents))


def _sentence(found: FoundContent, readings: Mapping[str, Reading], name: str, agreeing: int) -> str:
    people, columns = len(found.ordinals), len(found.columns)
    parts = [f"{people:,} people and {columns} columns were recognised"]
    parts += [
        f"{other} was never given {_missing(reading)}"
        for other, reading in readings.items()
        if other != name and _missing(reading)
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
