"""What is kept of a table too large for memory: an even sample of its rows, drawn as they are read."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundTable
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    sampled_rows: int = threshold(
        10_000, "rows", "judgement: a share of a thousandth participants still shows in ten rows"
    )
    sampled_cells: int = threshold(10_000_000, "cells", "cost: memory of a sample, 80 MB")
    fewest_rows: int = threshold(
        1_000, "rows", "judgement: of the widest tables too, enough rows to be recognised"
    )


LIMITS = _Limits()


class AllRows:
    """Keeps every row."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._batches: list[pa.Table] = []

    def feed(self, batch: pa.Table) -> None:
        """Keep a copy."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_table(batch)
        self._batches.append(pa.ipc.open_stream(sink.getvalue()).read_all())

    def found(self) -> FoundTable:
        """Return all rows as one table."""
        return FoundTable(self._where, joined(self._batches))


class EvenDraw:
    """Draws one row of every stretch of equal length; the stretches double as the table grows.

    Which row follows from `seed` by a hash of the stretch's number, so that without the seed no one
    can place rows where the sample misses them, and with it the sample can be repeated. All rows are drawn
    until there are more than twice `most`.
    """

    def __init__(self, seed: int, most: int) -> None:
        self._seed = seed
        self._most = most
        self.rows = 0
        self.stretch = 1

    def next(self, rows: int) -> NDArray[np.int64]:
        """Return which of the next rows are drawn, as numbers of rows from the table's first."""
        first, self.rows = self.rows, self.rows + rows
        while self.rows > 2 * self._most * self.stretch:
            self.stretch *= 2
        stretches = np.arange(first // self.stretch, (self.rows - 1) // self.stretch + 1)
        places = self._chosen(stretches)
        return places[(places >= first) & (places < self.rows)]

    def still(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the rows drawn so far are still drawn after stretches were doubled."""
        kept: NDArray[np.bool_] = self._chosen(places // self.stretch) == places
        return kept

    def _chosen(self, stretches: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row chosen in each stretch: in the half that a bit of its hash says, and so on down.

        Chosen so, the row of a stretch is the row of one of its halves, and a sample can be thinned.
        """
        places = stretches.astype(np.int64)
        level = self.stretch
        while level > 1:
            level //= 2
            bits = _hash(places.astype(np.uint64) ^ np.uint64((self._seed + level) % 2**64)) >> np.uint64(63)
            places = 2 * places + bits.astype(np.int64)
        return places


def rows_to_keep(columns: int) -> int:
    """Return the fewest rows that are kept of a long table with so many columns."""
    return max(LIMITS.fewest_rows, min(LIMITS.sampled_rows, LIMITS.sampled_cells // max(columns, 1)))


class EvenSample:
    """Keeps the rows of a table that are drawn: all of it up to 20,000 rows, fewer where it is wide."""

    def __init__(self, where: str, *, seed: int) -> None:
        self._where = where
        self._seed = seed
        self._draw: EvenDraw | None = None
        self._kept: list[pa.Table] = []
        self._places: list[NDArray[np.int64]] = []

    def feed(self, batch: pa.Table) -> None:
        """Keep the rows of the sample that are in a batch."""
        draw = self._draw = self._draw or EvenDraw(self._seed, rows_to_keep(batch.num_columns))
        first, stretch = draw.rows, draw.stretch
        places = draw.next(batch.num_rows)
        if draw.stretch > stretch:
            self._thin(draw)
        self._kept.append(batch.take(pa.array(places - first)))
        self._places.append(places)

    def found(self) -> FoundTable:
        """Return the sample, with how many rows it stands for."""
        draw = self._draw
        rows = draw.rows if draw is not None and draw.stretch > 1 else None
        return FoundTable(self._where, joined(self._kept), rows=rows)

    def _thin(self, draw: EvenDraw) -> None:
        for number, places in enumerate(self._places):
            keep = draw.still(places)
            self._places[number] = places[keep]
            self._kept[number] = self._kept[number].filter(pa.array(keep))


def joined(batches: list[pa.Table]) -> pa.Table:
    """Return batches of one table as one; a column whose type was widened on the way has the widest."""
    if not batches:
        return pa.table({})
    names = batches[0].column_names
    columns = [_column([batch.column(place) for batch in batches]) for place in range(len(names))]
    return pa.Table.from_arrays(columns, names=names)


def _column(pieces: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    widest = pieces[-1].type
    chunks = [chunk for piece in pieces for chunk in piece.cast(widest, safe=False).chunks]
    return pa.chunked_array(chunks, widest).combine_chunks()


def _hash(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix 64 bits (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return result
