"""What was made of a column a moment ago: several detectors look at one table, one after the other."""

from collections.abc import Callable, Hashable
from threading import local
from typing import Any, TypeVar

import pyarrow as pa

_MOST_COLUMNS = 48
_MOST_ROWS = 50_000
Made = TypeVar("Made")


class _Lately(local):
    """By column, the column itself (so that its memory is not used again) and what was made of it."""

    def __init__(self) -> None:
        self.made: dict[Hashable, tuple[pa.Array, Any]] = {}


_LATELY = _Lately()


def once(what: str, column: pa.Array, make: Callable[[], Made]) -> Made:
    """Return what `make` makes of a column, from before where this thread made it lately.

    A column is known again by where its memory is. What is made must not be written to.
    """
    known_by_place = not (pa.types.is_nested(column.type) or pa.types.is_dictionary(column.type))
    if len(column) > _MOST_ROWS or column.offset or not known_by_place:
        return make()
    places = tuple(None if buffer is None else buffer.address for buffer in column.buffers())
    key = what, str(column.type), len(column), places
    held = _LATELY.made.pop(key, None)
    made: Made = make() if held is None else held[1]
    # Put back last: a dictionary keeps the order of insertion.
    _LATELY.made[key] = column, made
    if len(_LATELY.made) > _MOST_COLUMNS:
        del _LATELY.made[next(iter(_LATELY.made))]
    return made
