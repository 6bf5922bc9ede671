"""Candidate participants for each row, found by several sets of the most informative columns.

Where a few columns identify a row, near neighbours are looked up in a k-d tree (Bentley 1975), in time linear
in the rows. Where values are so noisy that many columns are needed, and for some rows that lack one of the
few, all participants are compared in one matrix product: the sum over columns of ((row - person) / width)^2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from strongroom.matching.alignment.cell_likelihood import CellModel
from strongroom.matching.alignment.value_voting import people_sharing_values
from strongroom.matching.recognised import Floats, Places
from strongroom.thresholds import Thresholds, threshold

Singles = NDArray[np.float32]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    spare_bits: float = threshold(
        5.0,
        "bits",
        "judgement: with 5 bits beyond log2(people) one row in 32 has a second candidate by chance",
    )
    sets: int = threshold(
        3,
        "sets of columns",
        "judgement: with three disjoint sets, one altered value in each of two still leaves one",
    )
    most_dimensions: int = threshold(6, "columns", "cost: k-d trees lose their advantage in more dimensions")
    neighbours: int = threshold(
        12, "people a row", "cost: with spare_bits the true person is nearly always among them"
    )
    kept: int = threshold(96, "people a row", "cost: candidates that all columns compare")
    within: float = threshold(
        24.0, "nats below the best", "judgement: further below nobody becomes the best by the remaining terms"
    )
    block_cells: int = threshold(60_000_000, "rows x people", "cost: 240 MB of single-precision scores")
    spare_cells: int = threshold(
        100_000_000, "rows x people", "cost: bounds the comparison of rows that no set of columns finds"
    )
    least_compared: int = threshold(200, "rows", "judgement: fewer rows do not settle a column")
    compared_cells: int = threshold(
        120_000_000, "rows x people", "cost: bounds the repeated comparisons with everybody"
    )
    bins: int = threshold(96, "bins", "derived: a quarter of a nat each")
    mostly_replaced: float = threshold(
        0.3,
        "share of values",
        "derived: of three sets of two or three columns one is then spoilt in most rows (1 - 0.7^2 = 0.5)",
    )
    farthest: float = threshold(
        1e4, "SDs", "judgement: keeps squares within single precision; so far off all are equally impossible"
    )


LIMITS = _Limits()
SPARE_BITS = LIMITS.spare_bits
_BINS = LIMITS.bins


@dataclass(frozen=True)
class Search:
    """Sets of columns, by position, each of which identifies a row; `everybody` if it takes all columns.

    With `any_few`, rows are identified by whichever of their values are unaltered.
    """

    sets: tuple[tuple[int, ...], ...]
    everybody: bool
    any_few: bool = False


def planned(models: Sequence[CellModel], values: Sequence[Floats], *, people: int) -> Search:
    """Choose the columns to search by."""
    if np.mean([model.column.replaced for model in models]) >= LIMITS.mostly_replaced:
        return Search((tuple(range(len(models))),), everybody=False, any_few=True)
    bits = [model.information(mine) for model, mine in zip(models, values, strict=True)]
    wanted = np.log2(people) + SPARE_BITS
    order = [int(place) for place in np.argsort(bits)[::-1] if bits[place] > 0]
    sets: list[tuple[int, ...]] = []
    for _ in range(LIMITS.sets):
        used = {place for each in sets for place in each}
        chosen: list[int] = []
        # Disjoint while the columns last, so that one altered value does not spoil every set.
        for place in sorted(order, key=lambda each: each in used):
            if sum(bits[each] for each in chosen) >= wanted or len(chosen) == LIMITS.most_dimensions:
                break
            chosen.append(place)
        enough = sum(bits[each] for each in chosen) >= wanted
        if not enough or (sets and not set(chosen) - used):
            break
        sets.append(tuple(sorted(chosen)))
    if sets:
        return Search(tuple(sets), everybody=False)
    return Search((tuple(order),), everybody=True)


def affordable(people: int) -> int:
    """Return how many rows can be compared with all participants repeatedly."""
    return max(LIMITS.least_compared, LIMITS.compared_cells // people)


def candidates(
    search: Search, models: Sequence[CellModel], values: Sequence[Floats]
) -> tuple[Places, Places]:
    """Return pairs of a row (its position in `values`) and a stored row of the cohort, ordered by row."""
    people, total = len(models[0].middle), len(values[0])
    if search.any_few:
        pairs = people_sharing_values(models, values)
    elif search.everybody:
        pairs = _compared_with_all(models, values, np.arange(total))
    else:
        near = [
            _neighbours([models[each] for each in chosen], [values[each] for each in chosen])
            for chosen in search.sets
        ]
        pairs = np.unique(np.concatenate(near))
        alone = np.ones(total, bool)
        alone[pairs // people] = False
        some = np.flatnonzero(alone)[: LIMITS.spare_cells // people]
        if len(some):
            pairs = np.concatenate([pairs, _compared_with_all(models, values, some)])
    pairs = np.sort(pairs)
    rows, persons = np.divmod(pairs, people)
    return rows, persons


def _neighbours(models: Sequence[CellModel], values: Sequence[Floats]) -> Places:
    """Return row * people + person for those within the tolerance of every column."""
    people = len(models[0].middle)
    theirs = np.column_stack([model.all_steps for model in models])
    mine = np.column_stack([model.steps(value) for model, value in zip(models, values, strict=True)])
    known = np.flatnonzero(np.all(np.isfinite(theirs), axis=1))
    asked = np.flatnonzero(np.all(np.isfinite(mine), axis=1))
    if len(known) == 0 or len(asked) == 0:
        return np.empty(0, np.int64)
    tree = cKDTree(theirs[known], balanced_tree=False, compact_nodes=False)
    most = min(LIMITS.neighbours, len(known))
    _, near = tree.query(mine[asked], k=most, p=np.inf, distance_upper_bound=1.0 + 1e-6, workers=-1)
    near = near.reshape(len(asked), most)
    row, place = np.nonzero(near < len(known))
    pairs: Places = asked[row] * people + known[near[row, place]]
    return pairs


def _compared_with_all(models: Sequence[CellModel], values: Sequence[Floats], rows: Places) -> Places:
    """Return row * people + person for the nearest, with missing values counting as neither near nor far."""
    people, total = len(models[0].middle), len(rows)
    theirs = np.empty((3 * len(models), people), np.float32)
    mine = np.empty((total, 3 * len(models)), np.float32)
    for place, (model, value) in enumerate(zip(models, values, strict=True)):
        # Half a squared distance, less what it is on average, so that more columns known are better.
        scale, sample = model.tolerance / model.width, model.steps(model.sample)
        there, here = (
            scale * (each - np.median(sample)) for each in (model.all_steps, model.steps(value[rows]))
        )
        usual = 0.5 * np.log(np.maximum(np.var(sample) * scale**2, 1.0))
        has, asked = np.isfinite(there), np.isfinite(here)
        there, here = (
            np.clip(np.nan_to_num(each), -LIMITS.farthest, LIMITS.farthest) for each in (there, here)
        )
        theirs[3 * place : 3 * place + 3] = has, there * has, 0.5 * there**2 * has
        mine[:, 3 * place] = asked * (usual - 0.5 * here**2)
        mine[:, 3 * place + 1], mine[:, 3 * place + 2] = asked * here, -1.0 * asked
    found = []
    step = max(1, LIMITS.block_cells // people)
    for start in range(0, total, step):
        scores = mine[start : start + step] @ theirs
        near = np.full((len(scores), LIMITS.kept), -1, np.int64)
        _best(scores, np.float32(LIMITS.within), near)
        row, kept = np.nonzero(near >= 0)
        found.append(rows[start + row] * people + near[row, kept])
    return np.concatenate(found) if found else np.empty(0, np.int64)


@numba.njit(cache=True, nogil=True)
def _best(scores: Singles, within: np.float32, near: Places) -> None:
    """Write to `near` (rows, kept) the positions of the highest scores, within `within` of the best."""
    rows, people = scores.shape
    kept = near.shape[1]
    for row in range(rows):
        top = scores[row, 0]
        for person in range(people):
            top = max(top, scores[row, person])
        counts = np.zeros(_BINS, np.int64)
        scale = np.float32(_BINS) / within
        for person in range(people):
            gap = top - scores[row, person]
            if gap < within:
                counts[min(int(gap * scale), _BINS - 1)] += 1
        last, total = 0, counts[0]
        while last + 1 < _BINS and total + counts[last + 1] <= kept:
            last += 1
            total += counts[last]
        limit = (last + 1) / scale
        place = 0
        for person in range(people):
            if top - scores[row, person] < limit and place < kept:
                near[row, place] = person
                place += 1
