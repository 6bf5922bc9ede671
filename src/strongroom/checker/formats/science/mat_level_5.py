"""MATLAB files of level 5 (v5 to v7.2), walked element by element.

Layout: MathWorks, MAT-File Format (R2023a). SciPy reads them too, but skips bytes that follow an array
within its element, where rows could hide; here every byte belongs to a value or to its padding. Objects and
functions, whose layout is not published, are refused.
"""

import struct
import zlib
from dataclasses import dataclass, field
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundProblem, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.science.mat_values import (
    Cells,
    Struct,
    damaged,
    dense,
    lines,
    require_depth,
    require_name,
)

_HEADER, _SUBSYSTEM = 128, slice(116, 124)  # fixed: MAT-File Format, level 5 header
_ORDER = slice(126, 128)  # fixed: MAT-File Format, level 5 header, the endian indicator
_MATRIX, _COMPRESSED = 14, 15  # fixed: MAT-File Format, table 1-1, miMATRIX and miCOMPRESSED
_CELL, _STRUCT, _CHAR, _SPARSE = 1, 2, 4, 5  # fixed: MAT-File Format, table 1-3
_COMPLEX = 0x08  # fixed: MAT-File Format, array flags
# Types of stored numbers and classes of arrays (tables 1-1 and 1-3), as NumPy calls them.
_STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_NUMERIC = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}
_CHARACTERS = {1: "latin-1", 2: "latin-1", 4: "utf-16", 16: "utf-8", 17: "utf-16", 18: "utf-32"}


class _Element(NamedTuple):
    """A data element: its type and bytes."""

    kind: int
    data: memoryview


def read_level_5(part: Part, context: Context, problems: list[FoundProblem]) -> dict[str, Any]:
    """Return the variables by name and append to `problems`; raise UnreadableError."""
    data = memoryview(part.data)
    if len(data) < _HEADER:
        raise UnreadableError(ProblemKind.UNREADABLE, "a truncated MATLAB header")
    order = {b"IM": "<", b"MI": ">"}.get(bytes(data[_ORDER]))
    if order is None:
        raise UnreadableError(ProblemKind.UNREADABLE, "a MATLAB file of unknown byte order")
    if bytes(data[_SUBSYSTEM]).strip(b" \x00"):
        raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "a MATLAB file with objects or functions")
    walk = _Walk(order, context)
    variables: dict[str, Any] = {}
    at = _HEADER
    while at < len(data):
        element, at = walk.element(data, at, padded=False)
        name, value = walk.variable(element)
        variables[name if name not in variables else f"{name} ({len(variables)})"] = value
    if walk.filled:
        problems.append(part.problem(ProblemKind.HIDDEN_CONTENT, "data in the padding"))
    return variables


