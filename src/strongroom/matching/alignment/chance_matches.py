"""How many rows an alignment would match by chance, measured on tables that hold nobody's rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strongroom.matching.alignment.candidate_people import affordable, planned
from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.alignment.row_matching import matched_pairs
from strongroom.matching.chance import highest_rate, log10_tail
from strongroom.matching.recognised import Chance, Floats, Null
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    null_rows: int = threshold(
        400, "rows", "cost: with the rule of three their false-match rate is known down to 0.75 %"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class MatchedByChance:
    """How many of the `rows` of a table that holds nobody's rows were matched, in the worse kind of table."""

    most: int
    rows: int
    null: Null


def matched_by_chance(
    models: Sequence[CellModel],
    values: Sequence[Floats],
    people: int,
    draw: np.random.Generator,
    *,
    rows: int,
) -> MatchedByChance:
    """Count the matches of so many rows, or fewer where all people are compared, in both null tables."""
    search = planned(models, values, people=people)
    total = min(rows, affordable(people)) if search.everybody else rows
    places = np.arange(total)
    mixed = [each[draw.integers(0, len(each), total)] for each in values]
    owners = draw.integers(0, people, total)
    alike = [model.simulate(owners, draw) for model in models]
    found = [
        (matched_pairs(models, mixed, places, search=search).sure_people, Null.PERMUTED),
        (matched_pairs(models, alike, places, search=search, owners=owners).sure_people, Null.ALIKE),
    ]
    most, null = max(found, key=lambda each: each[0])
    return MatchedByChance(most, total, null)


def chance_of(
    matched: int,
    models: Sequence[CellModel],
    values: Sequence[Floats],
    people: int,
    draw: np.random.Generator,
) -> Chance:
    """Return how likely it is that so many of the rows are matched by chance.

    The share matched by chance is an upper limit, measured on two kinds of null tables. In one, each column
    is drawn independently from the file's. The other has participants' rows, altered as the file is, that may
    not be matched with themselves: as similar as strangers can be.
    """
    found = matched_by_chance(models, values, people, draw, rows=LIMITS.null_rows)
    rate = highest_rate(found.most, found.rows)
    tested = len(values[0])
    return Chance(rate, log10_tail(matched, tested, rate), found.null)
