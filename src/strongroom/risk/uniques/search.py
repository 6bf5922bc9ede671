"""Search for the combinations of columns that make a record unique, and for the minimal ones.

A minimal sample unique (MSU) is a set of columns that makes a record unique while no smaller part of the set
does (Elliot, Manning and Ford 2002; Manning, Haglin and Keane 2008, "A recursive search algorithm for
statistical disclosure assessment", the algorithm known as SUDA2). As in SUDA2, a record that a set makes
unique is not examined again under a larger one. The search visits sets as a tree and keeps classes as a
permutation of rows, so that one more column costs one pass without hashing or sorting.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

from strongroom.progress import Progress, silent
from strongroom.risk.columns import CodedColumn
from strongroom.risk.uniques.kernels import Bits, Rows, alone_by, count_minimal, refine, set_bits
from strongroom.thresholds import Thresholds, threshold

Columns = tuple[int, ...]
Classes = tuple[Rows, Rows]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    workers: int = threshold(2, "threads", "cost: as many as the smallest machine we support has cores")
    largest: int = threshold(
        4,
        "columns",
        "cost: the number of combinations grows with the power; the literature on SUDA uses sizes up to 4",
    )


LIMITS = _Limits()
LARGEST = LIMITS.largest


@dataclass(frozen=True)
class Uniques:
    """For each set of columns (indices into `names`), how many people it makes unique and minimally unique.

    `minimal_by_record` has shape (rows, largest): a record's minimal sample uniques by their size. No
    report shows it.
    """

    names: tuple[str, ...]
    rows: int
    largest: int
    unique: dict[Columns, int]
    minimal: dict[Columns, int]
    minimal_by_record: NDArray[np.uint32] = field(repr=False)

    def scores(self) -> NDArray[np.float64]:
        """Return each record's SUDA score: the fewer columns a minimal unique has, the more it adds.

        One of size k adds the product of (columns - i) for i from k to the largest size searched (Elliot et
        al. 2005); a factor of 0 is omitted, so that a set of all columns adds 1.
        """
        return np.asarray(self.minimal_by_record @ np.array(self.weights(), np.float64), np.float64)

    def weights(self) -> list[int]:
        """Return the contribution of a minimal unique of size 1, 2, ... to a score."""
        columns = len(self.names)
        return [
            prod(columns - taken for taken in range(size, self.largest + 1) if taken < columns)
            for size in range(1, self.largest + 1)
        ]

    def contributions(self) -> dict[str, float]:
        """Return each column's share of all scores, from the sets that contain it, largest first."""
        weights = self.weights()
        weighed = {places: count * weights[len(places) - 1] for places, count in self.minimal.items()}
        total = sum(weighed.values())
        shares = {
            name: sum(value for places, value in weighed.items() if place in places) / total if total else 0.0
            for place, name in enumerate(self.names)
        }
        return dict(sorted(shares.items(), key=lambda item: -item[1]))


def find_uniques(
    columns: list[CodedColumn], *, largest: int = LARGEST, progress: Progress = silent
) -> Uniques:
    """Count exactly the people made unique by each set of one to `largest` columns."""
    search = _Search(columns, min(largest, len(columns), LARGEST))
    sets = sum(comb(len(columns), size) for size in range(1, search.largest + 1))
    with progress("combinations of columns", sets) as advance:
        for size in range(1, search.largest + 1):
            search.level(size, advance)
    return search.result()


