"""Fit and settle: rows are matched given the columns and columns fitted given the rows, until both agree."""

from collections.abc import Sequence

from strongroom.matching.alignment.candidate_people import planned
from strongroom.matching.alignment.row_matching import matched_pairs
from strongroom.matching.alignment.subject import Reading, Subject
from strongroom.matching.recognised import RecognisedColumn
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    settled: float = threshold(
        0.03, "relative change of the noise", "judgement: smaller changes alter no match"
    )
    probable: float = threshold(0.5, "probability", "judgement: a pair likelier right than wrong")
    least_compared: int = threshold(200, "rows", "judgement: fewer rows do not settle a column")
    compared_cells: int = threshold(
        120_000_000, "rows x people", "cost: bounds the repeated comparisons with everybody"
    )


LIMITS = _Limits()
# share of a column's SD: least noise assumed in transformed columns, by round. judgement: pairs that are only
# probable misplace the ends of a line; it falls to nothing as they become sure.
_SLACK = (0.005, 0.0, 0.0, 0.0, 0.0, 0.0)


def settle(subject: Subject, start: Reading) -> Reading | None:
    """Return the reading that a start leads to, with less and less slack; None if no column says anything."""
    reading = start
    for slack in _SLACK:
        models = subject.models(reading.columns)
        if not models:
            return None
        search = planned(models, subject.taken(models, subject.rows), people=subject.held.people)
        step = max(1, len(subject.rows) // affordable(subject.held.people)) if search.everybody else 1
        some = subject.rows[::step]
        sampled = matched_pairs(models, subject.taken(models, some), some, search=search)
        if len(sampled.rows) == 0:
            break
        hypotheses = subject.remaining.of(
            reading.hypotheses, sampled.at(sampled.certainty >= LIMITS.probable)
        )
        before = reading.columns
        reading = Reading(hypotheses, subject.fit(hypotheses, sampled, slack) or before)
        if slack == 0 and _agree(before, reading.columns):
            break
    return reading


def affordable(people: int) -> int:
    """Return how many rows can be compared with all participants repeatedly."""
    return max(LIMITS.least_compared, LIMITS.compared_cells // people)


def _agree(before: Sequence[RecognisedColumn], after: Sequence[RecognisedColumn]) -> bool:
    """Return whether the same columns were found, with about the same noise."""
    noise = {each.file_column: (each.transform.name, max(each.noise, 0.1 * each.half)) for each in before}
    return len(before) == len(after) and all(
        each.file_column in noise
        and noise[each.file_column][0] == each.transform.name
        and abs(max(each.noise, 0.1 * each.half) / noise[each.file_column][1] - 1) <= LIMITS.settled
        for each in after
    )
