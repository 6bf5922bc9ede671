"""R's vectors as columns: factors by their levels, dates as dates, matrices by their columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.formats.science.arrays import MOST_COLUMNS, column, numbered

ATOMIC = {"LGL", "INT", "REAL", "CPLX", "STR"}
_SECONDS_A_DAY = 86_400  # fixed: seconds of a day
_LAST_DAY = 3_000_000  # fixed: days after 1970 whose year has four digits: after 9999 there are no dates
_MATRIX = 2  # fixed: the dimensions of a matrix


def kind(value: Any) -> str:
    """Return the name of an R object's type, e.g. "REAL" or "VEC"."""
    return str(value.info.type.name)


def followed(value: Any) -> Any:
    """Return what a reference refers to, or the object itself."""
    while kind(value) == "REF":
        value = value.referenced_object
    return value


def text(value: Any) -> str:
    """Return a CHAR or symbol as text; "" where it is missing."""
    value = followed(value)
    if kind(value) == "SYM":
        value = followed(value.value)
    return value.value.decode("utf-8", errors="replace") if isinstance(value.value, bytes) else ""


def strings(value: Any) -> list[str | None]:
    """Return a vector of strings; NA as None."""
    found = (followed(each) for each in value.value)
    return [None if each.value is None else text(each) for each in found]


def attributes(value: Any) -> dict[str, Any]:
    """Return an object's attributes by name."""
    found: dict[str, Any] = {}
    place = value.attributes
    while place is not None and kind(place) == "LIST":
        if place.tag is not None:
            found[text(place.tag)] = followed(place.value[0])
        place = place.value[1]
    return found


def words(of: Mapping[str, Any], name: str) -> list[str]:
    """Return an attribute that is a vector of strings, or nothing."""
    value = of.get(name)
    return [each or "" for each in strings(value)] if value is not None and kind(value) == "STR" else []


def length(value: Any) -> int:
    """Return how many elements a vector has."""
    return len(value.value) if value.value is not None else 0


def vector(value: Any) -> pa.Array:
    """Return an atomic vector as a column."""
    about = attributes(value)
    classes = words(about, "class")
    if kind(value) == "STR":
        return pa.array(strings(value), pa.string())
    raw = value.value
    if "factor" in classes:
        return _factor(raw, words(about, "levels"))
    numbers = np.ma.getdata(raw)
    mask = np.ma.getmaskarray(raw) if isinstance(raw, np.ma.MaskedArray) else None
    if "Date" in classes or "POSIXct" in classes:
        return _dates(numbers, mask, days="Date" in classes)
    if numbers.dtype.kind == "c":
        return pa.array([str(each) for each in numbers.tolist()], pa.string())
    return pa.array(
        numbers, mask=mask if mask is not None else np.isnan(numbers) if numbers.dtype.kind == "f" else None
    )


def matrix(value: Any) -> pa.Table | None:
    """Return a vector with dimensions as a table, its row names a column; None when they do not fit."""
    about = attributes(value)
    stated = about.get("dim")
    if stated is None or kind(stated) not in {"INT", "REAL"} or kind(value) not in ATOMIC:
        return None
    shape = [int(each) for each in np.ma.getdata(stated.value)]
    cells = np.array(strings(value), object) if kind(value) == "STR" else np.ma.getdata(value.value)
    if len(shape) < _MATRIX or min(shape) < 1 or int(np.prod(shape)) != len(cells):
        return None
    grid = cells.reshape(shape, order="F").reshape(shape[0], -1)
    turned = grid.shape[1] > MOST_COLUMNS and grid.shape[1] > grid.shape[0]
    rows, names = _dimension_names(about, shape)
    if turned or len(names) != grid.shape[1]:
        grid, names = (grid.T if turned else grid), []
    table = numbered(grid[:, :MOST_COLUMNS] if grid.dtype.kind == "O" else grid, names or None)
    return table.add_column(0, "row.names", pa.array(rows)) if len(rows) == table.num_rows else table


def _dimension_names(about: Mapping[str, Any], shape: list[int]) -> tuple[list[str], list[str]]:
    stated = about.get("dimnames")
    if stated is None or kind(stated) != "VEC":
        return [], []
    names = [followed(each) for each in stated.value]
    found = [[each or "" for each in strings(name)] if kind(name) == "STR" else [] for name in names]
    return (found[0], found[1] if len(shape) == _MATRIX else []) if len(found) == len(shape) else ([], [])


def _factor(codes: Any, levels: list[str]) -> pa.Array:
    numbers = np.ma.filled(codes, 0).astype(np.int64)
    known = (numbers >= 1) & (numbers <= len(levels))
    if not len(levels):
        return column(numbers)
    shown: NDArray[Any] = np.array(levels, object)[np.where(known, numbers - 1, 0)]
    return pa.array(shown.tolist(), pa.string(), mask=~known)


def _dates(numbers: NDArray[Any], mask: NDArray[np.bool_] | None, *, days: bool) -> pa.Array:
    wide = numbers.astype(np.float64)
    unit = 1 if days else _SECONDS_A_DAY
    known = np.isfinite(wide) & (np.abs(wide) < _LAST_DAY * unit)
    known &= ~mask if mask is not None else True
    integers = np.where(known, np.floor(wide), 0).astype(np.int64)
    if days:
        return pa.array(integers.astype(np.int32), mask=~known).cast(pa.date32())
    return pa.array(integers, mask=~known).cast(pa.timestamp("s"))
