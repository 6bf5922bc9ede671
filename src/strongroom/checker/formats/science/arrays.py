"""Arrays of any library as tables: what every reader of a scientific format hands its arrays to."""

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, FoundOpaque, FoundTable, Origin, ProblemKind
from strongroom.checker.formats.format import usual_ending
from strongroom.checker.formats.part import Context, Kind, Part
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_columns: int = threshold(
        4_096, "columns", "cost: detectors take time by the column; wider arrays are cut or turned"
    )
    least_hidden: int = threshold(64, "bytes", "judgement: shorter bytes read as letters by chance")
    looked_at: int = threshold(
        4_096, "bytes", "cost: what is text by its start is decoded in full afterwards"
    )
    light: int = threshold(1, "zlib level", "cost: only tells how compressible bytes are")


LIMITS = _Limits()
MOST_COLUMNS = LIMITS.most_columns


def array_artefacts(
    part: Part, array: NDArray[Any], context: Context, origin: Origin = Origin.ARRAY
) -> Iterator[Artefact]:
    """Yield an array of any shape and type as tables of at most `MOST_COLUMNS` columns.

    One dimension is one column; more are rows by the first, the rest side by side. What is far wider than
    long is transposed. Bytes that form a text or a file are checked as such too.
    """
    context.budget.take(int(array.nbytes))
    if array.size == 0:
        return
    if array.dtype.kind == "V" and array.dtype.names is None:
        yield from raw_bytes(part, array.tobytes(), context)
        return
    if array.dtype.kind in "iufc":
        yield from _disguised(part, array, context)
    if array.dtype.names is not None:
        yield FoundTable(part.where, _structured(array.reshape(-1)), origin)
        return
    for where, block in _blocks(part.where, _flat(array)):
        yield FoundTable(where, numbered(block), origin)


def raw_bytes(part: Part, data: bytes, context: Context) -> Iterator[Artefact]:
    """Yield bytes of undeclared type: as the file or text they form, otherwise as opaque."""
    kind = context.formats.identify(data, "")
    if _is_file(kind, context):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, f"bytes that form a file of type {kind.mime}")
        yield from context.nested(Part(data, f"bytes{usual_ending(kind)}", part.where))
    elif len(data) >= LIMITS.least_hidden and _is_text(data):
        yield from context.nested(Part(data, "bytes.txt", part.where))
    elif data:
        yield FoundOpaque(part.where, len(data), len(zlib.compress(data, LIMITS.light)), "raw bytes")


def numbered(array: NDArray[Any], names: list[str] | None = None) -> pa.Table:
    """Return an array of two dimensions as a table of columns f0, f1 and so on."""
    if array.dtype.kind == "c":
        array = np.hstack([array.real, array.imag])
        names = [f"{name}.{side}" for side in ("re", "im") for name in names] if names else None
    names = names or [f"f{number}" for number in range(array.shape[1])]
    return pa.table([column(array[:, number]) for number in range(array.shape[1])], names=names)


def column(values: NDArray[Any]) -> pa.Array:
    """Return values of one dimension as an Arrow column; what Arrow has no type for is text."""
    values = np.ascontiguousarray(values)
    if values.dtype.byteorder == ">":
        values = values.astype(values.dtype.newbyteorder("="))
    match values.dtype.kind:
        case "f" if values.dtype.itemsize not in {4, 8}:
            return pa.array(values.astype(np.float32 if values.dtype.itemsize == 2 else np.float64))  # noqa: PLR2004 - half floats
        case "S":
            return pa.array([_decoded(value) for value in values.tolist()], pa.string())
        case "O":
            return cells(values.tolist())
        case "V" | "c":
            return pa.array([str(value) for value in values.tolist()], pa.string())
    try:
        return pa.array(values)
    except (pa.ArrowException, ValueError, TypeError):
        return pa.array([str(value) for value in values.tolist()], pa.string())


def cells(values: list[Any]) -> pa.Array:
    """Return plain values as a column: numbers and dates as themselves, mixtures as text."""
    plain = [_decoded(value) if isinstance(value, bytes) else value for value in values]
    plain = [None if isinstance(value, float) and value != value else value for value in plain]  # noqa: PLR0124 - NaN
    try:
        made = pa.array(plain)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        made = None
    if made is None or pa.types.is_nested(made.type) or pa.types.is_null(made.type):
        return pa.array([None if value is None else str(value) for value in plain], pa.string())
    return made


def _flat(array: NDArray[Any]) -> NDArray[Any]:
    if array.ndim == 0:
        return array.reshape(1, 1)
    if array.ndim == 1:
        return array.reshape(-1, 1)
    return array.reshape(array.shape[0], -1)


def _blocks(where: str, array: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    rows, columns = array.shape
    if columns > MOST_COLUMNS and columns > rows:
        array = array.T
    if array.shape[1] <= MOST_COLUMNS:
        yield where, array
        return
    for first in range(0, array.shape[1], MOST_COLUMNS):
        yield f"{where} > columns from {first}", array[:, first : first + MOST_COLUMNS]


def _structured(array: NDArray[Any]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name in array.dtype.names or ():
        inner = array[name]
        if inner.dtype.names is not None:
            nested = _structured(inner.reshape(-1)) if inner.ndim == 1 else None
            if nested is not None:
                columns |= {f"{name}.{each}": nested.column(each) for each in nested.column_names}
                continue
        if inner.ndim == 1:
            columns[name] = column(inner)
        else:
            wide = inner.reshape(len(inner), -1)
            columns |= {f"{name}.{number}": column(wide[:, number]) for number in range(wide.shape[1])}
    return pa.table(list(columns.values()), names=list(columns))


def _disguised(part: Part, array: NDArray[Any], context: Context) -> Iterator[Artefact]:
    """Yield the text that numbers spell, by their bytes or as one character code each."""
    if array.nbytes < LIMITS.least_hidden:
        return
    if array.dtype.itemsize == 1 and array.ndim == 1:
        data = array.tobytes()
        if _is_file(context.formats.identify(data, ""), context) or _is_text(data):
            yield from raw_bytes(part, data, context)
    elif _is_text(array.reshape(-1)[: LIMITS.looked_at].tobytes()):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "numbers whose bytes spell text")
        yield from raw_bytes(part, array.tobytes(), context)


def _is_file(kind: Kind, context: Context) -> bool:
    return not kind.text and kind is not context.formats.unknown


def _is_text(data: bytes) -> bool:
    try:
        shown = data[: LIMITS.looked_at].decode("utf-8", errors="strict")
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\t\r\n" for letter in shown)


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", errors="replace")
