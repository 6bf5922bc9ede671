"""MATLAB files of v7.3: HDF5, a group or dataset a variable, cells as references.

Attributes (MATLAB_class and others) state the classes. Objects and functions, whose layout is not
published, are refused.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import FoundProblem, ProblemKind
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.science.hdf5_file import nodes, opened, unexplained_bytes, values
from strongroom.checker.formats.science.mat_values import (
    Cells,
    Struct,
    damaged,
    dense,
    lines,
    require_depth,
    require_name,
)

_HEADER = 128  # fixed: MAT-File Format, the header; the rest of the user block is empty
_NUMERIC = "double single int8 uint8 int16 uint16 int32 uint32 int64 uint64 logical"
_CLASSES = frozenset(("", "struct", "cell", "char", *_NUMERIC.split()))
_KNOWN = frozenset(
    [
        "MATLAB_class",
        "MATLAB_empty",
        "MATLAB_fields",
        "MATLAB_int_decode",
        "MATLAB_sparse",
        "MATLAB_global",
        "H5PATH",
    ]
)


def read_hdf5(part: Part, context: Context, problems: list[FoundProblem]) -> dict[str, Any]:
    """Return the variables by name and append to `problems`; raise UnreadableError."""
    with opened(part) as file:
        found = list(nodes(file))
        if any(node.held is None for node in found):
            raise UnreadableError(ProblemKind.UNSAFE_NAME, "a MATLAB file with links")
        if any(node.path.startswith("/#subsystem#") for node in found):
            raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "a MATLAB file with objects or functions")
        walk = _HdfWalk(file, context)
        names = [require_name(name) for name in file if not name.startswith("#")]
        variables = {name: walk.value(file[name], 0) for name in names}
        left = [
            node for node in found if hasattr(node.held, "dtype") and _address(node.held) not in walk.read
        ]
        if left:
            problems.append(part.problem(ProblemKind.HIDDEN_CONTENT, "values that belong to no variable"))
        if walk.unknown or any(part.data[_HEADER : file.userblock_size]):
            problems.append(
                part.problem(ProblemKind.HIDDEN_CONTENT, "attributes or data that MATLAB files do not have")
            )
        problems.extend(unexplained_bytes(part, file, found, 0))
    return variables


def _address(held: Any) -> int:
    import h5py  # noqa: PLC0415 - heavy, and few files need it

    return int(h5py.h5o.get_info(held.id).addr)


class _HdfWalk:
    """Follows variables through an HDF5 file; `read` holds addresses, `unknown` flags odd attributes."""

    def __init__(self, file: Any, context: Context) -> None:
        self._file = file
        self._context = context
        self.read: set[int] = set()
        self.unknown = False

    def value(self, held: Any, depth: int) -> Any:
        """Return the value of a group or dataset; raise UnreadableError for objects and functions."""
        require_depth(depth)
        self.read.add(_address(held))
        about = dict(held.attrs)
        self.unknown |= not about.keys() <= _KNOWN
        kind = bytes(about.get("MATLAB_class", b"")).decode("latin-1")
        if "MATLAB_object_decode" in about or kind not in _CLASSES:
            raise UnreadableError(ProblemKind.ACTIVE_CONTENT, "a MATLAB object, function or unknown class")
        if not hasattr(held, "dtype"):
            return self._sparse(held, about) if "MATLAB_sparse" in about else self._struct(held, depth)
        return self._dataset(held, about, kind, depth)

    def _dataset(self, held: Any, about: dict[str, Any], kind: str, depth: int) -> Any:
        import h5py  # noqa: PLC0415 - heavy, and few files need it

        array = values(held, self._context)
        if array is None:
            raise damaged()
        array = array.T
        if about.get("MATLAB_empty"):
            return Cells((0,), []) if kind == "cell" else np.empty((0, 0))
        if h5py.check_ref_dtype(held.dtype) is not None:
            found = [
                self.value(self._file[reference], depth + 1) for reference in array.reshape(-1, order="F")
            ]
            return Cells(array.shape, found)
        if array.dtype.names == ("real", "imag"):
            array = array["real"] + 1j * array["imag"]
        if kind == "char":
            codes = np.asarray(array, "<u2").tobytes(order="F")
            return lines(codes.decode("utf-16-le", "replace"), array.shape)
        if array.dtype.kind not in "biufc":
            raise damaged()
        return array

    def _struct(self, held: Any, depth: int) -> Struct:
        """Return a structure: one of an array has a dataset of references a field, without a class."""
        fields: dict[str, list[Any]] = {}
        for name in held:
            value = self.value(held[require_name(name)], depth + 1)
            several = isinstance(value, Cells) and "MATLAB_class" not in held[name].attrs
            fields[name] = value.values if several else [value]
        if len({len(each) for each in fields.values()}) > 1:
            raise damaged()
        return Struct(fields)

    def _sparse(self, held: Any, about: dict[str, Any]) -> NDArray[Any]:
        pieces = {name: np.asarray(self.value(held[name], 0)).reshape(-1) for name in held}
        if not {"jc"} <= pieces.keys() <= {"data", "ir", "jc"}:
            raise damaged()
        shape = (int(about["MATLAB_sparse"]), len(pieces["jc"]) - 1)
        empty = np.empty(0, np.int64)
        return dense(pieces.get("ir", empty), pieces["jc"], pieces.get("data", empty), shape, self._context)
