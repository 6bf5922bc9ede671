"""Which column is which, told by how columns go together: what no change of one column by itself undoes.

Z-scores and ranks take away all that tells two measurements apart by themselves. Rank correlations between
columns stay, so file columns are matched to cohort columns whose correlations among each other are the same
(mean-field inference on the graph of all pairs). What values repeat stays as well (`ties`), unless a column
was cut into bins, which keep of it nothing else than the order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from strongroom.matching import CohortColumns, Index
from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.values.comparable import ValueKind, Values
from strongroom.tracer.alignment.model import Floats, ranks
from strongroom.tracer.alignment.tie_patterns import cut_in_even_parts, repeat_odds, rounded_odds

_FEWEST_ROWS, _FEWEST_COLUMNS = 100, 4
_SAMPLE = 4_000
_MOST_COLUMNS = 400
_MOST, _WITHIN = 16, 14.0
_ROUNDS = 12
_SLACK = 0.035
_FLOOR = 1e-3
_UNLISTED, _TOLD_BY_REPEATS = 3.0, 5.0
_DECIMALS = 6
_MOST_BITS = 60.0
# Of a leaked part of the people other shares may be missing, by about so much, or much more.
_LACKING, _MOST_LACKING = 0.02, 8.0
_EVEN_BY_CHANCE = 8.0


def told_by_relations(
    thought: Mapping[str, Sequence[Hypothesis]],
    values: Mapping[str, Values],
    held: CohortColumns,
    index: Index,
) -> dict[str, list[Hypothesis]]:
    """Return the hypotheses about each column with odds that fit the file's correlations, at most 16 each."""
    rows = len(next(iter(values.values())).keys)
    numeric = [name for name, each in index.columns.items() if each.kind is not ValueKind.TEXT]
    names = [name for name in thought if values[name].kind is not ValueKind.TEXT]
    if rows < _FEWEST_ROWS or len(names) < _FEWEST_COLUMNS or len(numeric) > _MOST_COLUMNS:
        return {name: list(each) for name, each in thought.items()}
    full = {name: _with_all(thought[name], numeric, values[name].keys, held) for name in names}
    theirs = held.derived("rank correlations", lambda: _cohort_correlations(numeric, held))
    step = max(1, rows // _SAMPLE)
    mine = _correlations([values[name].keys[::step] for name in names])
    place = {name: number for number, name in enumerate(numeric)}
    adjusted = _settled([full[name] for name in names], mine, theirs, place, min(rows, _SAMPLE))
    found = {name: list(each) for name, each in thought.items()}
    for name, odds in zip(names, adjusted, strict=True):
        ranked = sorted(zip(odds.tolist(), full[name], strict=True), key=lambda pair: -pair[0])[:_MOST]
        found[name] = [replace(each, odds=bits) for bits, each in ranked if bits >= -_WITHIN]
    return found


def _with_all(
    listed: Sequence[Hypothesis], numeric: Sequence[str], keys: Floats, held: CohortColumns
) -> list[Hypothesis]:
    """Add every column that is not listed, as if any rising function had been applied to it."""
    present = np.sort(keys[~np.isnan(keys)])
    if cut_in_even_parts(present):
        return _as_cut(listed, numeric, keys, held)
    told = _by_repeats(listed, numeric, repeat_odds(present, numeric, held))
    rounded = rounded_odds(present, numeric, held)
    return told if rounded is None else _or_cut(told, rounded, _missing_odds(list(rounded), keys, held))


def _by_repeats(
    listed: Sequence[Hypothesis], numeric: Sequence[str], repeats: Floats | None
) -> list[Hypothesis]:
    """Add every column that is not listed, as likely as its repeats say, where they say anything."""
    known = {each.column for each in listed if each.way != "falling"}
    if repeats is None:
        odds = min((each.odds for each in listed), default=0.0) - _UNLISTED
        return [*listed, *(Hypothesis(name, "scaled", odds) for name in numeric if name not in known)]
    bits = dict(zip(numeric, repeats.tolist(), strict=True))
    odds = max((each.odds for each in listed), default=0.0) - _TOLD_BY_REPEATS
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
    """Take a column of few values to be cut or rounded as well, as far as its values bear that out."""
    found = [each for each in told if each.way != "scaled" or each.column not in rounded]
    return [
        *found,
        *(Hypothesis(name, "scaled", bits + missing[name]) for name, bits in rounded.items()),
    ]


def _as_cut(
    listed: Sequence[Hypothesis], numeric: Sequence[str], keys: Floats, held: CohortColumns
) -> list[Hypothesis]:
    """Take a column to be any that has more values than these parts, told by how much is missing."""
    parts = len(np.unique(keys[~np.isnan(keys)]))
    finer = [name for name in numeric if len(held.coded(name).distinct) > parts]
    odds = _missing_odds(finer, keys, held)
    best = max((each.odds for each in listed), default=0.0)
    return [
        *(replace(each, odds=each.odds - best - _EVEN_BY_CHANCE) for each in listed if each.way != "scaled"),
        *(Hypothesis(name, "scaled", bits) for name, bits in odds.items()),
    ]


def _missing_odds(names: Sequence[str], keys: Floats, held: CohortColumns) -> dict[str, float]:
    """Return bits for a file's column to be each of the cohort's, by how much is missing."""
    empty = float(np.mean(np.isnan(keys)))
    lacking = np.array([_lacking(name, held) for name in names])
    spread = np.hypot(_LACKING, np.sqrt(lacking * (1 - lacking) / len(keys)))
    odds = -np.minimum(0.5 * ((empty - lacking) / spread) ** 2, _MOST_LACKING) / np.log(2)
    return dict(zip(names, odds.tolist(), strict=True))


def _lacking(name: str, held: CohortColumns) -> float:
    return 1 - float(held.coded(name).counts.sum()) / max(held.people, 1)


def _cohort_correlations(numeric: Sequence[str], held: CohortColumns) -> Floats:
    step = max(1, held.people // _SAMPLE)
    return _correlations([held.values(name, decimals=_DECIMALS)[::step] for name in numeric])


def _correlations(columns: Sequence[Floats]) -> Floats:
    """Return rank correlations, missing values at the middle rank."""
    ranks = np.array([_centred(each) for each in columns])
    size = np.sqrt(np.sum(ranks**2, axis=1))
    return np.asarray(ranks @ ranks.T / np.maximum(np.outer(size, size), 1e-12), np.float64)


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
    """Return odds in bits, of every hypothesis about every column, that all pairs of columns agree on."""
    own = [np.array([each.odds for each in listed]) * np.log(2) for listed in full]
    where = [np.array([place.get(each.column, 0) for each in listed]) for listed in full]
    sign = [np.array([-1.0 if each.way == "falling" else 1.0 for each in listed]) for listed in full]
    spread = np.hypot(1 / np.sqrt(rows), _SLACK)
    shares = [_shares(odds) for odds in own]
    beliefs = own
    for turn in range(_ROUNDS):
        heat = min(1.0, (turn + 1) / (_ROUNDS / 2))
        beliefs = []
        for one, odds in enumerate(own):
            total = odds.copy()
            for other, share in enumerate(shares):
                if other == one:
                    continue
                expected = sign[one][:, None] * theirs[np.ix_(where[one], where[other])] * sign[other]
                likely = np.exp(-0.5 * ((mine[one, other] - expected) / spread) ** 2)
                # Two file columns are seldom one cohort column.
                likely[where[one][:, None] == where[other][None, :]] *= _FLOOR
                total += heat * np.log(likely @ share + _FLOOR)
            beliefs.append(total)
        shares = [_shares(odds) for odds in beliefs]
    return [np.maximum(odds - odds.max(), -_MOST_BITS) / np.log(2) for odds in beliefs]


def _shares(odds: Floats) -> Floats:
    found = np.exp(odds - odds.max())
    return np.asarray(found / found.sum(), np.float64)
