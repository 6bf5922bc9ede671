"""An index in which some columns have other values: the cohort as it is visible to one project.

Only differences are stored: the changed columns, all profiles, and the value lists of the kinds that changed.
Everything else is the cohort's own index.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.storage.coded_column import CodedColumn
from strongroom.matching.storage.index import (
    PROFILES,
    Index,
    profile_of,
    read_profiles,
    write_profiles,
)
from strongroom.matching.storage.value_lists import Arrays, ValueListBuilder


def write_overlay(
    index: Index, changed: Iterable[tuple[str, CodedColumn]], add: Callable[[str, NDArray[Any]], None]
) -> None:
    """Pass to `add`, by name, the arrays that differ once these columns have these values."""
    profiles, tokens, kinds = dict(index.columns), ValueListBuilder(), set()
    for name, column in changed:
        profiles[name] = profile_of(name, column)
        kinds |= {index.columns[name].kind, column.kind}
        for part in ("distinct", "counts", "codes"):
            add(f"{part}:{name}", getattr(column, part))
        tokens.add(name, column)
    held = set(tokens.names)
    for name, profile in index.columns.items():
        if name not in held and profile.kind in kinds:
            distinct, counts = (index.stored.array(f"{part}:{name}") for part in ("distinct", "counts"))
            tokens.add_values(name, profile.kind, distinct, counts)
    add(PROFILES, np.frombuffer(write_profiles(profiles), np.uint8))
    for name, array in tokens.arrays({name: place for place, name in enumerate(profiles)}):
        add(name, array)


def with_overlay(index: Index, layer: Arrays) -> Index:
    """Return the index with an overlay on top."""
    return Index(read_profiles(layer.array(PROFILES).tobytes()), _Overlaid(index.stored, layer))


class _Overlaid:
    """Arrays of an overlay, and of the index below where the overlay has none of that name."""

    def __init__(self, below: Arrays, layer: Arrays) -> None:
        self._below, self._layer = below, layer
        self._own = set(layer.names)

    @property
    def names(self) -> list[str]:
        """The arrays there are."""
        return list(dict.fromkeys([*self._below.names, *self._layer.names]))

    def array(self, name: str, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Return items `first` up to `last`, not included."""
        return self._of(name).array(name, first, last)

    def length(self, name: str) -> int:
        """Return how many items an array has."""
        return self._of(name).length(name)

    def _of(self, name: str) -> Arrays:
        return self._layer if name in self._own else self._below
