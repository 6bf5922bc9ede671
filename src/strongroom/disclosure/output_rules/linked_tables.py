"""Tables about the same people as one system of sums, over the finest groups that their labels define.

Where one table has ages 40-49 and another 40-50, the finest groups are 40-49 and 50; a table by age and one
by sex have the groups of age by sex in common. Each published count is a sum over such groups. The system
falls into blocks that share no group, such as the rows of two tables with the same labels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.output_rules.count_groups import COLUMNS, Counts, GroupCounts
from strongroom.disclosure.output_rules.group_labels import (
    EVERYONE,
    Band,
    Categories,
    Group,
    joined_names,
)

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Block:
    """Counts of several tables, shape (counts,), nan if suppressed, over the same finest groups.

    `table` is the place of each count's table, `members` says which finest groups each count adds up, shape
    (counts, groups), and `cells` where each count is in its table: an array of shape (cells, 2) per count.
    """

    table: NDArray[np.int64]
    counts: Counts
    spare: Counts
    axes: tuple[NDArray[np.bool_], ...]
    cells: tuple[NDArray[np.int64], ...]

    @property
    def groups(self) -> int:
        """The number of finest groups."""
        return prod(axis.shape[1] for axis in self.axes)

    @cached_property
    def shared(self) -> NDArray[np.float64]:
        """How many finest groups each two counts have in common, shape (counts, counts).

        Computed axis by axis: of a few tables with many variables the finest groups are too many to list.
        """
        found = np.ones((len(self.counts), len(self.counts)))
        for axis in self.axes:
            ones = axis.astype(np.float64)
            found *= ones @ ones.T
        return found

    @cached_property
    def members(self) -> Mask:
        """Which finest groups each count adds up, shape (counts, groups)."""
        members = np.ones((len(self.counts), 1), np.bool_)
        for axis in self.axes:
            members = (members[:, :, None] & axis[:, None, :]).reshape(len(self.counts), -1)
        return members


def linked_blocks(tables: Sequence[GroupCounts]) -> Iterator[Block]:
    """Yield the blocks of tables of one measure, the new table first.

    Of two tables, categories that occur in one only are taken for the same people merged differently.
    """
    named = _with_column_names([_with_different_variables(table) for table in tables])
    kept = [_without_redundant_totals(table) for table in named]
    variables = list(dict.fromkeys(name for table in kept for name in table.variables))
    axes = [_Axis.of(name, kept) for name in variables]
    of_variable = dict(zip(variables, axes, strict=True))
    rows: dict[tuple[int, ...], list[_Count]] = {}
    for place, table in enumerate(kept):
        for count in _counts(place, table, of_variable):
            rows.setdefault(count.block, []).append(count)
    for block, counts in rows.items():
        yield _block(block, counts, axes)


def _with_different_variables(table: GroupCounts) -> GroupCounts:
    """Return a table in which no two variables have one name, as columns headed alike would."""
    names = [
        name if name not in table.variables[:place] else f"{name} {place + 1}"
        for place, name in enumerate(table.variables)
    ]
    return replace(table, variables=tuple(names))


@dataclass(frozen=True)
class _Axis:
    """The finest values of one variable: which of them each group has, and the block of each value."""

    members: dict[Group, Mask]
    block: NDArray[np.int64]

    @classmethod
    def of(cls, variable: str, tables: Sequence[GroupCounts]) -> "_Axis":
        by_table = [
            {group[table.variables.index(variable)] for group in table.groups}
            for table in tables
            if variable in table.variables
        ]
        everywhere = len(by_table) == len(tables) and not any(EVERYONE in groups for groups in by_table)
        members = _members(by_table, merge=len(tables) == len(by_table) == 2)  # noqa: PLR2004 - two tables
        size = len(next(iter(members.values()))) if members else 1
        members[EVERYONE] = np.ones(size, np.bool_)
        if not everywhere:
            return cls(members, np.zeros(size, np.int64))
        return cls(members, _connected([each for group, each in members.items() if group != EVERYONE], size))


def _members(by_table: list[set[Group]], *, merge: bool) -> dict[Group, Mask]:
    """Return which finest values each group has."""
    groups = [group for each in by_table for group in each if group != EVERYONE]
    bands = {group for group in groups if isinstance(group, Band)}
    cuts = sorted({cut for band in bands for cut in (band.low, band.high)})
    segments = [
        (low, high)
        for low, high in pairwise(cuts)
        if any(band.low <= low and high <= band.high for band in bands)
    ]
    names = _names_of(groups)
    number = _numbered(names, by_table, first=len(segments), merge=merge)
    size = max([len(segments), *(place + 1 for place in number.values())])
    members: dict[Group, Mask] = {}
    for group in groups:
        row = np.zeros(size, np.bool_)
        if isinstance(group, Band):
            row[: len(segments)] = [group.low <= low and high <= group.high for low, high in segments]
        else:
            row[[number[name] for name in names[group]]] = True
        members[group] = row
    return members


def _names_of(groups: Sequence[Group]) -> dict[Group, frozenset[str]]:
    """Return the categories of each label; one that joins others ("Indian or Pakistani") has them all."""
    categories = [group for group in groups if isinstance(group, Categories)]
    known = {name for group in categories for name in group.names}
    found: dict[Group, frozenset[str]] = {}
    for group in categories:
        (text,) = group.names
        parts = frozenset(joined_names(text))
        found[group] = parts if len(parts) > 1 and parts <= known else group.names
    return found


def _numbered(
    names: dict[Group, frozenset[str]], by_table: list[set[Group]], *, first: int, merge: bool
) -> dict[str, int]:
    """Give each category a number from `first`, and those in only one of two tables the same one."""
    used = [{name for group in groups for name in names.get(group, ())} for groups in by_table]
    every = sorted(set().union(*used)) if used else []
    only = [used[0] - used[1], used[1] - used[0]] if merge else []
    merged = set().union(*only) if only and all(only) else set()
    kept = [name for name in every if name not in merged]
    number = {name: first + place for place, name in enumerate(kept)}
    return number | dict.fromkeys(merged, first + len(kept))


def _connected(members: Sequence[Mask], size: int) -> NDArray[np.int64]:
    """Return the block of each value: values of one group are in one block."""
    block = np.arange(size)
    for each in members:
        joined = np.unique(block[each])
        block[np.isin(block, joined)] = joined[0]
    return block


@dataclass(frozen=True)
class _Count:
    table: int
    count: float
    spare: float
    members: tuple[Mask, ...]
    block: tuple[int, ...]
    cells: NDArray[np.int64]


def _counts(place: int, table: GroupCounts, axes: dict[str, _Axis]) -> Iterator[_Count]:
    """Yield a table's counts, those of the same finest groups added up."""
    found: dict[tuple[object, ...], list[int]] = {}
    in_axes: list[tuple[Group, ...]] = []
    for number, groups in enumerate(table.groups):
        by_name = dict(zip(table.variables, groups, strict=True))
        in_axes.append(tuple(by_name.get(name, EVERYONE) for name in axes))
        same = tuple(
            (group == EVERYONE, axes[name].members[group].tobytes())
            for name, group in zip(axes, in_axes[-1], strict=True)
        )
        found.setdefault(same, []).append(number)
    for numbers in found.values():
        members = tuple(
            axes[name].members[group] for name, group in zip(axes, in_axes[numbers[0]], strict=True)
        )
        yield _Count(
            place,
            float(table.counts[numbers].sum()),
            table.spare * len(numbers),
            members,
            tuple(int(axis.block[each][0]) for axis, each in zip(axes.values(), members, strict=True)),
            table.cells[numbers],
        )


