"""Data frames as pandas pickles them: blocks of like columns, put side by side again."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.models.pickle_values import Made, Pairs
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.science.arrays import column
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    steps: int = threshold(64, "values", "cost: the index of a frame is found within a few; more is no index")


LIMITS = _Limits()


_MANAGER = ".internals.managers.BlockManager"
_BLOCK = "_unpickle_block"
_MATRIX = 2  # fixed: the dimensions of a matrix
_ARROW, _CHUNKED = "pyarrow.lib._restore_array", "pyarrow.lib.chunked_array"
_ARROW_TYPES = {"string", "large_string", "bool", "int64", "int32", "double", "float"}
_KEPT = ("_ndarray", "_data", "_pa_array")


def frame(made: Made) -> pa.Table | None:
    """Return the table a data frame's blocks are; None for everything else, or where they do not fit.

    A column outside a frame, in Arrow's memory, is a separate table.
    """
    if made.what.full == _ARROW:
        alone = _arrow(made)
        return None if alone is None else pa.table({"f0": alone})
    if not made.what.full.endswith(_MANAGER) or len(made.arguments) < _MATRIX:
        return None
    blocks, axes = made.arguments[:2]
    names = _labels(axes[0]) if isinstance(axes, (list, tuple)) and axes else []
    columns: dict[int, pa.Array] = {}
    for block in blocks if isinstance(blocks, (list, tuple)) else ():
        columns |= _block(block)
    lengths = {len(each) for each in columns.values()}
    if len(lengths) != 1:
        return None
    shown = {place: str(names[place]) if place < len(names) else f"f{place}" for place in sorted(columns)}
    return pa.table([columns[place] for place in shown], names=list(shown.values()))


def _block(block: Any) -> dict[int, pa.Array]:
    """Return a block's columns by their places in the frame."""
    if not isinstance(block, Made) or not block.what.full.endswith(_BLOCK):
        return {}
    held, placement = block.arguments[:2]
    values = array_of(held)
    places = _places(placement)
    if values is not None and isinstance(held, Made) and isinstance(held.state, tuple):
        values = _decoded(values, held.state[0])
    if values is None or values.ndim not in {1, _MATRIX}:
        return {}
    rows = values.reshape(1, -1) if values.ndim == 1 else values
    return {place: column(row) for place, row in zip(places, rows, strict=False)}


def array_of(value: Any) -> NDArray[Any] | None:
    """Return the array a value is, or the one an extension array keeps in its state."""
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, Made):
        return None
    if value.array is not None:
        return value.array
    if value.what.full in {_ARROW, _CHUNKED}:
        return _arrow_values(value)
    state = value.state
    inner = [state.get(name) for name in _KEPT] if isinstance(state, Pairs) else state
    found = (array_of(each) for each in inner) if isinstance(inner, (list, tuple)) else iter(())
    return next((each for each in found if each is not None), None)


def _arrow_values(made: Made) -> NDArray[Any] | None:
    pieces = made.arguments[0] if made.what.full == _CHUNKED else [made]
    found = [_arrow(piece) for piece in pieces] if isinstance(pieces, list) else []
    known = [each for each in found if each is not None]
    return np.concatenate([each.to_numpy(zero_copy_only=False) for each in known]) if known else None


def _arrow(made: Any) -> pa.Array | None:
    """Return an Arrow array from its buffers, checked in full; None for a type that is not plain."""
    if not isinstance(made, Made) or made.what.full != _ARROW:
        return None
    stated, length, _, offset, buffers = made.arguments[0][:5]
    alias = stated.arguments[0] if isinstance(stated, Made) and stated.arguments else ""
    if alias not in _ARROW_TYPES:
        return None
    try:
        held = [None if each is None else pa.py_buffer(_buffer(each)) for each in buffers]
        array = pa.Array.from_buffers(pa.type_for_alias(alias), length, held, offset=offset)
        array.validate(full=True)
    except (pa.ArrowException, ValueError, TypeError, OverflowError, AttributeError, IndexError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged Arrow array in a pickle") from error
    return array


def _buffer(made: Any) -> bytes:
    while isinstance(made, Made):
        made = made.arguments[0]
    return bytes(made)


def _decoded(codes: NDArray[Any], kind: Any) -> NDArray[Any]:
    """Return a categorical's values by its codes, where its type tells the categories."""
    about = kind.state if isinstance(kind, Made) and isinstance(kind.state, Pairs) else None
    names = _labels(about.get("categories")) if about is not None else []
    if not names or codes.dtype.kind not in "iu":
        return codes
    found = [names[code] if 0 <= code < len(names) else None for code in codes.reshape(-1).tolist()]
    return np.array(found, object).reshape(codes.shape)


def _places(placement: Any) -> list[int]:
    if (
        isinstance(placement, Made)
        and placement.arguments
        and all(isinstance(n, int) for n in placement.arguments)
    ):
        return list(range(*placement.arguments))
    array = array_of(placement)
    return [int(each) for each in array.reshape(-1)] if array is not None and array.dtype.kind in "iu" else []


def _labels(index: Any) -> list[Any]:
    """Return the labels of an index, wherever in its arguments their array stands."""
    waiting, visited = [index], 0
    while waiting and visited < LIMITS.steps:
        value = waiting.pop()
        visited += 1
        array = array_of(value)
        if array is not None:
            return [str(each) for each in array.reshape(-1).tolist()]
        if isinstance(value, Made):
            waiting.extend([*value.arguments, value.state])
        elif isinstance(value, (list, tuple)):
            waiting.extend(value)
        elif isinstance(value, Pairs):
            waiting.extend(held for _, held in value.pairs)
    return []
