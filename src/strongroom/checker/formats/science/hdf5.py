"""HDF5 and netCDF-4: datasets and attributes as tables, those of one length side by side."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact, FoundModel, FoundTable, Origin, ProblemKind
from strongroom.checker.formats.part import Context, Part, printable
from strongroom.checker.formats.science.arrays import (
    MOST_COLUMNS,
    array_artefacts,
    cells,
    column,
    numbered,
    raw_bytes,
)
from strongroom.checker.formats.science.hdf5_file import Node, nodes, opened, unexplained_bytes, values
from strongroom.checker.formats.text.plain_text import with_tables
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    few: int = threshold(5, "values", "judgement: shorter attributes are settings and are judged as words")


LIMITS = _Limits()


_KERAS = {"keras_version", "model_config", "layer_names"}

_KERAS_LAYERS = ("/_layer_checkpoint_dependencies", "/layers/")


@dataclass(repr=False)
class _Group:
    """The columns of a group's datasets, by their length, and its matrices with their names."""

    columns: dict[int, dict[str, pa.Array]] = field(default_factory=lambda: defaultdict(dict))
    matrices: dict[str, NDArray[Any]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield every dataset and attribute, the user block, and unexplained bytes."""
    with opened(part) as file:
        if file.userblock_size:
            yield from _user_block(part, part.data[: file.userblock_size], context)
        found = list(nodes(file))
        model = any(_is_network(node) for node in found if node.held is not None)
        origin = Origin.MODEL if model else Origin.ARRAY
        words: list[str] = []
        groups: dict[str, _Group] = defaultdict(_Group)
        numbers, long = 0, 0
        for node in found:
            place = part.inner(b"", printable(node.path.strip("/")) or "root")
            yield from _attributes(node, place, context, words)
            array = (
                values(node.held, context)
                if hasattr(node.held, "dtype") and hasattr(node.held, "shape")
                else None
            )
            if array is None:
                words.append(f"{node.path} {node.target}")
                continue
            numbers += array.size
            long += _text_bytes(array)
            yield from _dataset(node, array, place, context, groups)
        yield from _grouped(groups, part, origin)
        yield from with_tables(f"{part.where} > names and attributes", "\n".join(words))
        if model:
            yield FoundModel(part.where, "Keras", ("keras",), numbers)
        yield from unexplained_bytes(part, file, found, long)


def _is_network(node: Node) -> bool:
    return bool(_KERAS & set(node.held.attrs)) or node.path.startswith(_KERAS_LAYERS)


def _user_block(part: Part, block: bytes, context: Context) -> Iterator[Artefact]:
    if any(block):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "a user block before the HDF5 file")
        yield from raw_bytes(part.inner(b"", "user block"), block.strip(b"\x00"), context)


def _attributes(node: Node, place: Part, context: Context, words: list[str]) -> Iterator[Artefact]:
    for name in node.held.attrs if node.held is not None else ():
        value = node.held.attrs[name]
        array = np.asarray(value) if hasattr(value, "dtype") else None
        if array is not None and array.size >= LIMITS.few:
            yield from _array(place.inner(b"", f"attribute {name}"), array, context)
        else:
            words.append(f"{node.path} {name}: {value}")


def _dataset(
    node: Node, array: NDArray[Any], place: Part, context: Context, groups: dict[str, _Group]
) -> Iterator[Artefact]:
    """Yield a separate dataset; note one that may be a column or a block of its group's table."""
    above, _, name = node.path.rpartition("/")
    plain = array.dtype.names is None and array.dtype.kind in "biufSOUM" and not _holds_arrays(array)
    if plain and array.ndim == 1 and array.size:
        context.budget.take(int(array.nbytes))
        made = column(array)
        groups[above].columns[len(array)][name] = made
        if pa.types.is_string(made.type):
            groups[above].texts[name] = [str(each) for each in made.to_pylist()]
        more = _array(place, array, context) if array.dtype.itemsize == 1 else ()
        yield from (found for found in more if not isinstance(found, FoundTable))
        return
    if plain and array.ndim == 2 and array.shape[1] <= MOST_COLUMNS:  # noqa: PLR2004 - a matrix
        context.budget.take(int(array.nbytes))
        groups[above].matrices[name] = array
        return
    yield from _array(place, array, context)


def _array(place: Part, array: NDArray[Any], context: Context) -> Iterator[Artefact]:
    if not _holds_arrays(array):
        yield from array_artefacts(place, array, context)
        return
    pieces = [np.asarray(each) for each in array.reshape(-1)]
    if all(piece.dtype == np.uint8 for piece in pieces):
        for piece in pieces:
            yield from raw_bytes(place, piece.tobytes(), context)
    elif pieces:
        yield from array_artefacts(place, np.concatenate([piece.reshape(-1) for piece in pieces]), context)


def _grouped(groups: dict[str, _Group], part: Part, origin: Origin) -> Iterator[FoundTable]:
    """Yield each group's columns of one length as a table, and its matrices under the names beside them.

    AnnData stores its cells' annotations this way, loom and netCDF their variables, pandas its frames.
    """
    coded = {path: _categorical(group) for path, group in groups.items()}
    for path, decoded in coded.items():
        above, _, name = path.rpartition("/")
        if decoded is not None:
            groups[above].columns[len(decoded)][name] = decoded
    for path, group in groups.items():
        where = part.inner(b"", printable(path.strip("/")) or "root").where
        if coded.get(path) is not None:
            continue
        for columns in group.columns.values():
            yield FoundTable(
                where, pa.table(list(columns.values()), names=list(columns)), _weakest(origin, columns)
            )
        for name, matrix in group.matrices.items():
            names = group.texts.get(name.replace("_values", "_items"), [])
            named = names if len(names) == matrix.shape[1] else None
            yield FoundTable(f"{where} > {printable(name)}", numbered(matrix, named), origin)


def _weakest(origin: Origin, columns: dict[str, pa.Array]) -> Origin:
    return Origin.TABLE if origin is Origin.ARRAY and len(columns) > 1 else origin


def _categorical(group: _Group) -> pa.Array | None:
    """Return the column that codes and categories are in AnnData's layout, or None."""
    by_name = {name: made for columns in group.columns.values() for name, made in columns.items()}
    if by_name.keys() != {"codes", "categories"} or not pa.types.is_integer(by_name["codes"].type):
        return None
    categories = by_name["categories"].to_pylist()
    return cells(
        [categories[code] if 0 <= code < len(categories) else None for code in by_name["codes"].to_pylist()]
    )


def _holds_arrays(array: NDArray[Any]) -> bool:
    return array.dtype.kind == "O" and any(
        isinstance(each, np.ndarray) for each in array.reshape(-1)[: LIMITS.few]
    )


def _text_bytes(array: NDArray[Any]) -> int:
    """Return how many bytes values of no fixed size take in the file's heaps."""
    if array.dtype.kind != "O":
        return 0
    return sum(getattr(each, "nbytes", None) or len(str(each)) + 16 for each in array.reshape(-1))
