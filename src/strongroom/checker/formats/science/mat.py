"""MATLAB files: level 5 (v5 to v7.2) and v7.3; variables as tables. Objects and functions are refused."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundProblem, FoundTable, ProblemKind
from strongroom.checker.formats.format import Format, Order, magic
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, printable
from strongroom.checker.formats.science.mat_values import Cells, Struct, require_depth
from strongroom.checker.formats.text.plain_text import with_tables

_LEVEL_5, _LEVEL_73 = b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file"
_WORDS = 116  # fixed: MAT-File Format, the text of the header
_SCALARS = "single values"


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield every variable: arrays, cell arrays and structures as tables, single values as one."""
    problems: list[FoundProblem] = []
    if part.data.startswith(_LEVEL_73):
        from strongroom.checker.formats.science.mat_hdf5 import read_hdf5  # noqa: PLC0415 - few files need it

        variables = read_hdf5(part, context, problems)
    else:
        from strongroom.checker.formats.science.mat_level_5 import read_level_5  # noqa: PLC0415 - as above

        variables = read_level_5(part, context, problems)
    header = part.data[:_WORDS].decode("latin-1").rstrip(" \x00")
    yield from with_tables(f"{part.where} > header", header)
    yield from problems
    yield from _structure(part, Struct({name: [value] for name, value in variables.items()}), context, 0)


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the variables as CSV; raise UnreadableError where something was not understood in full."""
    from strongroom.checker.formats.science.rebuild_columns import csv_files  # noqa: PLC0415 - few files need it

    found = list(read(part, context))
    if any(isinstance(each, FoundProblem) for each in found):
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a variable could not be read completely")
    tables = [(each.where.split(" > ")[-1], each.table) for each in found if isinstance(each, FoundTable)]
    return csv_files(part, tables, "MATLAB's classes, shapes and the file's header are left out")


def _structure(place: Part, value: Struct, context: Context, depth: int) -> Iterator[Artefact]:
    """Yield a structure: of several elements a table; of one, its columns of one length side by side."""
    require_depth(depth)
    from strongroom.checker.formats.science.arrays import cells  # noqa: PLC0415 - few files need it

    columns: dict[int, dict[str, pa.Array]] = {}
    scalars: dict[str, Any] = {}
    for name, values in value.fields.items():
        plain = _single_values(values)
        if plain is not None and len(plain) == 1:
            scalars[name] = plain[0]
        elif plain is not None:
            columns.setdefault(len(plain), {})[name] = cells(plain)
        elif len(values) == 1 and (vector := _vector(values[0])) is not None:
            columns.setdefault(len(vector), {})[name] = vector
        else:
            for number, each in enumerate(values, start=1):
                label = name if len(values) == 1 else f"{name} {number}"
                yield from _found(place.inner(b"", printable(label)), each, context, depth)
    for some in columns.values():
        label = printable(next(iter(some))) if len(some) == 1 else "columns"
        yield FoundTable(f"{place.where} > {label}", pa.table(list(some.values()), names=list(some)))
    if scalars:
        made = [
            cells(list(scalars)),
            cells([None if each is None else str(each) for each in scalars.values()]),
        ]
        yield FoundTable(f"{place.where} > {_SCALARS}", pa.table(made, names=["name", "value"]))


def _found(place: Part, value: Any, context: Context, depth: int) -> Iterator[Artefact]:
    from strongroom.checker.formats.science.arrays import array_artefacts, cells  # noqa: PLC0415 - as above

    if isinstance(value, Struct):
        yield from _structure(place, value, context, depth + 1)
        return
    if not isinstance(value, Cells):
        yield from array_artefacts(place, value, context)
        return
    plain = _single_values(value.values)
    if plain is None:
        numbered = {str(number): [each] for number, each in enumerate(value.values, start=1)}
        yield from _structure(place, Struct(numbered), context, depth + 1)
    elif plain:
        rows = max(value.shape) if min(value.shape) == 1 else value.shape[0]
        made = [cells(plain[start : start + rows]) for start in range(0, len(plain), rows)]
        yield FoundTable(place.where, pa.table(made, names=[f"f{number}" for number in range(len(made))]))


def _single_values(values: list[Any]) -> list[Any] | None:
    """Return numbers and texts that are alone in their arrays, None for an empty one; None if one is not."""
    if any(not isinstance(each, np.ndarray) or each.size > 1 for each in values):
        return None
    return [each.reshape(-1)[0].item() if each.size else None for each in values]


def _vector(value: Any) -> pa.Array | None:
    """Return an array of one dimension, or a cell array of single values, as a column; else None."""
    from strongroom.checker.formats.science.arrays import cells, column  # noqa: PLC0415 - few files need it

    if isinstance(value, Cells):
        plain = _single_values(value.values) if min(value.shape) <= 1 else None
        return cells(plain) if plain else None
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biufU":
        return None
    return column(value.reshape(-1)) if max(value.shape, default=0) == value.size else None


FORMAT = Format(
    "MATLAB",
    "application/x-matlab-data",
    (".mat",),
    read,
    (magic(Order.SCIENTIFIC_MAGIC, _LEVEL_5, _LEVEL_73),),
    rebuild,
    preload=("h5py",),
    copy="one CSV file per table of variables",
    library="NumPy, h5py",
)
