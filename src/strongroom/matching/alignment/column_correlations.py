"""Identifies columns by their correlations with each other, which no change of a single column removes.

Z-scores and ranks remove all that distinguishes two measurements by themselves. Rank correlations remain, so
file columns are matched to cohort columns with the same correlations among each other (mean-field inference
on the graph of all pairs). The pattern of ties remains as well (`tie_patterns`), unless a column was binned,
which keeps only the order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from strongroom.matching.alignment.tie_patterns import is_quantile_binned, rounded_odds, tie_odds
from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.recognised import Floats
from strongroom.matching.storage.index import Index
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_rows: int = threshold(100, "rows", "derived: below 100 rows correlations vary by more than 0.1")
    least_columns: int = threshold(
        4, "columns", "judgement: fewer columns have too few pairs to identify any"
    )
    sample: int = threshold(4_000, "rows", "cost: correlations are known to 0.016 from 4,000")
    most_columns: int = threshold(400, "columns", "cost: every file column is compared with pairs of them")
    most: int = threshold(16, "hypotheses a column", "cost: time grows with their square")
    within: float = threshold(14.0, "bits below the best", "judgement: as in column_hypotheses")
    rounds: int = threshold(
        12, "updates", "cost: mean-field beliefs settle within; half of them are annealed"
    )
    slack: float = threshold(
        0.035,
        "correlation",
        "judgement: marks, missing values and selection of participants move a rank correlation by so much",
    )
    floor: float = threshold(
        1e-3,
        "probability",
        "judgement: keeps one altered column from excluding the right reading of all others",
    )
    unlisted: float = threshold(
        3.0, "bits", "judgement: columns whose shape differs are less likely than the least likely listed one"
    )
    by_ties: float = threshold(5.0, "bits", "judgement: ties can show a column whose shape was changed")
    most_nats: float = threshold(60.0, "nats", "judgement: keeps beliefs finite")
    missing_sd: float = threshold(
        0.02,
        "share of values missing",
        "judgement: a leaked part of the participants differs from the cohort by about so much",
    )
    most_missing: float = threshold(
        8.0, "nats", "judgement: selection can change how much is missing entirely; so it never decides alone"
    )
    even_by_chance: float = threshold(
        8.0, "bits", "judgement: even parts of another kind than quantile bins are rare"
    )


LIMITS = _Limits()

_DECIMALS = 6  # fixed: the index keeps six decimals


def correlated_hypotheses(
    hypotheses_by_column: Mapping[str, Sequence[Hypothesis]],
    values: Mapping[str, Values],
    held: CohortColumns,
    index: Index,
) -> dict[str, list[Hypothesis]]:
    """Return the hypotheses about each column with odds that fit the file's correlations, at most 16 each."""
    rows = len(next(iter(values.values())).keys)
    numeric = [name for name, each in index.columns.items() if each.kind is not ValueKind.TEXT]
    names = [name for name in hypotheses_by_column if values[name].kind is not ValueKind.TEXT]
    if rows < LIMITS.least_rows or len(names) < LIMITS.least_columns or len(numeric) > LIMITS.most_columns:
        return {name: list(each) for name, each in hypotheses_by_column.items()}
    full = {name: _with_all(hypotheses_by_column[name], numeric, values[name].keys, held) for name in names}
    theirs = held.derived("rank correlations", lambda: _cohort_correlations(numeric, held))
    step = max(1, rows // LIMITS.sample)
    mine = _correlations([values[name].keys[::step] for name in names])
    place = {name: number for number, name in enumerate(numeric)}
    adjusted = _settled([full[name] for name in names], mine, theirs, place, min(rows, LIMITS.sample))
    found = {name: list(each) for name, each in hypotheses_by_column.items()}
    for name, odds in zip(names, adjusted, strict=True):
        ranked = sorted(zip(odds.tolist(), full[name], strict=True), key=lambda pair: -pair[0])[: LIMITS.most]
        found[name] = [replace(each, odds=bits) for bits, each in ranked if bits >= -LIMITS.within]
    return found


def _with_all(
    listed: Sequence[Hypothesis], numeric: Sequence[str], keys: Floats, held: CohortColumns
) -> list[Hypothesis]:
    """Add every column that is not listed, allowing for any increasing function."""
    present = np.sort(keys[~np.isnan(keys)])
    if is_quantile_binned(present):
        return _as_cut(listed, numeric, keys, held)
    told = _by_repeats(listed, numeric, tie_odds(present, numeric, held))
    rounded = rounded_odds(present, numeric, held)
    return told if rounded is None else _or_cut(told, rounded, _missing_odds(list(rounded), keys, held))


def _by_repeats(
    listed: Sequence[Hypothesis], numeric: Sequence[str], repeats: Floats | None
) -> list[Hypothesis]:
    """Add every column that is not listed, with the odds that its ties give, if any."""
    known = {each.column for each in listed if each.way != "falling"}
    if repeats is None:
        odds = min((each.odds for each in listed), default=0.0) - LIMITS.unlisted
        return [*listed, *(Hypothesis(name, "scaled", odds) for name in numeric if name not in known)]
    bits = dict(zip(numeric, repeats.tolist(), strict=True))
    odds = max((each.odds for each in listed), default=0.0) - LIMITS.by_ties
    return [
        *(
            each if each.way == "same" else replace(each, odds=each.odds + bits.get(each.column, 0.0))
            for each in listed
        ),
        *(Hypothesis(name, "scaled", odds + bits[name]) for name in numeric if name not in known),
    ]


def _or_cut(
    told: Sequence[Hypothesis], rounded: Mapping[str, float], missing: Mapping[str, float]
) -> list[Hypothesis]:
    """Add the hypotheses that a column of few values was binned or rounded, weighted by its values."""
    found = [each for each in told if each.way != "scaled" or each.column not in rounded]
    return [
        *found,
        *(Hypothesis(name, "scaled", bits + missing[name]) for name, bits in rounded.items()),
    ]


def _as_cut(
    listed: Sequence[Hypothesis], numeric: Sequence[str], keys: Floats, held: CohortColumns
) -> list[Hypothesis]:
    """Return the hypotheses for quantile bins: any column with more values, weighted by missing values."""
    parts = len(np.unique(keys[~np.isnan(keys)]))
    finer = [name for name in numeric if len(held.coded(name).distinct) > parts]
    odds = _missing_odds(finer, keys, held)
    best = max((each.odds for each in listed), default=0.0)
    return [
        *(
            replace(each, odds=each.odds - best - LIMITS.even_by_chance)
            for each in listed
            if each.way != "scaled"
        ),
        *(Hypothesis(name, "scaled", bits) for name, bits in odds.items()),
    ]


def _missing_odds(names: Sequence[str], keys: Floats, held: CohortColumns) -> dict[str, float]:
    """Return bits for a file's column to be each of the cohort's, from the share of missing values."""
    empty = float(np.mean(np.isnan(keys)))
    lacking = np.array([_lacking(name, held) for name in names])
    spread = np.hypot(LIMITS.missing_sd, np.sqrt(lacking * (1 - lacking) / len(keys)))
    odds = -np.minimum(0.5 * ((empty - lacking) / spread) ** 2, LIMITS.most_missing) / np.log(2)
    return dict(zip(names, odds.tolist(), strict=True))


def _lacking(name: str, held: CohortColumns) -> float:
    return 1 - float(held.coded(name).counts.sum()) / max(held.people, 1)


def _cohort_correlations(numeric: Sequence[str], held: CohortColumns) -> Floats:
    step = max(1, held.people // LIMITS.sample)
    return _correlations([held.values(name, decimals=_DECIMALS)[::step] for name in numeric])


def _correlations(columns: Sequence[Floats]) -> Floats:
    """Return rank correlations, missing values at the middle rank."""
    ranks = np.array([_centred(each) for each in columns])
    size = np.sqrt(np.sum(ranks**2, axis=1))
    return np.asarray(ranks @ ranks.T / np.maximum(np.outer(size, size), 1e-12), np.float64)


def ranks(values: Floats) -> Floats:
    """Return ranks from 1, equal values sharing the mean of theirs."""
    # As scipy.stats ranks, which takes half a second to load.
    return pl.Series(values).rank().to_numpy()


def _centred(values: Floats) -> Floats:
    known = ~np.isnan(values)
    centred = np.zeros(len(values))
    if known.any():
        found = ranks(values[known])
        centred[known] = found - found.mean()
    return centred


def _settled(
    full: Sequence[Sequence[Hypothesis]],
    mine: Floats,
    theirs: Floats,
    place: Mapping[str, int],
    rows: int,
) -> list[Floats]:
    """Return the odds, in bits, of every hypothesis about every column, consistent over all pairs."""
    own = [np.array([each.odds for each in listed]) * np.log(2) for listed in full]
    where = [np.array([place.get(each.column, 0) for each in listed]) for listed in full]
    sign = [np.array([-1.0 if each.way == "falling" else 1.0 for each in listed]) for listed in full]
    spread = np.hypot(1 / np.sqrt(rows), LIMITS.slack)
    starts = np.cumsum([0, *(len(each) for each in own[:-1])])
    column = np.repeat(np.arange(len(own)), [len(each) for each in own])
    every, signs = np.concatenate(where), np.concatenate(sign)
    shares = np.concatenate([_shares(odds) for odds in own])
    beliefs = own
    for turn in range(LIMITS.rounds):
        heat = min(1.0, (turn + 1) / (LIMITS.rounds / 2))
        beliefs = []
        for one, odds in enumerate(own):
            expected = sign[one][:, None] * theirs[where[one][:, None], every] * signs
            likely = np.exp(-0.5 * ((mine[one, column] - expected) / spread) ** 2)
            # Two file columns rarely come from the same cohort column.
            likely[where[one][:, None] == every] *= LIMITS.floor
            support = np.log(np.add.reduceat(likely * shares, starts, axis=1) + LIMITS.floor)
            support[:, one] = 0.0
            beliefs.append(odds + heat * support.sum(axis=1))
        shares = np.concatenate([_shares(odds) for odds in beliefs])
    return [np.maximum(odds - odds.max(), -LIMITS.most_nats) / np.log(2) for odds in beliefs]


def _shares(odds: Floats) -> Floats:
    found = np.exp(odds - odds.max())
    return np.asarray(found / found.sum(), np.float64)
