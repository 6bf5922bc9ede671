"""Counting ids in a column that comes in batches, at the speed at which it is read.

Ids are looked up in a map with a place for every number between the smallest and the largest of them; so are
the numbers seen, for what counts is how many different ones there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

# A map of so many places is 128 MiB; ids spread wider are looked up in their order.
_MOST_PLACES = 1 << 27
_EXACT = 2.0**53


@dataclass(frozen=True)
class IdMap:
    """Ids that are whole numbers: `ids` in order, each once, shape (ids,)."""

    ids: Numbers

    @property
    def low(self) -> int:
        """The smallest id."""
        return int(self.ids[0])

    @property
    def high(self) -> int:
        """The largest id."""
        return int(self.ids[-1])

    @property
    def places(self) -> int:
        """How many numbers lie between the smallest and the largest id, both included."""
        return self.high - self.low + 1

    @cached_property
    def _held(self) -> NDArray[np.bool_] | None:
        if self.places > _MOST_PLACES:
            return None
        held = np.zeros(self.places, np.bool_)
        held[self.ids - self.low] = True
        return held

    def are_ids(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Tell which numbers are ids; all must lie between the smallest and the largest."""
        found: NDArray[np.bool_]
        if self._held is not None:
            found = self._held[numbers - self.low]
        else:
            found = self.ids[np.searchsorted(self.ids, numbers)] == numbers
        return found


class ColumnCount:
    """Counts, over all batches of a column, the numbers within the ids' range and those that are ids."""

    def __init__(self, ids: IdMap) -> None:
        self._ids = ids
        self._seen: NDArray[np.bool_] | None = None
        self._unmapped: list[Numbers] = []
        self.rows = 0

    def add(self, numbers: Numbers) -> None:
        """Count numbers, wherever they lie."""
        inside = numbers[(numbers >= self._ids.low) & (numbers <= self._ids.high)]
        if len(inside) == 0:
            return
        self.rows += int(np.count_nonzero(self._ids.are_ids(inside)))
        if self._ids.places > _MOST_PLACES:
            self._unmapped = [np.unique(np.concatenate([*self._unmapped, inside]))]
            return
        if self._seen is None:
            self._seen = np.zeros(self._ids.places, np.bool_)
        self._seen[inside - self._ids.low] = True

    def distinct(self) -> Numbers:
        """Return the different numbers within the range, in order."""
        if self._seen is not None:
            return np.flatnonzero(self._seen) + self._ids.low
        return self._unmapped[0] if self._unmapped else np.empty(0, np.int64)


def whole_numbers(column: pa.ChunkedArray, ids: IdMap) -> Numbers:
    """Return the whole numbers in a column of numbers or text that may be ids, also inside longer words."""
    kind = column.type
    if pa.types.is_string(kind):
        return _in_text(column, ids)
    if pa.types.is_integer(kind):
        return np.asarray(column.drop_null().cast(pa.int64(), safe=False), np.int64)
    if pa.types.is_floating(kind):
        # Effects and p-values end here: a look at the largest costs a tenth of comparing each.
        largest = pc.max(column).as_py()
        if largest is None or largest < ids.low:
            return np.empty(0, np.int64)
        numbers = np.asarray(column.drop_null(), np.float64)
        whole = (np.abs(numbers) < _EXACT) & (numbers == np.floor(numbers))
        exact: Numbers = numbers[whole].astype(np.int64)
        return exact
    return np.empty(0, np.int64)


def _in_text(column: pa.ChunkedArray, ids: IdMap) -> Numbers:
    fewest, most = len(str(ids.low)), len(str(ids.high))
    found = [np.empty(0, np.int64)]
    for chunk in column.chunks:
        _, offsets, letters = chunk.buffers()
        if len(chunk) == 0 or letters is None:
            continue
        ends = np.frombuffer(offsets, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        text = np.frombuffer(letters, np.uint8)
        if int(np.diff(ends).max()) >= fewest:
            room = np.empty((int(ends[-1]) - int(ends[0])) // (fewest + 1) + len(chunk), np.int64)
            found.append(room[: _compiled()(text, ends, fewest, most, room)])
    return np.concatenate(found)


@cache
def _compiled() -> Callable[..., int]:
    """Compile the search on first use: small tables do without it."""
    import numba  # noqa: PLC0415 - half a second that only large tables are worth

    try:
        return numba.njit(nogil=True, cache=True)(_digit_runs)
    except RuntimeError:  # nowhere to keep what was compiled
        return numba.njit(nogil=True)(_digit_runs)


def _digit_runs(text: Any, ends: Any, fewest: int, most: int, found: Any) -> int:
    """Write the numbers of `fewest` to `most` digits in each cell to `found`, return how many there are.

    A run of digits after a point is a fraction and none; nor is one before a point and a digit other than 0.
    """
    count = 0
    for cell in range(len(ends) - 1):
        at, end = ends[cell], ends[cell + 1]
        after_point = False
        while at < end:
            if not 48 <= text[at] <= 57:  # noqa: PLR2004 - the digits in ASCII
                after_point = text[at] == 46  # noqa: PLR2004 - a point
                at += 1
                continue
            start, number = at, 0
            while at < end and 48 <= text[at] <= 57:  # noqa: PLR2004 - as above
                number = number * 10 + (text[at] - 48)
                at += 1
            if not fewest <= at - start <= most or after_point:
                continue
            if at < end and text[at] == 46:  # noqa: PLR2004 - as above
                zeros = at + 1
                while zeros < end and text[zeros] == 48:  # noqa: PLR2004 - 0 in ASCII
                    zeros += 1
                if zeros < end and 48 <= text[zeros] <= 57:  # noqa: PLR2004 - as above
                    continue
            found[count] = number
            count += 1
    return count
