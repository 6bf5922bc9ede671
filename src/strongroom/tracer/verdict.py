"""From scores to an answer that names a source only if the evidence passes the bound.

Where views carry fingerprints, only these accuse: every recipient whose e-value reaches recipients / bound,
so that the file incriminates any innocent recipient with at most that probability, whatever was done to it.
Content and pseudonyms are stated as further evidence.

Views issued before fingerprints are distinguished by exclusion: a project is named if the probabilities that
any other project's view was the source add up to less than one in a million. This assumes that one of the
issued views was the source, which a custodian must establish by other means.
"""

import math
from collections.abc import Mapping, Sequence

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.attribution import MarksRead, Suspect
from strongroom.tracer.content_evidence import COLUMN_ELSEWHERE, FoundContent, Reading
from strongroom.tracer.fingerprint.decoding.e_values import Evidence, log10_false_accusation
from strongroom.tracer.histories import History, people_in
from strongroom.tracer.scoring import Scores
from strongroom.tracer.wording import at_most


class _Limits(Thresholds):
    """The numbers this module decides by."""

    false_accusation: float = threshold(
        1e-9,
        "probability per file",
        "judgement: decision 0018 and docs/explanation/tracing.md; larger would name an innocent too often "
        "among thousands of traces, smaller would need more cells of every leak",
    )
    exclusion: float = threshold(
        1e-6,
        "probability per file",
        "judgement: views without a fingerprint; other evidence is expected, since the method assumes that "
        "one "
        "issued view is the source",
    )
    cells_of_one_copy: int = threshold(
        85,
        "cells",
        "judgement: simulating the code, 70 clean cells reach the 10^13.3 that accuses among 20,000 "
        "recipients in "
        "99 of 100 leaks; 15 more allow for misread cells",
    )
    cells_of_two_copies: int = threshold(
        440,
        "cells",
        "judgement: simulating the code, 440 clean cells taken at random from two copies reach 10^13.3 for "
        "either "
        "in 7 of 8 leaks",
    )
    most_listed: int = threshold(
        5, "projects", "judgement: a longer list makes the sentence unreadable; all are in the JSON"
    )


LIMITS = _Limits()
FALSE_ACCUSATION_BOUND = LIMITS.false_accusation
EXCLUSION_BOUND = LIMITS.exclusion
# A view that is not excluded must also explain the file, down to the last column: a file merged from two
# views is explained by neither.
_EXPLAINS = math.log10(COLUMN_ELSEWHERE)


def best_per_project(readings: Sequence[Reading]) -> dict[str, Reading]:
    """Return the view of each project that fits the content best."""
    best: dict[str, Reading] = {}
    for reading in readings:
        held = best.get(reading.view.project)
        if held is None or reading.log10_chance > held.log10_chance:
            best[reading.view.project] = reading
    return best


def possible_sources(readings: Sequence[Reading]) -> tuple[str, ...]:
    """Return the projects whose views could have been the source, judged by content."""
    best = best_per_project(readings)
    least = math.log10(EXCLUSION_BOUND) - math.log10(max(len(best), 1))
    return tuple(name for name, reading in best.items() if reading.log10_chance > least)


def accused_by_marks(
    scores: Scores,
    readings: Sequence[Reading],
    found: FoundContent,
    coincidences: Mapping[str, tuple[int, float]],
) -> tuple[Suspect, ...]:
    """Return every project whose e-value passes the threshold, strongest first."""
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
                    f"{best.evidence.agree:,} match its copy{_clean(best.evidence)}. "
                    f"The probability that any of {scores.marks.recipients:,} recipients is incriminated "
                    "this "
                    f"strongly while innocent is {at_most(log10)}."
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
    """Say how the confidently read cells agree, if others are noisy or may be another participant's."""
    if evidence.clean in {0, evidence.cells}:
        return ""
    if evidence.clean_agree == evidence.clean:
        return f"; all {evidence.clean:,} confidently read cells match"
    return f"; of {evidence.clean:,} confidently read cells, {evidence.clean_agree:,} match"


