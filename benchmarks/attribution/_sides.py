"""Ours and each published scheme on one table, tuned to distort it as much."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from benchmarks.attribution._attacks import Leak
from benchmarks.attribution._peers import SCHEMES, Scheme
from benchmarks.attribution._peers.ncorr import NCorr
from benchmarks.attribution._peers.scheme import Floats, Ints, Rows
from benchmarks.attribution._peers.toolbox import AuthorsNCorr
from benchmarks.attribution._run import BAR, Tracer
from benchmarks.attribution._world import World

OURS = "strongroom"
_AS_PUBLISHED = 0.125
_MOST_BITS, _HALVINGS = 12, 14


@dataclass(frozen=True)
class Table:
    """The table that is marked: these people and columns of a cohort, for so many recipients."""

    world: World
    people: Ints
    names: list[str]
    recipients: int

    @cached_property
    def original(self) -> Floats:
        """The values before any mark; shape (people, columns)."""
        return self.world.original(self.people, self.names)

    @cached_property
    def steps(self) -> Floats:
        """The grid of each column."""
        return np.array([self.world.rule(name).step for name in self.names])

    def distortion(self, copy: Floats) -> float:
        """Return the root mean square change over all cells, in SDs of their columns."""
        spreads = np.array([self.world.spread(name) for name in self.names])
        return float(np.sqrt(np.nanmean(((copy - self.original) / spreads) ** 2)))

    def scheme(self, kind: type[Scheme], *, share: float, significant: int) -> Scheme:
        """Return a peer on this table."""
        rows = Rows(self.people, self.original, np.arange(len(self.names)))
        return kind(rows, self.steps, recipients=self.recipients, share=share, significant=significant)


@dataclass(frozen=True)
class Side:
    """One scheme on a table: a recipient's copy, and whom it accuses of a leak.

    `accused` is handed the leak and the primary key of each of its rows; ours makes no use of keys.
    """

    name: str
    copy: Callable[[int], Floats]
    accused: Callable[[Leak, Ints], list[int]]


def sides(
    table: Table,
    tracer: Tracer,
    authors: Sequence[type[Scheme]] = (),
    asked: Callable[[str], bool] = lambda _: True,
) -> Iterator[Side]:
    """Yield ours, the peers at equal distortion, and NCorr-FP at the share of rows its paper marks.

    Among the peers are those that `authors` wrote themselves; `asked` says by name who is.
    """
    ours = _ours(table, tracer)
    if asked(ours.name):
        yield ours
    wanted = table.distortion(ours.copy(0))
    for kind in (*SCHEMES, *authors):
        if asked(kind.name):
            yield _theirs(table, _tuned(table, kind, wanted), kind.name)
    for kind in (NCorr, *(each for each in authors if issubclass(each, AuthorsNCorr))):
        if asked(name := f"{kind.name}, an eighth of rows as published"):
            yield _theirs(table, table.scheme(kind, share=_AS_PUBLISHED, significant=1), name)


def _ours(table: Table, tracer: Tracer) -> Side:
    asked, world = list(range(table.recipients)), table.world

    def accused(leak: Leak, _: Ints) -> list[int]:
        scores = tracer(world, leak, asked).log10_e
        return [number for number, each in zip(asked, scores, strict=True) if each >= BAR]

    return Side(
        OURS, lambda number: world.copy(world.recipients.key(number), table.people, table.names), accused
    )


def _theirs(table: Table, scheme: Scheme, name: str) -> Side:
    def accused(leak: Leak, keys: Ints) -> list[int]:
        columns = np.array([table.names.index(each) for each in leak.names])
        return scheme.accused(Rows(keys, leak.values, columns))

    return Side(name, scheme.mark, accused)


def _tuned(table: Table, kind: type[Scheme], wanted: float) -> Scheme:
    """Return a scheme that distorts as much as wanted: as few low bits as can, then as many rows."""

    def distortion(share: float, bits: int) -> float:
        return table.distortion(table.scheme(kind, share=share, significant=bits).mark(0))

    bits = next((each for each in range(1, _MOST_BITS) if distortion(1.0, each) >= wanted), _MOST_BITS)
    low, high = 1e-5, 1.0
    for _ in range(_HALVINGS):
        share = (low * high) ** 0.5
        low, high = (share, high) if distortion(share, bits) < wanted else (low, share)
    return table.scheme(kind, share=high, significant=bits)
