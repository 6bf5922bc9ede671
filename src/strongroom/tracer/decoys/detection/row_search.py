"""Finds the rows of an aligned table that are decoys', with their likelihood ratios.

It examines rows that no real participant explains and that have enough information. A decoy is found where
its cells agree with a row's beyond chance among all rows and decoys, and nobody else in the line-up explains
the row nearly as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.alignment import Alignment
from strongroom.tracer.alignment.model import ALMOST_SURE
from strongroom.tracer.decoys.detection.approximate_match import Comparison, SortedPeople
from strongroom.tracer.decoys.detection.lineup import Lineup

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    unexplained: float = threshold(
        0.5, "probability", "judgement: rows likelier nobody's than a real participant's"
    )
    spare_bits: float = threshold(
        10.0, "bits", "derived: one row in a thousand by chance over all rows and decoys"
    )
    columns_per_error: int = threshold(10, "columns", "judgement: a cell in ten may be altered or misread")


LIMITS = _Limits()


@dataclass(frozen=True)
class RowMatches:
    """The decoys of a line-up found in a table, all of shape (decoys,).

    `row` is each decoy's row, -1 if not found; `columns` is the number of columns that agree.
    `likelihood_ratio` is the likelihood ratio of the row, the decoy against anybody in the line-up, summed
    over the rows examined, of which there are `rows`.
    """

    row: Places
    columns: Places
    likelihood_ratio: Floats
    rows: int


def matched_rows(alignment: Alignment, people: Lineup, decoys: Lineup) -> RowMatches:
    """Find the rows of decoys; `people` are the whole cohort, in the same columns."""
    values, count = alignment.values, len(decoys)
    bits = people.bits(values)
    looked = _unexplained(alignment)
    compared = Comparison(bits, allowed=1 + len(bits) // LIMITS.columns_per_error)
    least = float(np.log2(max(len(looked), 1)) + np.log2(max(count, 1)) + LIMITS.spare_bits)
    steps = people.steps_of(values, looked)
    able = (~np.isnan(steps)) @ bits >= least
    looked, steps = looked[able], steps[able]
    nobody = RowMatches(np.full(count, -1, np.int64), np.zeros(count, np.int64), np.zeros(count), len(looked))
    if len(looked) == 0:
        return nobody
    row, decoy = SortedPeople(decoys.steps, compared).matches(steps, least=least)
    score = decoys.log_ratios(values, looked[row], decoy)
    hit = score / np.log(2) >= least
    row, decoy, score = row[hit], decoy[hit], score[hit]
    if len(row) == 0:
        return nobody
    rows, row = np.unique(row, return_inverse=True)
    real, person = SortedPeople(people.steps, compared).matches(steps[rows])
    others = people.log_ratios(values, looked[rows][real], person)
    share = _shares(row, score, real, others, len(rows))
    agree = np.count_nonzero(np.abs(steps[rows][row] - decoys.steps[decoy]) <= 1, axis=1)
    return _matches(looked[rows], (row, decoy, share, agree), lineup=len(people) + count, empty=nobody)


def _unexplained(alignment: Alignment) -> Places:
    """Return the rows likelier nobody's than a participant's."""
    total = len(next(iter(alignment.values.values())))
    somebody = np.bincount(alignment.pairs.rows, alignment.pairs.certainty, total)
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


def _matches(
    rows: Places, pairs: tuple[Places, Places, Floats, Places], *, lineup: int, empty: RowMatches
) -> RowMatches:
    row, decoy, share, agree = pairs
    found = empty.row.copy()
    columns = empty.columns.copy()
    likelihood_ratio = np.asarray(np.bincount(decoy, lineup * share, len(found)), np.float64)
    order = np.argsort(share, kind="stable")
    sure = order[share[order] >= ALMOST_SURE]
    found[decoy[sure]], columns[decoy[sure]] = rows[row[sure]], agree[sure]
    return RowMatches(found, columns, likelihood_ratio, empty.rows)
