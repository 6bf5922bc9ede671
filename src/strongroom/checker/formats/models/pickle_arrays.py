"""NumPy's types and arrays as pickles write them, made from their bytes without loading anything."""

import math
import re
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.models.pickle_values import Made, Pairs, Type
from strongroom.checker.formats.part import UnreadableError

_TYPE = re.compile(r"[|<>=]?(?:[biufcSUVOmM?]\d*|[bBhHiIlLqQefdgFD?])(?:\[\w{1,8}\])?")
_RECONSTRUCT = ("numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct")
_SCALAR = ("numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar")
_FROM_BUFFER = ("numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer")
WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
_ENCODE = "_codecs.encode"
_DTYPE = "numpy.dtype"
_UNITS = 8  # fixed: NumPy, where a date type keeps its unit in its state
_NAMED = 5  # fixed: NumPy, fields of a type's state: version, order, base, names, fields, size


def called(made: Made) -> Any:
    """Return the value a call of NumPy's building blocks gives, or the call as it is."""
    name, arguments = made.what.full, made.arguments
    try:
        if name == _DTYPE:
            return Type(_type(arguments[0]))
        if name in _SCALAR and isinstance(arguments[0], Type) and len(arguments) > 1:
            return _scalar(arguments[0].known, arguments[1])
        if name in _FROM_BUFFER:
            data, kind, shape, order = arguments
            return shaped(_bytes(data), kind.known, shape, fortran=order == "F")
        if name == _ENCODE:
            return arguments[0].encode("latin-1")
    except (ValueError, TypeError, IndexError, AttributeError, UnicodeError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged array in a pickle") from error
    return made


def built(made: Made, state: Any) -> Any:
    """Return an array from the state a pickle gives it; None where the object is none."""
    if made.what.full not in _RECONSTRUCT:
        return None
    try:
        _, shape, kind, fortran, data = state
        if isinstance(data, list):
            return _objects(data, shape, fortran=bool(fortran))
        return shaped(_bytes(data), kind.known, shape, fortran=bool(fortran))
    except (ValueError, TypeError, AttributeError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged array in a pickle") from error


def with_state(kind: Type, state: Any) -> None:
    """Give a type its byte order and fields, from the state a pickle gives it."""
    try:
        _, order, base, names, fields, size = state[: _NAMED + 1]
        if names:
            held = fields.pairs if isinstance(fields, Pairs) else []
            by_name = {str(name): value for name, value in held}
            formats = [by_name[str(name)][0].known for name in names]
            offsets = [int(by_name[str(name)][1]) for name in names]
            kind.known = np.dtype(
                {
                    "names": [str(name) for name in names],
                    "formats": formats,
                    "offsets": offsets,
                    "itemsize": int(size),
                }
            )
        elif kind.known.kind in "mM" and len(state) > _UNITS and state[_UNITS]:
            unit = state[_UNITS][1][0]
            letters = unit.decode("ascii") if isinstance(unit, bytes) else str(unit)
            kind.known = _type(f"{order if order in '<>' else ''}{kind.known.kind}8[{letters}]")
        elif base:
            kind.known = np.dtype((base[0].known, tuple(base[1])))
        elif order in {"<", ">"}:
            kind.known = kind.known.newbyteorder(order)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged type in a pickle") from error


def wrapped(state: Any, stream: BytesIO) -> NDArray[Any] | None:
    """Return the array joblib writes after a wrapper, read from where the stream stands; None for objects.

    The layout is joblib's: a byte that says how many bytes of padding follow, the padding, the values.
    """
    held = state if isinstance(state, Pairs) else Pairs()
    kind, shape = held.get("dtype"), held.get("shape")
    if not isinstance(kind, Type) or not isinstance(shape, tuple):
        raise UnreadableError(ProblemKind.UNREADABLE, "a damaged array in a pickle")
    if kind.known.hasobject:
        return None
    if held.get("numpy_array_alignment_bytes") is not None:
        stream.seek(int.from_bytes(stream.read(1), "little"), 1)
    data = stream.read(kind.known.itemsize * _cells(shape))
    return shaped(data, kind.known, shape, fortran=held.get("order") == "F")


def shaped(data: bytes, kind: np.dtype[Any], shape: Any, *, fortran: bool) -> NDArray[Any]:
    """Return bytes as an array; raise UnreadableError when they do not fill it exactly."""
    sides = (shape,) if isinstance(shape, int) else tuple(shape)
    if kind.hasobject or kind.itemsize * _cells(sides) != len(data):
        raise UnreadableError(ProblemKind.UNREADABLE, "an array whose size contradicts its header")
    return np.frombuffer(data, kind).reshape(sides, order="F" if fortran else "C")


def _cells(shape: tuple[Any, ...]) -> int:
    if not all(isinstance(side, int) and side >= 0 for side in shape):
        raise UnreadableError(ProblemKind.UNREADABLE, "an array without a shape")
    return math.prod(shape)


def _objects(cells: list[Any], shape: Any, *, fortran: bool) -> NDArray[Any]:
    flat = np.empty(len(cells), object)
    flat[:] = cells
    return flat.reshape(tuple(shape), order="F" if fortran else "C")


def _type(spelling: Any) -> np.dtype[Any]:
    if not isinstance(spelling, str) or not _TYPE.fullmatch(spelling):
        raise ValueError(spelling)
    return np.dtype(spelling)


def _scalar(kind: np.dtype[Any], data: Any) -> Any:
    if kind.hasobject:
        return data
    return np.frombuffer(_bytes(data), kind)[:1].tolist()[0]


def _bytes(data: Any) -> bytes:
    if isinstance(data, str):
        return data.encode("latin-1")  # Python 2 wrote bytes so
    if not isinstance(data, (bytes, bytearray)):
        raise TypeError(type(data))
    return bytes(data)
