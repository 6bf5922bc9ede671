"""Which cohort columns a file's columns are, jointly: under which assignment most rows exist in the cohort.

Columns are added one at a time, the most informative first, and the best few assignments are kept (beam
search).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.columns.cohort_columns import CohortColumns
from strongroom.matching.storage.index import ColumnProfile, collision_bits
from strongroom.matching.values.comparable import Floats, ValueKind, Values, round_to
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    beam: int = threshold(
        8,
        "assignments kept",
        "judgement: set by trial on the exfiltration benchmark's coarse tables; fewer lose the right "
        "assignment early",
    )
    most_candidates: int = threshold(
        5,
        "cohort columns a file column",
        "cost: each is tried with every assignment kept",
    )
    most_columns: int = threshold(
        12,
        "file columns",
        "cost: twelve coarse columns already identify nearly every row",
    )
    least_contained: float = threshold(
        0.02,
        "share of cells",
        "judgement: a cohort column that has fewer of a file column's values is not that column, even "
        "if most rows are foreign",
    )
    participants_share: float = threshold(
        0.2,
        "share of rows",
        "judgement: the share of rows assumed to be participants'; with 1, one foreign row would exclude "
        "the right assignment",
    )
    exact_decimals: int = threshold(
        6,
        "decimals",
        "derived: the six decimals of comparable values (values/comparable)",
    )


LIMITS = _Limits()


# Units that coarse numbers are rounded to, largest first (judgement: those in use in published tables).
_UNITS = (1000.0, 500.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 0.5, 0.25, 0.2, 0.05)


@dataclass(frozen=True)
class RoundedColumn:
    """A cohort column rounded to `decimals`, or rounded (if `down`, cut off) to multiples of `unit`."""

    name: str
    decimals: int
    unit: float = 0.0
    down: bool = False

    def held(self, cohort: CohortColumns) -> Floats:
        """Return the cohort's values as the file would have them; shape (people,)."""
        held = cohort.values(self.name, decimals=LIMITS.exact_decimals if self.unit else self.decimals)
        if not self.unit:
            return held
        steps = np.floor(held / self.unit + 1e-9) if self.down else np.round(held / self.unit)
        rounded: Floats = round_to(steps * self.unit, self.decimals)
        return rounded


def _roundings(values: Values, profile: ColumnProfile) -> Iterator[RoundedColumn]:
    """Yield how a cohort column may have been rounded or cut off to give a file's numbers."""
    plain = RoundedColumn(profile.name, values.decimals)
    if values.kind is not ValueKind.NUMBER or profile.kind is not ValueKind.NUMBER:
        yield plain
        return
    present = values.keys[~np.isnan(values.keys)]
    for unit in _UNITS:
        multiple = np.abs(present / unit - np.round(present / unit))
        if unit > 10.0**-profile.decimals and np.all(multiple < 1e-6):  # noqa: PLR2004 - rounding error
            # A cohort column of such multiples only is not changed by this.
            yield RoundedColumn(profile.name, values.decimals, unit)
            yield RoundedColumn(profile.name, values.decimals, unit, down=True)
            return
    yield plain
    if values.decimals < profile.decimals:
        yield RoundedColumn(profile.name, values.decimals, 10.0**-values.decimals, down=True)


@dataclass(repr=False)
class PartialAssignment:
    """An assignment of some columns, and the people whose tuple is some row's under it.

    `rows` numbers the file's tuples (rows,); `remaining` are the people who have one of these tuples and
    `ids` its number; `expected` is log2 of how often each row would exist if columns were independent
    (rows,).
    """

    pairs: tuple[tuple[str, "RoundedColumn"], ...]
    rows: NDArray[np.int64]
    remaining: NDArray[np.int64]
    ids: NDArray[np.int64]
    expected: Floats
    score: float

    @property
    def holders(self) -> NDArray[np.int64]:
        """How many people have each row's tuple; shape (rows,)."""
        return np.bincount(self.ids, minlength=int(self.rows.max(initial=-1)) + 1)[self.rows]


@dataclass(frozen=True)
class JointAssignment:
    """The best assignments of all columns, the best after each added column, and how many were tried."""

    best: tuple[PartialAssignment, ...]
    history: tuple[PartialAssignment, ...]
    tried: int