def _further(found: FoundContent, reading: Reading, coincidence: tuple[int, float]) -> tuple[str, ...]:
    people, columns = len(found.ordinals), len(found.columns)
    sentences = [
        f"{people:,} participants and {columns} columns were recognised; this project was given "
        + (f"all but {_missing(reading)}." if _missing(reading) else "all of them.")
    ]
    if coincidence[0]:
        sentences.append(
            f"{coincidence[0]:,} rows carry pseudonyms issued only to this project; probability by "
            f"coincidence: {at_most(coincidence[1])}."
        )
    return tuple(sentences)


def excluded_but_one(
    found: FoundContent, readings: Sequence[Reading], coincidences: Mapping[str, tuple[int, float]]
) -> tuple[Suspect, ...]:
    """Return the suspects that remain when all others are excluded.

    `coincidences` gives, by project, the number of rows that carry its own pseudonyms and log10 of the
    probability of that by coincidence, which every other project would need as well.
    """
    best = best_per_project(readings)
    suspects = []
    for name in possible_sources(readings):
        if best[name].log10_chance <= _EXPLAINS:
            continue
        agreeing, by_chance = coincidences.get(name, (0, 0.0))
        others = [reading.log10_chance + by_chance for other, reading in best.items() if other != name]
        # A single project cannot be compared with any other; only its pseudonyms are evidence.
        total = _log10_sum(others or [by_chance])
        if total <= math.log10(EXCLUSION_BOUND):
            sentence = _sentence(found, best, name, agreeing)
            suspects.append(Suspect(name, best[name].view.institution, total, sentence))
    return tuple(sorted(suspects, key=lambda suspect: suspect.log10_false_accusation))


def why_inconclusive(
    readings: Sequence[Reading], possible: Sequence[str], marks: MarksRead, histories: Sequence[History] = ()
) -> str:
    """Say why no source is named."""
    if not readings:
        return "The rows come from this cohort, but no view of it was ever issued."
    sentence = ""
    if histories and not marks.cells:
        sentence = (
            f"Codes and dates of {len(people_in(histories)):,} participants were recognised, but no column "
            "of "
            "the participants' table. Codes carry no marks, and dates only where the custodian enabled date "
            "shifts. "
        )
    elif marks.recipients:
        sentence = (
            f"{marks.cells:,} marked cells could be read, {marks.clean:,} of them confidently. The highest "
            f"e-value of {marks.recipients:,} recipients is 10^{marks.log10_best:.1f}; an accusation "
            "requires "
            f"10^{marks.log10_needed:.1f}. One unchanged copy needs about {LIMITS.cells_of_one_copy} "
            "confidently "
            f"read cells, a mixture of two copies about {LIMITS.cells_of_two_copies}, and more copies or "
            "added "
            "noise many more. "
        )
    if not possible:
        return (
            sentence
            + "No single view explains the file: it may combine several views or come from elsewhere."
        )
    listed = ", ".join(possible[: LIMITS.most_listed]) + (
        f" and {len(possible) - LIMITS.most_listed:,} more" if len(possible) > LIMITS.most_listed else ""
    )
    return (
        sentence
        + f"By content, the file could have come from {listed}; the evidence cannot distinguish between them."
    )


def _log10_sum(exponents: Sequence[float]) -> float:
    largest = max(exponents)
    return largest + math.log10(sum(10 ** (each - largest) for each in exponents))


def _sentence(found: FoundContent, readings: Mapping[str, Reading], name: str, agreeing: int) -> str:
    people, columns = len(found.ordinals), len(found.columns)
    parts = [f"{people:,} participants and {columns} columns were recognised"]
    parts += [
        f"{other} was never given {_missing(reading)}"
        for other, reading in readings.items()
        if other != name and _missing(reading)
    ]
    if readings[name].people_outside:
        parts.append(
            f"this project was given all but {_missing(readings[name])}, which false matches explain"
        )
    else:
        parts.append("this project was given all of them")
    if agreeing:
        parts.append(f"{agreeing:,} rows carry pseudonyms issued only to this project")
    return "; ".join(parts) + "."


def _missing(reading: Reading) -> str:
    parts = []
    if reading.people_outside:
        parts.append(f"{reading.people_outside:,} of the participants")
    if reading.columns_outside:
        parts.append(f"{len(reading.columns_outside)} of the columns")
    return " and ".join(parts)