@dataclass
class _Walk:
    """Reads elements of one byte order; `filled` is whether padding contained data."""

    order: str
    context: Context
    filled: bool = field(default=False)

    def element(self, data: memoryview, at: int, *, padded: bool = True) -> tuple[_Element, int]:
        """Return the element at a place and the place after it; `padded` to eight bytes."""
        if at + 8 > len(data):
            raise damaged()
        kind, size = struct.unpack_from(f"{self.order}II", data, at)
        if kind >> 16:  # a small one: length, type and at most four bytes in eight
            kind, size, start, end = kind & 0xFFFF, kind >> 16, at + 4, at + 8
        else:
            start = at + 8
            end = start + (-(-size // 8) * 8 if padded else size)
        if end > len(data) or start + size > end:
            raise damaged()
        self.filled |= any(data[start + size : end])
        return _Element(kind, data[start : start + size]), end

    def variable(self, element: _Element) -> tuple[str, Any]:
        """Return the name and value of an element of the file."""
        data = element.data
        if element.kind == _COMPRESSED:
            unpacker = zlib.decompressobj()
            limit = self.context.unpack_limit(len(data))
            try:
                unpacked = unpacker.decompress(data, limit)
            except zlib.error as error:
                raise damaged() from error
            if not unpacker.eof or unpacker.unused_data:
                raise UnreadableError(ProblemKind.TOO_LARGE, "a variable that unpacks to more than the limit")
            self.context.budget.take(len(unpacked))
            element, end = self.element(memoryview(unpacked), 0, padded=False)
            if end != len(unpacked):
                raise damaged()
        if element.kind != _MATRIX:
            raise damaged()
        return self.matrix(element.data, 0)

    def matrix(self, data: memoryview, depth: int) -> tuple[str, Any]:
        """Return the name and value of an array; raise UnreadableError for bytes that belong to neither."""
        require_depth(depth)
        if not data:
            return "", np.empty((0, 0))
        flags, at = self.element(data, 0)
        word = int(self._numbers(flags)[0])
        kind, complex_ = word & 0xFF, bool(word >> 8 & _COMPLEX)
        if kind not in {_CELL, _STRUCT, _CHAR, _SPARSE, *_NUMERIC}:
            raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "a MATLAB object, function or unknown class")
        dimensions, at = self.element(data, at)
        shape = tuple(map(int, self._numbers(dimensions)))
        if min(shape, default=-1) < 0:
            raise damaged()
        name, at = self.element(data, at)
        value, at = self._value(data, at, kind, shape, depth, complex_=complex_)
        if at != len(data):
            raise UnreadableError(ProblemKind.TRAILING_BYTES, "bytes after an array within its element")
        return require_name(bytes(name.data).decode("utf-8", "replace")), value

    def _value(
        self, data: memoryview, at: int, kind: int, shape: tuple[int, ...], depth: int, *, complex_: bool
    ) -> tuple[Any, int]:
        if kind == _CELL:
            return self._cells(data, at, shape, depth)
        if kind == _STRUCT:
            return self._struct(data, at, shape, depth)
        if kind == _SPARSE:
            return self._sparse(data, at, shape, complex_=complex_)
        if kind == _CHAR:
            element, at = self.element(data, at)
            return lines(self._characters(element), shape), at
        values, at = self._values(data, at, _NUMERIC[kind], complex_=complex_)
        return _shaped(values, shape), at

    def _numbers(self, element: _Element) -> NDArray[Any]:
        stored = _STORED.get(element.kind)
        if stored is None or len(element.data) % np.dtype(stored).itemsize or not element.data:
            if stored and not element.data:
                return np.empty(0, stored)
            raise damaged()
        return np.frombuffer(element.data, np.dtype(f"{self.order}{stored}"))

    def _values(self, data: memoryview, at: int, kind: str, *, complex_: bool) -> tuple[NDArray[Any], int]:
        element, at = self.element(data, at)
        real = self._numbers(element).astype(kind)
        if not complex_:
            return real, at
        element, at = self.element(data, at)
        imaginary = self._numbers(element)
        if len(imaginary) != len(real):
            raise damaged()
        return real + 1j * imaginary, at

    def _characters(self, element: _Element) -> str:
        codec = _CHARACTERS.get(element.kind)
        if codec is None:
            raise damaged()
        if codec in {"utf-16", "utf-32"}:
            codec += "-le" if self.order == "<" else "-be"
        return bytes(element.data).decode(codec, "replace")

    def _cells(self, data: memoryview, at: int, shape: tuple[int, ...], depth: int) -> tuple[Cells, int]:
        values = []
        for _ in range(prod(shape)):
            element, at = self.element(data, at)
            if element.kind != _MATRIX:
                raise damaged()
            values.append(self.matrix(element.data, depth + 1)[1])
        return Cells(shape, values), at

    def _struct(self, data: memoryview, at: int, shape: tuple[int, ...], depth: int) -> tuple[Struct, int]:
        width_element, at = self.element(data, at)
        names_element, at = self.element(data, at)
        width = int(self._numbers(width_element)[0])
        written = bytes(names_element.data)
        if width <= 0 or len(written) % width:
            raise damaged()
        slots = [written[start : start + width] for start in range(0, len(written), width)]
        self.filled |= any(slot.partition(b"\x00")[2].strip(b"\x00") for slot in slots)
        names = [require_name(slot.partition(b"\x00")[0].decode("utf-8", "replace")) for slot in slots]
        if len(set(names)) != len(names):
            raise damaged()
        found, at = (
            self._cells(data, at, (len(names) * prod(shape),), depth) if names else (Cells((), []), at)
        )
        return Struct({name: found.values[place :: len(names)] for place, name in enumerate(names)}), at

    def _sparse(
        self, data: memoryview, at: int, shape: tuple[int, ...], *, complex_: bool
    ) -> tuple[NDArray[Any], int]:
        row_element, at = self.element(data, at)
        start_element, at = self.element(data, at)
        values, at = self._values(data, at, "f8", complex_=complex_)
        return dense(
            self._numbers(row_element), self._numbers(start_element), values, shape, self.context
        ), at


def _shaped(values: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    if prod(shape) != len(values):
        raise damaged()
    return values.reshape(shape, order="F")