class _Search:
    """One search by increasing set size: minimality depends on all smaller sets."""

    def __init__(self, columns: list[CodedColumn], largest: int) -> None:
        # Columns with many levels first: the rows they make unique need no further work.
        self.order = sorted(range(len(columns)), key=lambda place: -columns[place].cardinality)
        self.codes = [np.ascontiguousarray(columns[place].codes) for place in self.order]
        self.levels = [len(columns[place].levels) + 1 for place in self.order]
        self.names = tuple(column.name for column in columns)
        self.rows = len(columns[0].codes) if columns else 0
        self.largest = largest
        self.unique: dict[Columns, int] = {(): 0}
        self.minimal: dict[Columns, int] = {}
        self.before: _Bitmaps = _Bitmaps([()], self.rows)
        self.minimal_by_record = np.zeros((self.rows, largest), np.uint32)

    def level(self, size: int, advance: Callable[[int], None]) -> None:
        """Examine all sets of this size; their bitmaps are kept for the next size."""
        sets = list(combinations(range(len(self.codes)), size))
        here = _Bitmaps(sets if size < self.largest else [], self.rows)
        # Sets that share their first two columns form one work item.
        heads = list(dict.fromkeys(each[: min(size - 1, 2)] for each in sets))
        with ThreadPoolExecutor(LIMITS.workers) as pool:
            shares = [heads[worker :: LIMITS.workers] for worker in range(LIMITS.workers)]
            walks = [pool.submit(self._walk_all, share, size, here, advance) for share in shares if share]
            for walk in walks:
                self.minimal_by_record[:, size - 1] += walk.result()
        self.before = here

    def result(self) -> Uniques:
        """Return the result, with columns in their original order."""
        del self.unique[()]
        unique, minimal = self._restored(self.unique), self._restored(self.minimal)
        return Uniques(self.names, self.rows, self.largest, unique, minimal, self.minimal_by_record)

    def _restored(self, found: dict[Columns, int]) -> dict[Columns, int]:
        return {
            tuple(sorted(self.order[place] for place in places)): count for places, count in found.items()
        }

    def _walk_all(
        self, heads: list[Columns], size: int, here: "_Bitmaps", advance: Callable[[int], None]
    ) -> NDArray[np.uint32]:
        minimal = np.zeros(self.rows, np.uint32)
        all_rows = (np.arange(self.rows, dtype=np.int32), np.array([0, self.rows], np.int32))
        for head in heads:
            classes = all_rows
            for place in head:
                classes = self._split(classes, place)
            for prefix, refined in self._walk(head, classes, size - 1):
                self._last(prefix, refined, here, minimal)
                advance(len(self.codes) - 1 - max(prefix, default=-1))
        return minimal

    def _walk(self, prefix: Columns, classes: Classes, size: int) -> Iterator[tuple[Columns, Classes]]:
        """Yield all sets of `size` columns that begin with `prefix`, with their classes."""
        if len(prefix) == size:
            yield prefix, classes
            return
        for place in range(max(prefix, default=-1) + 1, len(self.codes)):
            yield from self._walk((*prefix, place), self._split(classes, place), size)

    def _split(self, classes: Classes, place: int) -> Classes:
        rows, starts, _ = refine(self.codes[place], *classes, self.levels[place])
        return rows, starts

    def _last(self, prefix: Columns, classes: Classes, here: "_Bitmaps", minimal: NDArray[np.uint32]) -> None:
        """Add each later column to a set with known classes and count the rows that become unique."""
        alone = np.empty(len(classes[0]), np.int32)
        for place in range(max(prefix, default=-1) + 1, len(self.codes)):
            count = alone_by(self.codes[place], *classes, self.levels[place], alone)
            extended = (*prefix, place)
            self.unique[extended] = self.unique[prefix] + count
            here.add(extended, alone[:count], self.before.of(prefix))
            others = [each for each in combinations(extended, len(prefix)) if each != prefix]
            self.minimal[extended] = count_minimal(
                alone[:count], self.before.bits, self.before.places(others), minimal
            )


class _Bitmaps:
    """The rows that each set of one size makes unique, one bit per row."""

    def __init__(self, sets: list[Columns], rows: int) -> None:
        self._place = {each: place for place, each in enumerate(sets)}
        self.bits: Bits = np.zeros((max(1, len(sets)), rows // 8 + 1), np.uint8)

    def add(self, columns: Columns, rows: Rows, smaller: Bits) -> None:
        """Store the rows that a set makes unique: those of the smaller set, and `rows`."""
        place = self._place.get(columns)
        if place is not None:
            self.bits[place] = smaller
            set_bits(self.bits[place], rows)

    def of(self, columns: Columns) -> Bits:
        """Return one set's bits."""
        return np.asarray(self.bits[self._place[columns]])

    def places(self, sets: list[Columns]) -> Rows:
        """Return the positions of sets in `bits`."""
        return np.array([self._place[each] for each in sets], np.int32)
