"""The possible participants' ids in the columns of a large table, each number or word kept once."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.contents.id_query import IdQuery, Numbers, PossibleIds
from strongroom.checker.formats.part import UnreadableError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_bytes: int = threshold(1 << 29, "bytes", "cost: memory for distinct possible ids")
    most_places: int = threshold(1 << 27, "places", "cost: memory for their places")
    fewest_to_merge: int = threshold(1 << 14, "numbers", "cost: merging fewer at a time sorts too often")


LIMITS = _Limits()


class PossibleIdColumns:
    """Takes the numbers and words of a table's columns, in any order."""

    def __init__(self, id_query: IdQuery) -> None:
        self._id_query = id_query
        self._numbers: dict[int, _ColumnNumbers] = {}
        self._words: dict[tuple[int, int], list[NDArray[np.bytes_]]] = {}

    def add_numbers(self, columns: Numbers, values: Numbers) -> None:
        """Add numbers and their columns; those out of range are dropped."""
        inside = (values >= self._id_query.low) & (values <= self._id_query.high)
        columns, values = columns[inside], values[inside]
        if len(values) == 0:
            return
        order = np.argsort(columns, kind="stable")
        columns, values = columns[order], values[order]
        found, starts = np.unique(columns, return_index=True)
        for column, part in zip(found.tolist(), np.split(values, starts[1:]), strict=True):
            if column not in self._numbers:
                self._numbers[column] = _ColumnNumbers(self._id_query.low, self._id_query.high)
            self._numbers[column].add(part)

    def add_words(self, column: int, words: NDArray[np.bytes_]) -> None:
        """Add words of one length of a column."""
        kept = self._words.setdefault((column, words.dtype.itemsize), [])
        kept.append(np.unique(words))
        if len(kept) > 1 and sum(map(len, kept[1:])) > max(LIMITS.fewest_to_merge, len(kept[0])):
            kept[:] = [np.unique(np.concatenate(kept))]

    def require_room(self) -> None:
        """Raise UnreadableError if it exceeds its memory limit."""
        held = sum(each.held for each in self._numbers.values())
        held += sum(each.nbytes for kept in self._words.values() for each in kept)
        if held > LIMITS.most_bytes:
            raise UnreadableError(ProblemKind.TOO_LARGE, "more possible ids than are looked up")

    def found(self) -> Iterator[PossibleIds]:
        """Yield what each column holds."""
        for column, numbers in self._numbers.items():
            yield numbers.possible_ids(column)
        for (column, length), kept in self._words.items():
            yield PossibleIds(column, "words", length, np.unique(np.concatenate(kept)).tobytes())


class _ColumnNumbers:
    """The distinct numbers of a column: a list, or a bitmap if that is shorter."""

    def __init__(self, low: int, high: int) -> None:
        self._low, self._places = low, high - low + 1
        self._listed: list[Numbers] = []
        self._pending = 0
        self._merged = 0
        self._bits: NDArray[np.uint8] | None = None

    @property
    def held(self) -> int:
        """Its size in bytes."""
        return (self._pending + self._merged) * 8 + (0 if self._bits is None else len(self._bits))

    def add(self, values: Numbers) -> None:
        self._listed.append(values)
        self._pending += len(values)
        if self._pending > max(
            LIMITS.fewest_to_merge, self._merged, min(self._places, LIMITS.most_places) // 64
        ):
            self._merge()

    def _merge(self) -> None:
        values = np.concatenate(self._listed) if self._listed else np.empty(0, np.int64)
        if self._places > LIMITS.most_places:
            self._listed = [np.unique(values)]
            self._merged, self._pending = len(self._listed[0]), 0
            return
        held = np.zeros(self._places, np.bool_)
        held[values - self._low] = True
        bits = np.packbits(held)
        self._bits = bits if self._bits is None else self._bits | bits
        self._listed, self._pending = [], 0

    def possible_ids(self, column: int) -> PossibleIds:
        """Return what it holds."""
        if self._bits is None:
            values = np.unique(np.concatenate(self._listed)).astype(np.int64)
            return PossibleIds(column, "numbers", self._low, values.tobytes())
        self._merge()
        return PossibleIds(column, "bits", self._low, self._bits.tobytes())
