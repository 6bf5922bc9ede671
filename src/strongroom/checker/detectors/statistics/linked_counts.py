"""Which earlier tables count the same people as a new one, and what all of them reveal together.

Nothing in a file says whom its tables count. Two tables are taken to count the same people if their sums over
the groups that both have agree, within the few people looked for, better than sums of different people would
by chance.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from strongroom.disclosure.output_rules.count_groups import GroupCounts, read_counts
from strongroom.disclosure.output_rules.group_labels import EVERYONE, Band, Cut, Group, plain_name
from strongroom.disclosure.output_rules.input_table import InputTable
from strongroom.disclosure.output_rules.linked_audit import Linkage, audit
from strongroom.disclosure.output_rules.linked_tables import Block, linked_blocks
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_rows: int = threshold(
        200,
        "rows",
        "cost: labels are read and groups intersected; tables of more groups are lists of codes or data",
    )
    most_chance: float = threshold(
        1e-2,
        "probability",
        "judgement: tables of one project often count the same people, so a weaker agreement links them than "
        "those of other projects; at 1e-3 totals 3 people apart are linked from 7,000 people only, at 1e-1 "
        "tables of different groups are linked by chance",
    )
    most_chance_elsewhere: float = threshold(
        1e-3, "probability", "judgement: as for tables with equal labels; other projects choose other people"
    )
    most_chance_hidden: float = threshold(
        0.2,
        "probability",
        "judgement: a suppressed count leaves room for threshold - 1 people, so totals of 50 people agree by "
        "chance one time in five; tables with a suppressed count are few, and a smaller value misses them",
    )
    most_compared: int = threshold(
        20,
        "tables",
        "judgement: the chance of a link is multiplied by the tables compared, because of the 190 pairs of "
        "20 tables some agree by chance; without a bound a project of hundreds of tables would have no links "
        "at all in a cohort of a few thousand people",
    )
    most_joint: int = threshold(
        8,
        "tables",
        "cost: the groups of all are crossed; the eight latest are solved at once",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class LinkableTable:
    """A table of counts, the name to call it by, and whether the same project made it."""

    table: InputTable = field(repr=False)
    place: str
    own: bool

    @cached_property
    def sides(self) -> list["_Side"]:
        """Its counts by measure; none if it is too long."""
        return [_Side(counts) for counts in read_counts(self.table)] if self.short else []

    @property
    def short(self) -> bool:
        """Whether it has few enough rows to be linked."""
        return len(self.table.numbers) <= LIMITS.most_rows

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of its variables, the columns of counts included: they may be categories."""
        return frozenset(map(plain_name, (*self.table.label_names, *self.table.names)))

    @cached_property
    def sizes(self) -> tuple[float, ...]:
        """What its total may be: the largest count, and the sums of its columns and of all of them."""
        numbers = np.nan_to_num(self.table.numbers)
        return (float(numbers.max()), float(numbers.sum()), *map(float, numbers.sum(axis=0)))

    @cached_property
    def hidden(self) -> int:
        """The number of suppressed counts."""
        return int(np.isnan(self.table.numbers).sum())


def linked(
    new: LinkableTable, earlier: Sequence[LinkableTable], smallest: int
) -> Iterator[tuple[Linkage, str]]:
    """Yield what a table reveals with earlier ones, each with the table's name, of several the latest's."""
    together: dict[str, list[tuple[GroupCounts, str]]] = {}
    compared = min(LIMITS.most_compared, max(1, sum(other.own for other in earlier)))
    for other in reversed(earlier):
        if not _may_be_linked(new, other, smallest):
            continue
        for pair in _of_same_measure(new, other):
            one, two = (side.counts for side in pair)
            if _equal_labels(one, two) or _disagree_at_sight(*pair, smallest):
                continue
            if not _same_people(one, two, smallest, own=other.own, compared=compared):
                continue
            for found in audit(linked_blocks([one, two]), smallest):
                yield found, other.place
            together.setdefault(one.measure, []).append((two, other.place))
    for mine in (side.counts for side in new.sides):
        others = together.get(mine.measure, [])[: LIMITS.most_joint]
        if len(others) > 1:
            tables = [mine, *(counts for counts, _ in others)]
            for found in audit(linked_blocks(tables), smallest):
                yield found, others[0][1]


def _may_be_linked(new: LinkableTable, other: LinkableTable, smallest: int) -> bool:
    """Tell whether two tables share a variable, or may have the same total: cheap, before labels are read."""
    if not (new.short and other.short):
        return False
    if new.variables & other.variables:
        return True
    room = smallest * (1 + new.hidden + other.hidden)
    return bool((np.abs(np.subtract.outer(new.sizes, other.sizes)) < room).any())