def _block(block: tuple[int, ...], counts: Sequence[_Count], axes: Sequence[_Axis]) -> Block:
    inside = [axis.block == number for axis, number in zip(axes, block, strict=True)]
    return Block(
        np.array([each.table for each in counts]),
        np.array([each.count for each in counts]),
        np.array([each.spare for each in counts]),
        tuple(
            np.array([each.members[place][chosen] for each in counts]) for place, chosen in enumerate(inside)
        ),
        tuple(each.cells for each in counts),
    )


def _without_redundant_totals(table: GroupCounts) -> GroupCounts:
    """Leave out totals of counts that are all published and add up to them."""
    totals = table.of_everyone
    if not totals.any() or totals.all() or np.isnan(table.counts[~totals]).any():
        return table
    number_of = {group: place for place, group in enumerate(dict.fromkeys(sum(table.groups, ())))}
    parts = np.array([[number_of[group] for group in groups] for groups in table.groups])
    everyone = np.array([[group == EVERYONE for group in groups] for groups in table.groups])
    kept = ~totals
    for number in np.flatnonzero(totals):
        same = (~totals) & ((parts == parts[number]) | everyone[number]).all(axis=1)
        kept[number] = table.counts[same].sum() != table.counts[number] and np.isfinite(table.counts[number])
    return table.chosen(kept)


def _with_column_names(tables: Sequence[GroupCounts]) -> list[GroupCounts]:
    """Name the columns of a cross table after the variable of another table that has its categories."""
    named = list(tables)
    for place, table in enumerate(tables):
        if COLUMNS not in table.variables:
            continue
        columns = _labels_of(table, COLUMNS)
        for other in tables:
            for name in other.variables:
                alike = name != COLUMNS and name not in table.variables
                if alike and len(columns & _labels_of(other, name)) > len(columns) / 2:
                    variables = tuple(name if each == COLUMNS else each for each in named[place].variables)
                    named[place] = replace(table, variables=variables)
    return named


def _labels_of(table: GroupCounts, variable: str) -> set[Group]:
    place = table.variables.index(variable)
    return {group[place] for group in table.groups} - {EVERYONE}
