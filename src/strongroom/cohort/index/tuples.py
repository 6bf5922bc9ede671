"""Few and coarse columns: no row can be told alone, but a hundred rows that all exist in the cohort can.

The question is not how many of the file's tuples occur among the participants, but how many more than the
tuples of people who are not among them would. That rate is the cohort's own: take a participant out and ask
whether somebody else has his tuple. Correlation between columns, heaping and duplicates are thereby in it.

Only rare tuples count, those held by nobody or by at most two people: a table of all combinations that
occur often is a summary, and finds every one of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.index.chance import log10_tail
from strongroom.cohort.index.columns import CohortColumns
from strongroom.cohort.index.profile import ColumnProfile, collision_bits
from strongroom.cohort.index.values import Floats, ValueKind, Values, round_to

_RARE = 2
_BEAM = 8
_CANDIDATES = 5
_MOST_COLUMNS = 12
_LEAST_CONTAINED = 0.02
_DILUTED = 0.2
_LEFT_OUT = 20_000
_FEWEST_ALIKE = 2_000
_NEIGHBOURS = 100
_NULL_PRIOR = 3
_MOST_COMMON = 0.9
_EXACT = 6
# Of chances above this nobody hears; see the detectors.
_HOPELESS = -6.0
# As many strangers as are ever drawn, of whom none is found.
_RAREST = np.zeros(_LEFT_OUT, np.int64)
_UNITS = (1000.0, 500.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 0.5, 0.25, 0.2, 0.05)


@dataclass(frozen=True)
class TupleMatch:
    """Rows that exist in the cohort: `pairs` of file and cohort columns, which rows, and whose if one's only.

    `holders` and `people` have shape (rows,); `people` is a stored row, -1 for nobody or several. `rate` is
    how often a rare tuple of somebody else exists; `log10_chance` bounds the probability of the excess.
    """

    pairs: tuple[tuple[str, str], ...]
    holders: NDArray[np.int64]
    people: NDArray[np.int64]
    rate: float
    log10_chance: float


@dataclass(frozen=True)
class _Rounded:
    """A cohort column as the file has it: to so many decimals, or to (down to) a multiple of `unit`."""

    name: str
    decimals: int
    unit: float = 0.0
    down: bool = False

    def held(self, cohort: CohortColumns) -> Floats:
        held = cohort.values(self.name, decimals=_EXACT if self.unit else self.decimals)
        if not self.unit:
            return held
        steps = np.floor(held / self.unit + 1e-9) if self.down else np.round(held / self.unit)
        rounded: Floats = round_to(steps * self.unit, self.decimals)
        return rounded


def _roundings(values: Values, profile: ColumnProfile) -> Iterator[_Rounded]:
    """Yield how a cohort column may have been rounded or cut off to give a file's numbers."""
    plain = _Rounded(profile.name, values.decimals)
    if values.kind is not ValueKind.NUMBER or profile.kind is not ValueKind.NUMBER:
        yield plain
        return
    present = values.keys[~np.isnan(values.keys)]
    for unit in _UNITS:
        multiple = np.abs(present / unit - np.round(present / unit))
        if unit > 10.0**-profile.decimals and np.all(multiple < 1e-6):  # noqa: PLR2004 - rounding error
            # A column that has only such multiples itself is not changed by this.
            yield _Rounded(profile.name, values.decimals, unit)
            yield _Rounded(profile.name, values.decimals, unit, down=True)
            return
    yield plain
    if values.decimals < profile.decimals:
        yield _Rounded(profile.name, values.decimals, 10.0**-values.decimals, down=True)


@dataclass
class _State:
    pairs: tuple[tuple[str, "_Rounded"], ...]
    rows: NDArray[np.int64]
    alive: NDArray[np.int64]
    ids: NDArray[np.int64]
    expected: Floats
    score: float

    @property
    def holders(self) -> NDArray[np.int64]:
        return np.bincount(self.ids, minlength=int(self.rows.max(initial=-1)) + 1)[self.rows]


