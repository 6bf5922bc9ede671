"""`recognise_others`: whose are the rows of an aligned table that no participant explains?

It is asked of people who are not in the cohort, such as decoys. Rows with enough information are examined. A
row is somebody's where its cells agree beyond chance among all rows and others, and nobody else in the
line-up explains it nearly as well.
"""

from dataclasses import replace

import numpy as np

from strongroom.matching.lineup.approximate_match import Comparison, SortedPeople
from strongroom.matching.lineup.lineup import Lineup
from strongroom.matching.recognised import Chance, Floats, Null, Pairs, Places, Recognition
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    unexplained: float = threshold(
        0.5, "probability", "judgement: rows likelier nobody's than a real participant's"
    )
    spare_bits: float = threshold(
        10.0, "bits", "derived: one row in a thousand by chance over all rows and people"
    )
    columns_per_error: int = threshold(10, "columns", "judgement: a cell in ten may be altered or misread")


LIMITS = _Limits()


def recognise_others(known: Recognition, people: Lineup, others: Lineup) -> Recognition:
    """Recognise rows of `others` who are not in the cohort, among the rows that no participant explains.

    `known` is the recognition of an aligned table and `people` the whole cohort, in the same columns. In the
    pairs returned, people are numbered as in `others`; a pair's certainty is its likelihood as a share of
    that of everybody in the line-up, `people` and `others`. Averaged over the line-up, that is one person's
    share whatever the row. So the sum over rows is evidence for each of the others, not for the table: its
    chance is left to the caller, who knows which of them were chosen together.
    """
    values, count = known.values, len(others)
    bits = people.bits(values)
    rows = _unexplained(known)
    compared = Comparison(bits, allowed=1 + len(bits) // LIMITS.columns_per_error)
    least = float(np.log2(max(len(rows), 1)) + np.log2(max(count, 1)) + LIMITS.spare_bits)
    steps = people.steps_of(values, rows)
    able = (~np.isnan(steps)) @ bits >= least
    rows, steps = rows[able], steps[able]
    found = Recognition(
        tuple(each.column for each in people.models),
        rows,
        chance=Chance(null=Null.UNIFORM),
        method="aligned",
        values=values,
    )
    if len(rows) == 0:
        return found
    row, other = SortedPeople(others.steps, compared).matches(steps, least=least)
    score = others.log_ratios(values, rows[row], other)
    hit = score / np.log(2) >= least
    row, other, score = row[hit], other[hit], score[hit]
    if len(row) == 0:
        return found
    hits, row = np.unique(row, return_inverse=True)
    real, person = SortedPeople(people.steps, compared).matches(steps[hits])
    rivals = people.log_ratios(values, rows[hits][real], person)
    pairs = Pairs(rows[hits][row], other, _shares(row, score, real, rivals, len(hits)))
    return replace(found, matched=pairs.sure_people, pairs=pairs)


def _unexplained(known: Recognition) -> Places:
    """Return the rows likelier nobody's than a participant's."""
    total = len(next(iter(known.values.values())))
    somebody = np.bincount(known.pairs.rows, known.pairs.certainty, total)
    return np.flatnonzero(somebody < LIMITS.unexplained)


def _shares(row: Places, score: Floats, real: Places, others: Floats, rows: int) -> Floats:
    """Return the likelihood of each pair with a decoy as a share of all candidates of its row."""
    highest = np.full(rows, -np.inf)
    np.maximum.at(highest, row, score)
    np.maximum.at(highest, real, others)
    mine = np.exp(score - highest[row])
    total = np.bincount(row, mine, rows) + np.bincount(real, np.exp(others - highest[real]), rows)
    shares: Floats = mine / total[row]
    return shares
