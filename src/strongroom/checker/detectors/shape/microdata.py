"""Tables that look like one row per person, whether or not they match a participant.

Residuals, scores, components, ranks and clusters of people are participant-level data although no cell
equals one of the cohort's; so is an unknown disguise. This is the safety net below the detectors that
compare with the cohort. What a table is called or recognised as changes nothing here.
"""

from collections.abc import Iterator

from strongroom.checker.contents.found import FoundTable, Origin
from strongroom.checker.detectors.base import Evidence
from strongroom.checker.finding import Finding, Verdict
from strongroom.checker.rules import PERSON_LEVEL, Rule
from strongroom.checker.table_types.event_rows import dated_rows
from strongroom.checker.table_types.examined import Examined, ExaminedTable
from strongroom.checker.table_types.pairwise_distances import pairwise_distances
from strongroom.checker.table_types.reshaped import other_readings
from strongroom.checker.table_types.row_level_model import RowLevelReading, read_row_level
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    few_rows: int = threshold(
        30,
        "rows",
        "judgement: a paper has dozens of tables this short, and each is another chance of an error",
    )
    few_percent: int = threshold(
        95, "per cent", "judgement: of results this short in public repositories, under 1 % reach it"
    )


LIMITS = _Limits()


# Points of figures and arrays of models have detectors of their own.
_JUDGED_ELSEWHERE = {Origin.COORDINATES, Origin.MODEL}

_PERSON_LIKE = Rule(
    "microdata-shaped/one-row-per-person",
    "The {rows:,} rows look like one row per person{reading} (probability {percent} %).",
    "Submit a summary, or explain to the output checker what the rows are.",
    PERSON_LEVEL,
)
_DATED = Rule(
    "microdata-shaped/dated-rows",
    "The {rows:,} rows look like dated events of single people: keys repeat, dates hardly do.",
    "If the keys are people, submit counts of events instead.",
    PERSON_LEVEL,
)
_DISTANCES = Rule(
    "microdata-shaped/pairwise-distances",
    "The table contains the distances between {rows:,} rows, from which their values can be worked out.",
    "If the rows are people, submit the clusters' sizes and means instead.",
    PERSON_LEVEL,
)


class MicrodataShaped:
    """Sends a table to review whose rows are probably persons, by a model fitted to public tables."""

    name = "microdata-shaped"
    protects_against = (
        "tables with one row per person that match no participant: scores, residuals, components, disguises"
    )
    rules = (_PERSON_LIKE, _DATED, _DISTANCES)

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield a finding for a table that is probably person-level, as it is or read another way."""
        if not isinstance(examined, ExaminedTable):
            return
        found, typed = examined.found, examined.typed
        if found.origin in _JUDGED_ELSEWHERE or respelt(found):
            return
        for how, reading in (("", typed), *other_readings(found, typed)):
            if reading.total_rows >= evidence.policy.microdata_rows:
                shape = read_row_level(reading)
                if 100 * shape.probability >= _least_percent(reading.total_rows, evidence):
                    yield _finding(found, reading.total_rows, how, shape)
                    return
        if typed.rows >= evidence.policy.microdata_rows and pairwise_distances(typed):
            yield _DISTANCES.finding(
                Verdict.REVIEW, found.where, {"rows": typed.total_rows}, rows=typed.total_rows
            )
        if dated_rows(typed):
            yield _DATED.finding(
                Verdict.REVIEW, found.where, {"rows": typed.total_rows}, rows=typed.total_rows
            )


def _least_percent(rows: int, evidence: Evidence) -> float:
    """Return how probable it must be that rows are persons; of few rows, this has to be almost certain."""
    few = LIMITS.few_percent if rows < LIMITS.few_rows else 0
    return max(evidence.policy.row_level_percent, few)


def _finding(found: FoundTable, rows: int, how: str, shape: RowLevelReading) -> Finding:
    percent = round(100 * shape.probability)
    reasons = ", ".join(f"{name} ({odds:+.1f})" for name, odds in shape.reasons)
    return _PERSON_LIKE.finding(
        Verdict.REVIEW,
        found.where,
        {"rows": rows, "reading": f" ({how})" if how else "", "percent": min(percent, 99)},
        detail=f"Log-odds by a model fitted to public tables, largest parts: {reasons}.",
        rows=rows,
    )


def respelt(found: FoundTable) -> bool:
    """Tell whether a table is another spelling of one that is judged too, with the same numbers."""
    return found.origin is Origin.DECODED and ("letters moved" in found.where or "backwards" in found.where)
