"""Where a single value occurs, in any column: the way to a record whose columns are unknown.

The distinct values of all columns of a kind are in one sorted list, each with its column and the cumulative
number of people. Two binary searches give how many people have a value, or one that rounds to it, in any
column.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.storage.coded_column import CodedColumn
from strongroom.matching.values.comparable import Floats, ValueKind
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_values: int = threshold(
        100_000_000,
        "values of one kind",
        "cost: 18 bytes each, 1.8 GB; beyond, columns in which nearly every person's value differs are "
        "left out",
    )


LIMITS = _Limits()


_PARTS = ("values", "before", "column")


class Arrays(Protocol):
    """Arrays by name, as `SealedFile` gives them."""

    @property
    def names(self) -> list[str]:
        """The arrays there are."""

    def array(self, name: str, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Return items `first` up to `last`, not included."""

    def length(self, name: str) -> int:
        """Return how many items an array has."""


@dataclass(frozen=True, repr=False)
class ValueList:
    """The values of one kind, ascending; `before` (values + 1,): how many people have one of the first k.

    `column` is the number of each value's column in `names`.
    """

    names: tuple[str, ...]
    values: Floats
    before: NDArray[np.int64]
    column: NDArray[np.uint16]

    def find(self, low: Floats, high: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the values from `low` on begin, and where those up to `high` end; shapes as given."""
        return np.searchsorted(self.values, low, "left"), np.searchsorted(self.values, high, "right")

    def columns_between(self, first: int, last: int) -> list[str]:
        """Return the columns that have a value at positions `first` up to, not including, `last`."""
        return [self.names[place] for place in np.unique(self.column[first:last])]


class ValueListBuilder:
    """Collects the columns' values while the index is built."""

    def __init__(self) -> None:
        self._columns: dict[ValueKind, dict[str, tuple[Floats, NDArray[np.uint32]]]] = {}

    @property
    def names(self) -> list[str]:
        """The columns added so far."""
        return [name for columns in self._columns.values() for name in columns]

    def add(self, name: str, column: CodedColumn) -> None:
        """Add a column's values."""
        self.add_values(name, column.kind, column.distinct, column.counts)

    def add_values(self, name: str, kind: ValueKind, distinct: Floats, counts: NDArray[np.uint32]) -> None:
        """Add a column by its distinct values and how many people have each."""
        self._columns.setdefault(kind, {})[name] = distinct, counts

    def arrays(self, places: Mapping[str, int]) -> Iterable[tuple[str, NDArray[Any]]]:
        """Yield what `open_value_lists` reads, by name; `places` numbers the columns."""
        for kind, columns in self._columns.items():
            ordered = sorted(columns, key=lambda name: len(columns[name][0]))
            sizes = np.array([len(columns[name][0]) for name in ordered])
            kept = ordered[: np.count_nonzero(np.cumsum(sizes) <= LIMITS.most_values)]
            values = np.concatenate([columns[name][0] for name in kept])
            counts = np.concatenate([columns[name][1] for name in kept])
            column = np.repeat(np.array([places[name] for name in kept], np.uint16), sizes[: len(kept)])
            order = np.argsort(values, kind="stable")
            people = np.cumsum(counts[order], dtype=np.int64)
            yield f"tokens:{kind.value}:values", values[order]
            yield f"tokens:{kind.value}:before", np.concatenate([[0], people])
            yield f"tokens:{kind.value}:column", column[order]


def open_value_lists(arrays: Arrays, names: Iterable[str]) -> dict[ValueKind, ValueList]:
    """Decrypt the value lists; `names` are the columns in the order they were numbered."""
    listed = tuple(names)
    held = set(arrays.names)
    return {
        kind: ValueList(listed, *(arrays.array(f"tokens:{kind.value}:{part}") for part in _PARTS))
        for kind in ValueKind
        if f"tokens:{kind.value}:values" in held
    }