@dataclass(frozen=True)
class _Side:
    """Counts of one measure, with what tells at sight that others are of different people."""

    counts: GroupCounts

    @cached_property
    def by_group(self) -> dict[tuple[Group, ...], float]:
        """The published counts by group."""
        groups = zip(self.counts.groups, self.counts.counts.tolist(), strict=True)
        return {group: count for group, count in groups if count == count}  # noqa: PLR0124 - not nan

    @cached_property
    def total(self) -> tuple[float, int]:
        """The sum of the counts that make up the total, and how many of them are suppressed."""
        parts = _total(self.counts).counts
        return float(np.nansum(parts)), int(np.isnan(parts).sum())

    @cached_property
    def labels(self) -> frozenset[Group]:
        """The groups of all its variables."""
        return frozenset(group for groups in self.counts.groups for group in groups) - {EVERYONE}

    @cached_property
    def span(self) -> tuple[Cut, Cut] | None:
        """The ends of the bands of its only variable, None if they leave gaps or overlap."""
        bands = sorted((g.low, g.high) for (*_, g) in self.counts.groups if isinstance(g, Band))
        whole = len(self.counts.variables) == 1 and len(bands) == int((~self.counts.of_everyone).sum())
        if not whole or not bands or any(one[1] != next_[0] for one, next_ in pairwise(bands)):
            return None
        return bands[0][0], bands[-1][1]


def _of_same_measure(new: LinkableTable, other: LinkableTable) -> Iterator[tuple[_Side, _Side]]:
    for mine in new.sides:
        yield from ((mine, theirs) for theirs in other.sides if theirs.counts.measure == mine.counts.measure)


def _disagree_at_sight(one: _Side, other: _Side, smallest: int) -> bool:
    """Tell whether two tables certainly count different people: cheap, before their groups are crossed."""
    if one.counts.variables == other.counts.variables:
        shared = one.by_group.keys() & other.by_group.keys()
        if any(abs(one.by_group[group] - other.by_group[group]) >= smallest for group in shared):
            return True
        comparable = one.span is not None and one.span == other.span
    else:
        shares = set(one.counts.variables) & set(other.counts.variables)
        comparable = not shares and not one.labels & other.labels
    if not comparable:
        return False
    (first, first_hidden), (second, second_hidden) = one.total, other.total
    return _agreement([first, second], [first_hidden, second_hidden], smallest) is None


def _equal_labels(one: GroupCounts, other: GroupCounts) -> bool:
    """Tell whether both have the same groups without suppressed counts, which are compared count by count."""
    same = one.variables == other.variables and set(one.groups) == set(other.groups)
    return same and not np.isnan(one.counts).any() and not np.isnan(other.counts).any()


def _same_people(one: GroupCounts, other: GroupCounts, smallest: int, *, own: bool, compared: int) -> bool:
    """Tell whether two tables, of `compared` that may agree, agree too well to count different people."""
    agreements = list(_agreements(_comparable(one, other), smallest))
    if not agreements or any(each is None for each in agreements):
        return False
    known = [each for each in agreements if each is not None]
    chance = float(np.prod([each.chance for each in known]))
    if not own:
        return chance <= LIMITS.most_chance_elsewhere
    hidden = any(each.hidden for each in known)
    return chance <= LIMITS.most_chance_hidden if hidden else compared * chance <= LIMITS.most_chance


@dataclass(frozen=True)
class _Agreement:
    """The probability that sums of different people agree as well; whether one has a suppressed count."""

    chance: float
    hidden: bool = False


def _agreements(blocks: Iterable[Block], smallest: int) -> Iterator[_Agreement | None]:
    """Yield how well two tables agree in each block whose people both count; None where they disagree."""
    for block in blocks:
        sides = [block.table == place for place in (0, 1)]
        within = [block.shared[np.ix_(side, side)] for side in sides]
        if any(not side.any() for side in sides) or any(np.triu(each, 1).any() for each in within):
            continue  # only one of them counts these people, or counts them twice
        covered = [float(np.trace(each)) for each in within]
        common = float(block.shared[np.ix_(*sides)].sum())
        sums = [float(np.nansum(block.counts[side])) for side in sides]
        hidden = [int(np.isnan(block.counts[side]).sum()) for side in sides]
        if covered[0] == covered[1] == common:
            yield _agreement(sums, hidden, smallest)
            continue
        inside = [each == common for each in covered]
        more = sums[1] - sums[0] if inside[0] else sums[0] - sums[1]
        if any(inside) and not any(hidden) and 0 <= more < smallest:
            # One counts a few more groups of people, with a few people in them.
            yield _agreement(sums, hidden, smallest)


def _agreement(sums: list[float], hidden: list[int], smallest: int) -> _Agreement | None:
    size, apart = max(*sums, 1.0), sums[1] - sums[0]
    if not any(hidden):
        return _Agreement(min(1.0, (2 * abs(apart) + 1) / size)) if abs(apart) < smallest else None
    if all(hidden):
        return _Agreement(1.0, hidden=True)
    missing = apart if hidden[0] else -apart
    room = max(hidden) * (smallest - 1)
    return _Agreement(min(1.0, room / size), hidden=True) if 0 <= missing <= room else None


def _comparable(one: GroupCounts, other: GroupCounts) -> Iterator[Block]:
    """Yield blocks of both without their totals, or with nothing but totals if they share no variable."""
    if set(one.variables) & set(other.variables):
        return linked_blocks([_without_totals(one), _without_totals(other)])
    return linked_blocks([_total(one), _total(other)])


def _without_totals(table: GroupCounts) -> GroupCounts:
    totals = table.of_everyone
    return table if totals.all() else table.chosen(~totals)


def _total(table: GroupCounts) -> GroupCounts:
    """Return a table's total, or the counts that add up to it."""
    whole = np.array([set(groups) == {EVERYONE} for groups in table.groups]) & np.isfinite(table.counts)
    return table.chosen(whole) if whole.any() else _without_totals(table)
