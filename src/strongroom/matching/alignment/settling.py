"""Fit and settle: rows are matched given the columns and columns fitted given the rows, until both agree."""

from collections.abc import Sequence

import numpy as np

from strongroom.matching.alignment.candidate_people import affordable, planned
from strongroom.matching.alignment.chance_matches import matched_by_chance
from strongroom.matching.alignment.row_matching import matched_pairs
from strongroom.matching.alignment.subject import Reading, Subject
from strongroom.matching.recognised import Places, RecognisedColumn
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    settled: float = threshold(
        0.03, "relative change of the noise", "judgement: smaller changes alter no match"
    )
    probable: float = threshold(0.5, "probability", "judgement: a pair likelier right than wrong")
    first_rows: int = threshold(
        400, "rows", "cost: so many rows tell people from chance; only then is a reading fitted to all"
    )
    growing: float = threshold(
        1.3,
        "times the matches of the round before",
        "judgement: a right reading matches more rows each round",
    )
    certain: float = threshold(
        0.5, "share of rows", "cost: matches by chance are not counted where more rows are matched"
    )
    times_chance: float = threshold(
        2.0, "times the matches by chance", "judgement: a reading that matches no more is given up"
    )
    null_rows: int = threshold(
        200, "rows", "cost: a tenth of a round; matches by chance are known to half a percent of the rows"
    )


LIMITS = _Limits()
# share of a column's SD: least noise assumed in transformed columns, by round. judgement: pairs that are only
# probable misplace the ends of a line; it falls to nothing as they become sure.
_SLACK = (0.005, 0.0, 0.0, 0.0, 0.0, 0.0)


def settle(subject: Subject, start: Reading, draw: np.random.Generator) -> Reading | None:
    """Return the reading that a start leads to; None if no column says anything, or nobody fits.

    A few hundred rows settle it, or show that no more of them are matched than by chance; then it is fitted
    to all sampled rows once.
    """
    step = max(1, len(subject.rows) // LIMITS.first_rows)
    found = _settled(subject, start, subject.rows[::step], draw, _SLACK)
    return found if step == 1 or found is None else _settled(subject, found, subject.rows, draw, (0.0,))


def _settled(
    subject: Subject, start: Reading, rows: Places, draw: np.random.Generator, slacks: Sequence[float]
) -> Reading | None:
    reading, before = start, 0
    for number, slack in enumerate(slacks):
        models = subject.models(reading.columns)
        if not models:
            return None
        taken = subject.taken(models, rows)
        search = planned(models, taken, people=subject.held.people)
        step = max(1, len(rows) // affordable(subject.held.people)) if search.everybody else 1
        some = rows[::step]
        sampled = matched_pairs(models, subject.taken(models, some), some, search=search)
        if len(sampled.rows) == 0:
            break
        sure = sampled.sure_people
        if number and sure <= LIMITS.growing * before and sure <= LIMITS.certain * len(some):
            by_chance = matched_by_chance(models, taken, subject.held.people, draw, rows=LIMITS.null_rows)
            if sure <= LIMITS.times_chance * max(by_chance.most, 1) / by_chance.rows * len(some):
                return None
        before = sure
        hypotheses = subject.remaining.of(
            reading.hypotheses, sampled.at(sampled.certainty >= LIMITS.probable)
        )
        columns = reading.columns
        reading = Reading(hypotheses, subject.fit(hypotheses, sampled, slack) or columns)
        if slack == 0 and _agree(columns, reading.columns):
            break
    return reading


def _agree(before: Sequence[RecognisedColumn], after: Sequence[RecognisedColumn]) -> bool:
    """Return whether the same columns were found, with about the same noise."""
    noise = {each.file_column: (each.transform.name, max(each.noise, 0.1 * each.half)) for each in before}
    return len(before) == len(after) and all(
        each.file_column in noise
        and noise[each.file_column][0] == each.transform.name
        and abs(max(each.noise, 0.1 * each.half) / noise[each.file_column][1] - 1) <= LIMITS.settled
        for each in after
    )
