"""What linked tables reveal together: small differences, and suppressed counts that they bound too closely.

The audit problem of linked tables (de Wolf and Giessing 2009; Fischetti and Salazar 2001; tau-ARGUS manual,
audit): all published counts are sums over the finest groups of the tables, and a linear programme gives the
bounds of every sum that is not published.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.linear_bounds import CountSystem, TooLargeError
from strongroom.disclosure.output_rules.linked_tables import Block
from strongroom.disclosure.output_rules.recoverable_cells import MOST_HIDDEN, is_revealing
from strongroom.disclosure.output_rules.results import Reason, Status
from strongroom.thresholds import Thresholds, threshold

Mask = NDArray[np.bool_]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_groups: int = threshold(
        2_000,
        "finest groups",
        "cost: a linear programme over more, with a row per count, takes a second or more",
    )
    most_counts: int = threshold(
        1_000,
        "counts",
        "cost: with most_groups bounds the matrix of a block to 16 MB; counts are compared in pairs",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Linkage:
    """What linked tables reveal, and the cells of the new table that it concerns, shape (cells, 2)."""

    reason: Reason
    status: Status
    cells: NDArray[np.int64]


def audit(blocks: Iterable[Block], smallest: int, *, primary: bool = False) -> Iterator[Linkage]:
    """Yield what the first table of the blocks reveals together with the others.

    A difference of 1 to `smallest` - 1 people is disclosive, as is a group that the tables do not show but
    bound to so many people, and a suppressed count that they bound to within `smallest` people. With
    `primary`, suppressed counts are known to be 1 to `smallest` - 1, and disclosive if determined exactly. A
    block too large to solve needs review.
    """
    for block in blocks:
        if set(block.table.tolist()) <= {0} or not (block.table == 0).any():
            yield from _only_here(block, smallest)
        elif block.groups > LIMITS.most_groups or len(block.counts) > LIMITS.most_counts:
            yield Linkage(Reason.UNAUDITED, Status.REVIEW, _new_cells(block))
        else:
            yield from _linked(block, smallest, primary=primary)


def _linked(block: Block, smallest: int, *, primary: bool) -> Iterator[Linkage]:
    found = list(_differences(block, smallest))
    yield from found
    if found or block.groups == 1:
        return
    try:
        yield from _solved(block, smallest, primary=primary)
    except TooLargeError:
        yield Linkage(Reason.UNAUDITED, Status.REVIEW, _new_cells(block))


def _only_here(block: Block, smallest: int) -> Iterator[Linkage]:
    """Yield small counts that one side has and the other has not: subtracting 0 leaves them."""
    for number in np.flatnonzero((block.counts > 0) & (block.counts < smallest) & (block.spare == 0)):
        cells = block.cells[number] if block.table[number] == 0 else _NOWHERE
        yield Linkage(Reason.DIFFERENCE, Status.FAIL, cells)


_NOWHERE = np.zeros((0, 2), np.int64)


def _differences(block: Block, smallest: int) -> Iterator[Linkage]:
    """Yield counts of a group and of a part of it, in two tables, that differ by too few people."""
    members, counts = block.members.astype(np.int64), block.counts
    sizes = members.sum(axis=1)
    part_of = members @ members.T == sizes[:, None]
    with np.errstate(invalid="ignore"):
        apart = counts[None, :] - counts[:, None]
        few = (np.abs(apart) > 0) & (np.abs(apart) < smallest)
    few &= (apart > 0) | (sizes[:, None] == sizes[None, :])
    exact = block.spare == 0
    new = block.table == 0
    pairs = part_of & few & exact[:, None] & exact[None, :] & (new[:, None] != new[None, :])
    for first, second in np.argwhere(pairs):
        cells = block.cells[first if new[first] else second]
        yield Linkage(Reason.DIFFERENCE, Status.FAIL, cells)


def _solved(block: Block, smallest: int, *, primary: bool) -> Iterator[Linkage]:
    known = np.isfinite(block.counts)
    system, before = _system(block, known), _system(block, known & (block.table != 0))
    apart = system.people_apart()
    if apart:
        if apart < smallest and not block.spare.any() and not before.people_apart():
            yield Linkage(Reason.DIFFERENCE, Status.FAIL, _new_cells(block))
        return
    counted = {row.tobytes() for row in block.members}
    single = np.eye(block.groups, dtype=np.bool_)
    groups = single[[row.tobytes() not in counted for row in single]]
    small = groups[system.within(groups, 1, smallest - 1)]
    if len(small):
        small = np.delete(small, before.within(small, 1, smallest - 1), axis=0)
    for group in small:
        yield Linkage(Reason.DIFFERENCE, Status.FAIL, _new_cells(block, group))
    for number in _revealed(block, system, smallest, primary=primary):
        if not _reveals(before, block.members[number], smallest):
            cells = block.cells[number] if block.table[number] == 0 else _NOWHERE
            yield Linkage(Reason.RECOVERABLE, Status.FAIL, cells)


def _system(block: Block, known: Mask) -> CountSystem:
    counts, spare = block.counts[known], block.spare[known]
    return CountSystem(block.members[known].astype(np.float64), np.maximum(counts - spare, 0), counts + spare)


def _revealed(block: Block, system: CountSystem, smallest: int, *, primary: bool) -> list[int]:
    """Return the suppressed counts that the system bounds too closely."""
    hidden = np.flatnonzero(np.isnan(block.counts)).tolist()
    if len(hidden) > MOST_HIDDEN:
        raise TooLargeError
    found = {number for number in hidden if _reveals(system, block.members[number], smallest)}
    if primary and hidden:
        found |= _determined(block, system, hidden, smallest)
    return sorted(found)


def _reveals(system: CountSystem, group: Mask, smallest: int) -> bool:
    return is_revealing(*system.bounds(group), smallest)


def _determined(block: Block, system: CountSystem, hidden: list[int], smallest: int) -> set[int]:
    """Return the suppressed counts that are determined by each being 1 to `smallest` - 1."""
    cells = np.array([len(block.cells[number]) for number in hidden])
    smaller = CountSystem(
        np.vstack([system.sums, block.members[hidden]]),
        np.concatenate([system.lower, cells]),
        np.concatenate([system.upper, cells * (smallest - 1)]),
    )
    if smaller.people_apart():
        return set()  # some were suppressed to protect others
    bounds = [smaller.bounds(block.members[number]) for number in hidden]
    return {number for number, (low, high) in zip(hidden, bounds, strict=True) if low == high}


def _new_cells(block: Block, group: Mask | None = None) -> NDArray[np.int64]:
    """Return the new table's cells that share people with a group, or all of them in the block."""
    new = block.table == 0
    sharing = new if group is None else new & (block.members & group).any(axis=1)
    chosen = np.flatnonzero(sharing if sharing.any() else new)
    return np.concatenate([block.cells[number] for number in chosen])