def match_tuples(
    file_columns: Mapping[str, Values],
    candidates: Mapping[str, Sequence[ColumnProfile]],
    cohort: CohortColumns,
    *,
    draw: np.random.Generator,
    fewest_columns: int = 2,
) -> TupleMatch | None:
    """Return the identities of the columns under which most rows exist, and how far beyond chance.

    Columns are added one after another, the most telling first, and the few best identities kept (a beam
    search); the price of having tried several is in `log10_chance`. None where chance is not unlikely.
    """
    beam, history, tried = [_start(file_columns, cohort)], [], 1
    order = sorted(candidates, key=lambda name: -collision_bits(file_columns[name].keys))[:_MOST_COLUMNS]
    for name in order:
        coded = [
            (rounded, coding)
            for profile in candidates[name][:_CANDIDATES]
            if profile.decimals >= file_columns[name].decimals
            for rounded in _roundings(file_columns[name], profile)
            for coding in [_Coding.between(file_columns[name].keys, rounded.held(cohort))]
            if coding.contained >= _LEAST_CONTAINED
        ]
        if not coded:
            continue
        grown = [
            _extended(state, name, column, coding, cohort.people)
            for state in beam
            for column, coding in coded
            if column.name not in {known.name for _, known in state.pairs}
        ]
        tried += len(grown)
        beam = sorted(grown, key=lambda state: -state.score)[:_BEAM] or beam
        history.append(beam[0])
    states = [state for state in _worth_testing(beam, history) if len(state.pairs) >= fewest_columns]
    found = [
        match
        for state in states
        for match in [_tested(state, file_columns, cohort, draw)]
        if match is not None
    ]
    if not found:
        return None
    best = min(found, key=lambda match: match.log10_chance)
    price = float(np.log10(tried * len(states)))
    return TupleMatch(best.pairs, best.holders, best.people, best.rate, min(best.log10_chance + price, 0.0))