def assign_jointly(
    file_columns: Mapping[str, Values],
    candidates: Mapping[str, Sequence[ColumnProfile]],
    cohort: CohortColumns,
) -> JointAssignment:
    """Return the assignments of the columns under which most rows exist in the cohort."""
    beam, history, tried = [_no_columns(file_columns, cohort)], [], 1
    order = sorted(candidates, key=lambda name: -collision_bits(file_columns[name].keys))[
        : LIMITS.most_columns
    ]
    for name in order:
        coded = [
            (rounded, coding)
            for profile in candidates[name][: LIMITS.most_candidates]
            if profile.decimals >= file_columns[name].decimals
            for rounded in _roundings(file_columns[name], profile)
            for coding in [SharedCodes.between(file_columns[name].keys, rounded.held(cohort))]
            if coding.contained >= LIMITS.least_contained
        ]
        if not coded:
            continue
        grown = [
            _with_column(state, name, column, coding, cohort.people)
            for state in beam
            for column, coding in coded
            if column.name not in {known.name for _, known in state.pairs}
        ]
        tried += len(grown)
        beam = sorted(grown, key=lambda state: -state.score)[: LIMITS.beam] or beam
        history.append(beam[0])
    return JointAssignment(tuple(beam), tuple(history), tried)


def count_holders(
    keys: Sequence[Floats], held: Sequence[Floats], *, owners: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many people hold each row's tuple, and one of them (-1 if there is none); shape (rows,).

    A missing value equals a missing value. `owners` gives, for each row, a person who is not counted.
    """
    rows = np.zeros(len(keys[0]), np.int64)
    remaining, ids = np.arange(len(held[0])), np.zeros(len(held[0]), np.int64)
    for mine, theirs in zip(keys, held, strict=True):
        coding = SharedCodes.between(mine, theirs[remaining])
        rows, remaining, ids = _keep_matching(rows, remaining, ids, coding)
    total = int(rows.max(initial=-1)) + 1
    holders = np.bincount(ids, minlength=total)
    person_of = np.full(total, -1, np.int64)
    person_of[ids] = remaining
    counted = holders[rows] - (0 if owners is None else 1)
    return counted, np.where(counted > 0, person_of[rows], -1)


@dataclass(frozen=True)
class SharedCodes:
    """A file's and a cohort's column under one code: `rows` (rows,), `people` (people,), -1 for others."""

    rows: NDArray[np.int64] = field(repr=False)
    people: NDArray[np.int64] = field(repr=False)
    levels: int

    @classmethod
    def between(cls, mine: Floats, theirs: Floats) -> "SharedCodes":
        """Give the values of a file column codes, in the file and in the cohort."""
        # A missing value is the last distinct value and is found like any other.
        distinct, rows = np.unique(mine, return_inverse=True, equal_nan=True)
        place = np.minimum(np.searchsorted(distinct, theirs), len(distinct) - 1)
        found = distinct[place]
        same = (found == theirs) | (np.isnan(found) & np.isnan(theirs))
        return cls(rows.astype(np.int64), np.where(same, place, -1).astype(np.int64), len(distinct))

    @property
    def contained(self) -> float:
        """The share of the file's cells whose value any participant has."""
        counts = np.bincount(self.people[self.people >= 0], minlength=self.levels)
        return float(np.mean(counts[self.rows] > 0))


def _no_columns(file_columns: Mapping[str, Values], cohort: CohortColumns) -> PartialAssignment:
    rows = len(next(iter(file_columns.values())).keys)
    return PartialAssignment(
        (),
        np.zeros(rows, np.int64),
        np.arange(cohort.people),
        np.zeros(cohort.people, np.int64),
        np.zeros(rows),
        0.0,
    )


def _keep_matching(
    rows: NDArray[np.int64], remaining: NDArray[np.int64], ids: NDArray[np.int64], coding: SharedCodes
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Keep the people whose tuple, with one more column, is still some row's; renumber the tuples."""
    kept = coding.people >= 0
    remaining, ids = remaining[kept], ids[kept] * coding.levels + coding.people[kept]
    distinct, rows = np.unique(rows * coding.levels + coding.rows, return_inverse=True)
    place = np.minimum(np.searchsorted(distinct, ids), len(distinct) - 1)
    same = distinct[place] == ids
    return rows.astype(np.int64), remaining[same], place[same].astype(np.int64)


def _with_column(
    state: PartialAssignment, name: str, column: "RoundedColumn", coding: SharedCodes, people: int
) -> PartialAssignment:
    narrow = SharedCodes(coding.rows, coding.people[state.remaining], coding.levels)
    rows, remaining, ids = _keep_matching(state.rows, state.remaining, state.ids, narrow)
    alone = np.bincount(coding.people[coding.people >= 0], minlength=coding.levels)[coding.rows]
    expected = state.expected + np.log2(np.maximum(alone, 0.5) / people)
    grown = PartialAssignment((*state.pairs, (name, column)), rows, remaining, ids, expected, 0.0)
    # Likelihood of the rows as the cohort's against independent columns; part of the rows may be foreign.
    ratio = grown.holders / people / 2.0**expected
    grown.score = float(np.sum(np.log2(1 - LIMITS.participants_share + LIMITS.participants_share * ratio)))
    return grown
