"""What is kept of a table too large to be held: an even sample of its rows, drawn as they pass."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.artefacts import FoundTable

_SAMPLED_ROWS = 10_000
_SAMPLED_CELLS = 10_000_000
_FEWEST_ROWS = 1_000


class Gathering(Protocol):
    """Takes a table in batches and says in the end what was found."""

    def feed(self, batch: pa.Table) -> None:
        """Take the next rows; their memory is used again afterwards, so what is kept must be copied."""

    def found(self) -> FoundTable:
        """Return the table, or what was kept of it."""


Gather = Callable[[str], Gathering]


class Whole:
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


class EvenSample:
    """Keeps one row of every stretch of equal length; the stretches double as the table grows.

    Which row follows from `seed` by a hash of the stretch's number, so that who does not know the seed cannot
    place rows where the sample does not look, and who does can draw it again. A table with no more than
    20,000 rows (fewer where it is wide) is kept whole.
    """

    def __init__(self, where: str, *, seed: int) -> None:
        self._where = where
        self._seed = seed
        self._rows = 0
        self._stretch = 1
        self._most = 0
        self._kept: list[pa.Table] = []
        self._places: list[NDArray[np.int64]] = []

    def feed(self, batch: pa.Table) -> None:
        """Keep the rows of the sample that are in a batch."""
        if not self._most:
            self._most = max(_FEWEST_ROWS, min(_SAMPLED_ROWS, _SAMPLED_CELLS // max(batch.num_columns, 1)))
        first, self._rows = self._rows, self._rows + batch.num_rows
        while self._rows > 2 * self._most * self._stretch:
            self._thin()
        stretches = np.arange(first // self._stretch, (self._rows - 1) // self._stretch + 1)
        places = self._chosen(stretches)
        places = places[(places >= first) & (places < self._rows)]
        self._kept.append(batch.take(pa.array(places - first)))
        self._places.append(places)

    def found(self) -> FoundTable:
        """Return the sample, with how many rows it stands for."""
        table = joined(self._kept)
        return FoundTable(self._where, table, rows=None if self._stretch == 1 else self._rows)

    def _chosen(self, stretches: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row chosen in each stretch: in the half that a bit of its hash says, and so on down.

        Chosen so, the row of a stretch is the row of one of its halves, and a sample can be thinned.
        """
        places = stretches.astype(np.int64)
        level = self._stretch
        while level > 1:
            level //= 2
            bits = _hash(places.astype(np.uint64) ^ np.uint64((self._seed + level) % 2**64)) >> np.uint64(63)
            places = 2 * places + bits.astype(np.int64)
        return places

    def _thin(self) -> None:
        self._stretch *= 2
        for number, places in enumerate(self._places):
            keep = self._chosen(places // self._stretch) == places
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