def held_by(
    keys: Sequence[Floats], held: Sequence[Floats], *, owners: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many people hold each row's tuple, and one of them (-1 for nobody); shape (rows,).

    A missing value equals a missing value. `owners` are people not to be counted, one a row.
    """
    rows = np.zeros(len(keys[0]), np.int64)
    alive, ids = np.arange(len(held[0])), np.zeros(len(held[0]), np.int64)
    for mine, theirs in zip(keys, held, strict=True):
        coding = _Coding.between(mine, theirs[alive])
        rows, alive, ids = _narrowed(rows, alive, ids, coding)
    total = int(rows.max(initial=-1)) + 1
    holders = np.bincount(ids, minlength=total)
    somebody = np.full(total, -1, np.int64)
    somebody[ids] = alive
    counted = holders[rows] - (0 if owners is None else 1)
    return counted, np.where(counted > 0, somebody[rows], -1)


def rare_excess(
    holders: NDArray[np.int64], nulls: Sequence[NDArray[np.int64]], *, weight: float = 1.0
) -> tuple[float, float]:
    """Return log10 of the chance of so many rare tuples that exist, and the rate by chance; (0, rate) if few.

    Each of `nulls` is how many hold the tuples of rows that are nobody's; the likeliest to hit counts.
    """
    rates = []
    for null in nulls:
        rare = null[null <= _RARE]
        rates.append((np.count_nonzero(rare) + _NULL_PRIOR) / (len(rare) + 2 * _NULL_PRIOR))
    rate = float(max(rates))
    rare = holders[holders <= _RARE]
    hits = int(np.count_nonzero(rare) * weight)
    if len(rare) == 0 or rate > _MOST_COMMON:
        return 0.0, rate
    return log10_tail(hits, len(rare), rate), rate


@dataclass(frozen=True)
class _Coding:
    """A file column and a cohort column numbered alike: `rows` (rows,), `people` (people,), -1 for others."""

    rows: NDArray[np.int64]
    people: NDArray[np.int64]
    levels: int

    @classmethod
    def between(cls, mine: Floats, theirs: Floats) -> "_Coding":
        # A missing value is the last of the distinct ones and is found like any other.
        distinct, rows = np.unique(mine, return_inverse=True, equal_nan=True)
        place = np.minimum(np.searchsorted(distinct, theirs), len(distinct) - 1)
        found = distinct[place]
        same = (found == theirs) | (np.isnan(found) & np.isnan(theirs))
        return cls(rows.astype(np.int64), np.where(same, place, -1).astype(np.int64), len(distinct))

    @property
    def contained(self) -> float:
        counts = np.bincount(self.people[self.people >= 0], minlength=self.levels)
        return float(np.mean(counts[self.rows] > 0))


def _start(file_columns: Mapping[str, Values], cohort: CohortColumns) -> _State:
    rows = len(next(iter(file_columns.values())).keys)
    return _State(
        (),
        np.zeros(rows, np.int64),
        np.arange(cohort.people),
        np.zeros(cohort.people, np.int64),
        np.zeros(rows),
        0.0,
    )


def _narrowed(
    rows: NDArray[np.int64], alive: NDArray[np.int64], ids: NDArray[np.int64], coding: _Coding
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Keep the people whose tuple, with one more column, is still some row's; number the tuples anew."""
    kept = coding.people >= 0
    alive, ids = alive[kept], ids[kept] * coding.levels + coding.people[kept]
    distinct, rows = np.unique(rows * coding.levels + coding.rows, return_inverse=True)
    place = np.minimum(np.searchsorted(distinct, ids), len(distinct) - 1)
    same = distinct[place] == ids
    return rows.astype(np.int64), alive[same], place[same].astype(np.int64)


def _extended(state: _State, name: str, column: "_Rounded", coding: _Coding, people: int) -> _State:
    narrow = _Coding(coding.rows, coding.people[state.alive], coding.levels)
    rows, alive, ids = _narrowed(state.rows, state.alive, state.ids, narrow)
    alone = np.bincount(coding.people[coding.people >= 0], minlength=coding.levels)[coding.rows]
    expected = state.expected + np.log2(np.maximum(alone, 0.5) / people)
    grown = _State((*state.pairs, (name, column)), rows, alive, ids, expected, 0.0)
    # How much likelier the rows are as the cohort's than with columns that do not know of each other, where
    # any share of the rows may be foreign.
    ratio = grown.holders / people / 2.0**expected
    grown.score = float(np.sum(np.log2(1 - _DILUTED + _DILUTED * ratio)))
    return grown


def _alike(mine: Floats, theirs: Floats, draw: np.random.Generator) -> NDArray[np.int64]:
    """Draw people who are distributed like the file's rows in one column: the file may be of the old only."""
    order = np.argsort(theirs, kind="stable")[: max(np.count_nonzero(~np.isnan(theirs)), 1)]
    wanted = np.repeat(mine[~np.isnan(mine)], 1 + _FEWEST_ALIKE // max(len(mine), 1))
    near = np.searchsorted(theirs[order], wanted) + draw.integers(-_NEIGHBOURS, _NEIGHBOURS + 1, len(wanted))
    drawn: NDArray[np.int64] = order[np.clip(near, 0, len(order) - 1)]
    return drawn


def _worth_testing(beam: Sequence[_State], history: Sequence[_State]) -> list[_State]:
    seen: dict[tuple[tuple[str, _Rounded], ...], _State] = {}
    for state in [*beam[:2], *history]:
        seen.setdefault(state.pairs, state)
    return list(seen.values())


def _tested(
    state: _State, file_columns: Mapping[str, Values], cohort: CohortColumns, draw: np.random.Generator
) -> TupleMatch | None:
    keys = [file_columns[name].keys for name, _ in state.pairs]
    held = [column.held(cohort) for _, column in state.pairs]
    holders, people = held_by(keys, held)
    mine = holders[np.unique(state.rows, return_index=True)[1]]
    nulls: list[NDArray[np.int64]] = []
    log10_chance, rate = rare_excess(mine, [_RAREST])
    for null in _nulls(keys, held, draw):
        # Each null can only make chance likelier; the dearest comes last.
        if log10_chance > _HOPELESS:
            return None
        nulls.append(null)
        log10_chance, rate = rare_excess(mine, nulls)
    pairs = tuple((name, column.name) for name, column in state.pairs)
    return TupleMatch(pairs, holders, np.where(holders == 1, people, -1), rate, log10_chance)


def _nulls(
    keys: Sequence[Floats], held: Sequence[Floats], draw: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield how many hold the tuples of rows that are nobody's, drawn in several ways."""
    if len(keys) > 1:
        shuffled = [np.concatenate([draw.permutation(each) for _ in range(3)]) for each in keys]
        yield held_by(shuffled, held)[0]
    people = len(held[0])
    alike = _alike(keys[0], held[0], draw)
    yield held_by([each[alike] for each in held], held, owners=alike)[0]
    out = draw.choice(people, min(people, _LEFT_OUT), replace=False)
    yield held_by([each[out] for each in held], held, owners=out)[0]
