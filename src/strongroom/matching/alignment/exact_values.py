"""An alternative start for rows with some unaltered values: matches them by exact agreement.

The first guess uses few rows, and expects most values of a row to be one person's. Where nine of ten rows are
synthetic, or four of five cells were replaced, it finds nobody; yet two or three exact values rarely agree
with anybody else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from strongroom.matching.alignment.candidate_people import Search
from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.alignment.movements import Reaches
from strongroom.matching.alignment.row_matching import matched_pairs
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.recognised import SAME, Floats, Pairs, Places, RecognisedColumn
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    replaced: float = threshold(
        0.8,
        "share of values",
        "judgement: files for which the first guess fails have four of five cells replaced, or more",
    )
    most_each: int = threshold(3, "hypotheses a column", "cost: more candidates vote by chance")
    within: float = threshold(
        3.0, "bits below the best", "judgement: less likely columns add votes by chance"
    )
    most_columns: int = threshold(
        32, "columns with a hypothesis", "cost: every value is looked up among all people"
    )
    least_bits: float = threshold(
        4.0, "bits a value", "judgement: commoner values are shared by too many people"
    )
    least_people: int = threshold(4, "people", "judgement: fewer match by chance")
    least_share: float = threshold(
        0.01, "share of rows", "judgement: rarer matches are not worth the settling"
    )
    times_chance: float = threshold(
        2.0, "times the matches in permuted columns", "judgement: fewer are chance"
    )


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals


@dataclass(frozen=True)
class ExactMatches:
    """Columns of a file that contain the cohort's values unchanged, by name, and the pairs that show it."""

    columns: Mapping[str, Hypothesis]
    pairs: Pairs


@dataclass(frozen=True)
class _VotingColumn:
    name: str
    hypothesis: Hypothesis
    model: CellModel


def match_exact_values(
    hypotheses_by_column: Mapping[str, Sequence[Hypothesis]],
    keys: Mapping[str, Floats],
    halves: Mapping[str, float],
    held: CohortColumns,
    reaches: Reaches,
    *,
    rows: Places,
    draw: np.random.Generator,
) -> ExactMatches | None:
    """Return matches of some of the rows by exact values; None if chance gives as many.

    `hypotheses_by_column` lists what each column could be; `keys` and `halves` are its values and half their
    step.
    """
    voting = list(_voting_columns(hypotheses_by_column, keys, halves, held, reaches))
    voting = sorted(voting, key=lambda each: -each.model.information(keys[each.name][rows]))[
        : LIMITS.most_columns
    ]
    # In order: what is drawn for each must not depend on how a process orders a set.
    names = list(dict.fromkeys(each.name for each in voting))
    if len(names) < 2:  # noqa: PLR2004 - one value is many people's
        return None
    models, values = [each.model for each in voting], [keys[each.name][rows] for each in voting]
    search = Search((tuple(range(len(models))),), everybody=False, any_few=True)
    pairs = matched_pairs(models, values, rows, search=search)
    fewest = max(LIMITS.least_people, LIMITS.least_share * len(rows))
    if pairs.sure_people < fewest:
        return None
    mixed = {name: draw.permutation(keys[name][rows]) for name in names}
    by_chance = matched_pairs(models, [mixed[each.name] for each in voting], rows, search=search)
    if pairs.sure_people < LIMITS.times_chance * by_chance.sure_people + fewest:
        return None
    pairs = pairs.surest
    return ExactMatches(_borne_out(voting, keys, pairs), pairs)


def _voting_columns(
    hypotheses_by_column: Mapping[str, Sequence[Hypothesis]],
    keys: Mapping[str, Floats],
    halves: Mapping[str, float],
    held: CohortColumns,
    reaches: Reaches,
) -> Iterator[_VotingColumn]:
    for name, listed in hypotheses_by_column.items():
        unchanged = [each for each in listed if each.way == "same"][: LIMITS.most_each]
        for each in unchanged:
            if each.odds < unchanged[0].odds - LIMITS.within:
                continue
            column = RecognisedColumn(name, each.column, SAME, 0.0, halves[name], replaced=LIMITS.replaced)
            values = held.values(each.column, decimals=_DECIMALS)
            model = CellModel.of(column, values, reaches.get(each.column, ()))
            if model.information(keys[name]) >= LIMITS.least_bits:
                yield _VotingColumn(name, each, model)


def _borne_out(
    voting: Sequence[_VotingColumn], keys: Mapping[str, Floats], pairs: Pairs
) -> dict[str, Hypothesis]:
    """Return the hypothesis for each column that most of the pairs' values support."""
    gains: dict[str, tuple[float, Hypothesis]] = {}
    for each in voting:
        gain = float(np.sum(each.model.log_ratios(keys[each.name][pairs.rows], pairs.people)))
        if gain > 0 and gain > gains.get(each.name, (0.0, each.hypothesis))[0]:
            gains[each.name] = gain, each.hypothesis
    return {name: each for name, (_, each) in gains.items()}
