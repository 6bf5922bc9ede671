"""ESRI ASCII grids: a header of names and numbers, then one line of numbers a row."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from strongroom.checker.contents.found import Artefact, FoundTable, FoundText, Origin, ProblemKind
from strongroom.checker.formats.format import Format
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file

_NAMES = {"ncols", "nrows", "xllcorner", "yllcorner", "xllcenter", "yllcenter", "cellsize", "nodata_value"}
_HEADER_LINES = 6


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the header as text and the grid as a table; everything in the file is in one of them."""
    header, grid = _parse(part.data)
    context.budget.take(grid.nbytes)
    yield FoundText(f"{part.where} > header", "\n".join(f"{name} {value}" for name, value in header.items()))
    columns = [pa.array(grid[:, number]) for number in range(grid.shape[1])]
    table = pa.table(columns, names=[f"f{number}" for number in range(len(columns))])
    yield FoundTable(f"{part.where} > grid", table, Origin.ARRAY)


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the grid, written from the numbers that were read: no spelling, blank or comment is kept."""
    header, grid = _parse(part.data)
    context.budget.take(grid.nbytes)
    lines = [f"{name} {value:g}" for name, value in header.items()]
    lines += [" ".join(f"{value:.6g}" for value in row) for row in grid.tolist()]
    return one_file(part, ("\n".join(lines) + "\n").encode(), f"{part.where}: numbers keep six digits")


def _parse(data: bytes) -> tuple[dict[str, float], np.ndarray]:
    """Return header and grid; raise UnreadableError for anything else, so that it never leaves unread."""
    try:
        lines = data.decode("ascii").split("\n")
        header = {
            name.lower(): float(value) for name, value in (line.split() for line in lines[:_HEADER_LINES])
        }
        grid = np.array(
            [[float(word) for word in line.split()] for line in lines[_HEADER_LINES:] if line.strip()]
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "not an ESRI ASCII grid") from error
    shape = (header.get("nrows"), header.get("ncols"))
    if len(header) != _HEADER_LINES or not header.keys() <= _NAMES or grid.shape != shape:
        raise UnreadableError(ProblemKind.UNREADABLE, "not an ESRI ASCII grid")
    return header, grid


FORMAT = Format(
    "ESRI ASCII grid",
    "application/x-esri-ascii-grid",
    (".asc",),
    read,
    rebuild=rebuild,
    text=True,
    copy="the header and the grid, numbers of six digits",
)
