"""Few and coarse columns: no row identifies a person, but a hundred rows that all exist in the cohort do.

The question is not how many of the file's tuples occur among the participants, but how many more than the
tuples of people outside the cohort would. The cohort gives that rate: leave a participant out and ask whether
another person has the same tuple. Correlation between columns, heaping and duplicates are thereby accounted
for.

Only rare tuples count, those that at most two people hold: a table of all frequent combinations is a summary,
and all of them occur in the cohort.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.chance import log10_tail
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.columns.joint_assignment import (
    JointAssignment,
    PartialAssignment,
    RoundedColumn,
    count_holders,
)
from strongroom.matching.recognised import Chance, Null, Pairs, RecognisedColumn, Recognition
from strongroom.matching.values.comparable import Floats, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_holders: int = threshold(
        2,
        "people",
        "judgement: tuples of three or more people also occur in a table of all combinations",
    )
    left_out: int = threshold(
        20_000,
        "people",
        "cost: from 20,000 people a rate of one in a thousand is estimated to within a quarter",
    )
    least_similar: int = threshold(
        2_000,
        "people",
        "judgement: from fewer the rate among similar people is too uncertain",
    )
    neighbours: int = threshold(
        100,
        "people on either side",
        "judgement: how far similar people are drawn from, in the order of the first column; fewer "
        "repeat the same people",
    )
    prior: int = threshold(
        3,
        "rows added to hits and to misses",
        "judgement: keeps the rate above 0 where a small null has no hit",
    )
    most_common: float = threshold(
        0.9,
        "rate by chance",
        "judgement: if other people's tuples occur this often, the file's tuples carry no information",
    )
    hopeless: float = threshold(
        -6.0,
        "log10 of the chance",
        "derived: the detectors report nothing above 10^-6",
    )


LIMITS = _Limits()


# The lowest rate that can be measured: none of the most people ever left out is found.
_RAREST = np.zeros(LIMITS.left_out, np.int64)


def match_tuples(
    searched: JointAssignment,
    file_columns: Mapping[str, Values],
    cohort: CohortColumns,
    *,
    draw: np.random.Generator,
    fewest_columns: int = 2,
) -> Recognition | None:
    """Return the assignment of columns under which most rows exist, and how far beyond chance.

    The chance includes the price of having tried several assignments. None if chance is not unlikely.
    """
    beam, history, tried = searched.best, searched.history, searched.tried
    states = [state for state in _to_test(beam, history) if len(state.pairs) >= fewest_columns]
    found = [
        match for state in states for match in [_test(state, file_columns, cohort, draw)] if match is not None
    ]
    if not found:
        return None
    return likeliest(found, tried=tried * len(states))


def likeliest(found: Sequence[Recognition], *, tried: int) -> Recognition:
    """Return the recognition furthest beyond chance, at the price of choosing it among all `tried`."""
    best = min(found, key=lambda match: match.chance.log10)
    log10 = min(best.chance.log10 + float(np.log10(tried)), 0.0)
    return replace(best, chance=replace(best.chance, log10=log10))


def existing(
    state: PartialAssignment,
    holders: NDArray[np.int64],
    people: NDArray[np.int64],
    chance: Chance,
    method: str,
) -> Recognition:
    """Return rows of which each is held by so many `holders`, and by one of `people`, both (rows,)."""
    rows = np.arange(len(holders))
    return Recognition(
        columns=tuple(RecognisedColumn(name, column.name) for name, column in state.pairs),
        rows=rows,
        matched=int(np.count_nonzero(holders)),
        pairs=Pairs.one_each(rows, np.where(holders == 1, people, -1)),
        chance=chance,
        method=method,
    )


def rare_excess(
    holders: NDArray[np.int64], nulls: Sequence[tuple[Null, NDArray[np.int64]]], *, weight: float = 1.0
) -> Chance:
    """Return how far beyond chance it is that so many rare tuples exist.

    Each of `nulls` gives how many people hold each of some unrelated rows' tuples; the highest rate counts.
    """
    rates = []
    for null, theirs in nulls:
        rare = theirs[theirs <= LIMITS.most_holders]
        rates.append(((np.count_nonzero(rare) + LIMITS.prior) / (len(rare) + 2 * LIMITS.prior), null))
    highest, null = max(rates, key=lambda each: each[0])
    rate = float(highest)
    rare = holders[holders <= LIMITS.most_holders]
    hits = int(np.count_nonzero(rare) * weight)
    if len(rare) == 0 or rate > LIMITS.most_common:
        return Chance(rate, null=null)
    return Chance(rate, log10_tail(hits, len(rare), rate), null)


def _similar_people(mine: Floats, theirs: Floats, draw: np.random.Generator) -> NDArray[np.int64]:
    """Draw people distributed like the file's rows in one column: the file may be of the old only."""
    order = np.argsort(theirs, kind="stable")[: max(np.count_nonzero(~np.isnan(theirs)), 1)]
    wanted = np.repeat(mine[~np.isnan(mine)], 1 + LIMITS.least_similar // max(len(mine), 1))
    near = np.searchsorted(theirs[order], wanted) + draw.integers(
        -LIMITS.neighbours, LIMITS.neighbours + 1, len(wanted)
    )
    drawn: NDArray[np.int64] = order[np.clip(near, 0, len(order) - 1)]
    return drawn


def _to_test(
    beam: Sequence[PartialAssignment], history: Sequence[PartialAssignment]
) -> list[PartialAssignment]:
    distinct_states: dict[tuple[tuple[str, RoundedColumn], ...], PartialAssignment] = {}
    for state in [*beam[:2], *history]:
        distinct_states.setdefault(state.pairs, state)
    return list(distinct_states.values())


def _test(
    state: PartialAssignment,
    file_columns: Mapping[str, Values],
    cohort: CohortColumns,
    draw: np.random.Generator,
) -> Recognition | None:
    keys = [file_columns[name].keys for name, _ in state.pairs]
    held = [column.held(cohort) for _, column in state.pairs]
    holders, people = count_holders(keys, held)
    mine = holders[np.unique(state.rows, return_index=True)[1]]
    nulls: list[tuple[Null, NDArray[np.int64]]] = []
    chance = rare_excess(mine, [(Null.NOT_MEASURED, _RAREST)])
    for null in _nulls(keys, held, draw):
        # Each null can only raise the chance; the slowest comes last.
        if chance.log10 > LIMITS.hopeless:
            return None
        nulls.append(null)
        chance = rare_excess(mine, nulls)
    return existing(state, holders, people, chance, "tuples")


def _nulls(
    keys: Sequence[Floats], held: Sequence[Floats], draw: np.random.Generator
) -> Iterator[tuple[Null, NDArray[np.int64]]]:
    """Yield how many people hold the tuples of unrelated rows, drawn in several ways."""
    if len(keys) > 1:
        shuffled = [np.concatenate([draw.permutation(each) for _ in range(3)]) for each in keys]
        yield Null.PERMUTED, count_holders(shuffled, held)[0]
    people = len(held[0])
    alike = _similar_people(keys[0], held[0], draw)
    yield Null.SIMILAR, count_holders([each[alike] for each in held], held, owners=alike)[0]
    out = draw.choice(people, min(people, LIMITS.left_out), replace=False)
    yield Null.LEFT_OUT, count_holders([each[out] for each in held], held, owners=out)[0]
