"""NumPy arrays, read without ever unpickling."""

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.science.arrays import array_artefacts
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    header_bytes: int = threshold(
        1 << 20, "bytes", "cost: bound of parsing; headers of thousands of fields take less"
    )


LIMITS = _Limits()


_MAGIC = b"\x93NUMPY"
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
_KEYS = {"descr", "fortran_order", "shape"}
_MOST_DIMENSIONS = 32  # fixed: NumPy, NPY_MAXDIMS of version 1


@dataclass(frozen=True)
class Npy:
    """A parsed header, the array's bytes, and what follows them; an array of objects has no fixed bytes."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool
    body: memoryview = field(repr=False)

    @property
    def size(self) -> int:
        """How many bytes the array takes; 0 for objects."""
        return 0 if self.dtype.hasobject else self.dtype.itemsize * math.prod(self.shape)

    def array(self) -> NDArray[Any]:
        """Return the array over its bytes."""
        flat = np.frombuffer(self.body[: self.size], self.dtype)
        return flat.reshape(self.shape, order="F" if self.fortran else "C")


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the array as a table, and what follows it."""
    parsed = parse(part.data)
    if parsed.dtype.hasobject:
        # Objects are kept as a pickle, which is walked and never loaded.
        yield from context.nested(part.inner(bytes(parsed.body), "objects.pkl"))
        return
    if len(parsed.body) > parsed.size:
        yield part.problem(ProblemKind.TRAILING_BYTES, "bytes after the array's end")
    yield from array_artefacts(part, parsed.array(), context)


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the array saved again; raise UnreadableError for one of objects."""
    parsed = parse(part.data)
    if parsed.dtype.hasobject:
        raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "loading an array of objects runs code")
    context.budget.take(parsed.size)
    sink = BytesIO()
    np.lib.format.write_array(sink, np.ascontiguousarray(parsed.array()), allow_pickle=False)
    return one_file(part, sink.getvalue(), f"{part.where}: saved again from its values")


def parse(data: bytes) -> Npy:
    """Return header and body of an .npy file; raise UnreadableError where they do not fit each other.

    The layout is NumPy's own (numpy.lib.format, versions 1 to 3). The body is a view: an array that
    claims more than the file has is refused before anything is reserved for it.
    """
    version = data[6] if len(data) > len(_MAGIC) + 1 else 0
    width = _LENGTH_BYTES.get(version)
    if not data.startswith(_MAGIC) or width is None:
        raise UnreadableError(ProblemKind.UNREADABLE, "an array in an unknown version of the format")
    length = int.from_bytes(data[8 : 8 + width], "little")
    start = 8 + width + length
    if length > LIMITS.header_bytes or start > len(data):
        raise UnreadableError(ProblemKind.UNREADABLE, "an array whose header is longer than the file")
    dtype, shape, fortran = _header(data[8 + width : start])
    parsed = Npy(dtype, shape, fortran, memoryview(data)[start:])
    if parsed.size > len(parsed.body):
        raise UnreadableError(ProblemKind.UNREADABLE, "an array's stated size is larger than the file")
    return parsed


def _header(header: bytes) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    try:
        stated = ast.literal_eval(header.decode("utf-8").strip())
        dtype = np.lib.format.descr_to_dtype(stated["descr"])
        shape, fortran = stated["shape"], stated["fortran_order"]
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError, UnicodeError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "an array with a damaged header") from error
    plain = isinstance(shape, tuple) and all(type(each) is int and each >= 0 for each in shape)
    if stated.keys() != _KEYS or not plain or type(fortran) is not bool or len(shape) > _MOST_DIMENSIONS:
        raise UnreadableError(ProblemKind.UNREADABLE, "an array with a damaged header")
    if math.prod(shape) and dtype.itemsize == 0 and not dtype.hasobject:
        raise UnreadableError(ProblemKind.UNREADABLE, "an array whose elements have no size")
    return dtype, shape, fortran
