"""The cells of a lattice in a picture, read as a table of levels: a heat map back into its numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.checker.formats.pictures.raster.cell_borders import unframed, unrimmed
from strongroom.checker.formats.pictures.raster.colour_bars import bar_of, readings
from strongroom.checker.formats.pictures.raster.colour_levels import levels
from strongroom.checker.formats.pictures.raster.edges import edges_of

Lines = NDArray[np.intp]
Numbers = NDArray[np.float64]
Sides = tuple[int, int, int, int]

_INK = 6
_PAGE, _FILLED, _FULL, _LARGE = 0.8, 0.15, 0.35, 0.005
_SHORTEST, _BRIDGED = 4, 8
_FRAMED = 60  # pixels of what may have what is left of one
_CLEAR, _LEAST_CLEAR = 0.5, 0.2  # of the edges that are not on lines by chance, and of all
_LEAST_SIZE = 1.9
_WIDTHS = np.array([1, 2, 2, 3, 3, 3, 5, 5, 5, 5, 5])
_SHIFTS = np.array([0, 0, 1, 0, -1, 1, 0, -1, 1, -2, 2])
_AS_DRAWN, _BLURRED = 6, (16, 32)  # steps of shade in a picture as it was drawn, and in one of JPEG
_FEWEST, _MOST_COLUMNS, _MOST_CELLS, _MOST_TABLES = 15, 128, 200_000, 12
_READABLE = 12  # pixels that a line of print takes: in less there is nothing but cells to see
_FLAT, _RATHER_FLAT, _ALL_FLAT = 24, 0.7, 0.9
_ONE_COLOUR, _CHANGED, _SOME_CHANGED = 8, 0.25, 0.15


@dataclass(frozen=True)
class Lattice:
    """The cells of one lattice: their levels, of shape (rows, columns), and whether each is one pixel."""

    levels: Numbers
    of_pixels: bool

    @property
    def cells(self) -> int:
        """How many cells there are, less what rows and columns repeat of each other."""
        unlike = [len(np.unique(lines, axis=0)) for lines in (self.levels, self.levels.T)]
        return unlike[0] * unlike[1]


def read_cells(seen: Colours) -> list[Lattice]:
    """Return the lattices of cells that a picture shows, largest first.

    A level is a cell's shade of grey, or how far along the scale of colours that all cells use it lies. Where
    a colour bar orders them otherwise than the colours themselves, both readings are returned.
    """
    if 1 < min(seen.shape[:2]) < _READABLE and _fits(seen):
        return [Lattice(levels(seen.reshape(-1, 3)).reshape(seen.shape[:2]), of_pixels=False)]
    parts = [unframed(seen[top:bottom, left:right]) for top, left, bottom, right in regions(seen)]
    tables = [_table(part) for part in parts]
    bars = [bar_of(part) for part, table in zip(parts, tables, strict=True) if table is None]
    scales = [bar for bar in bars if bar is not None]
    return [
        Lattice(shown.reshape(cells.shape[:2]), of_pixels)
        for cells, of_pixels in filter(None, tables)
        for shown in readings(cells.reshape(-1, 3), scales)
    ]


def _table(part: Colours) -> tuple[Colours, bool] | None:
    """Return the colours of a region's cells and whether each is one pixel, or None where it has none."""
    cells = _cells(part)
    if cells is not None:
        return cells, False
    return (part, True) if _fits(part) and _varied(part, _CHANGED) else None


def _cells(region: Colours) -> Colours | None:
    """Return the colours of a region's cells, or None where it has no even cells in both directions."""
    trimmed = unrimmed(region)
    for least, part in ((_AS_DRAWN, region), *((step, trimmed) for step in _BLURRED)):
        if min(part.shape[:2]) < _SHORTEST:
            return None
        down, across = (_lines(edges_of(part, axis, least)) for axis in (0, 1))
        if down is not None and across is not None:
            cells, flat = _sampled(part, down, across)
            enough = _SOME_CHANGED if flat >= _ALL_FLAT else _CHANGED
            if _fits(cells) and flat >= _RATHER_FLAT and _varied(cells, enough):
                return cells
    return None


def _fits(cells: Colours) -> bool:
    rows, columns = cells.shape[:2]
    return bool(_FEWEST <= rows * columns <= _MOST_CELLS and min(rows, columns) <= _MOST_COLUMNS)


def regions(seen: Colours) -> list[Sides]:
    """Return the filled rectangles of a picture, cut apart across and down, the largest first."""
    rows, columns = seen.shape[:2]
    ink = _on_page(seen)
    if ink is None:
        return [(0, 0, rows, columns)]
    found = [
        (top, left + begin, bottom, left + end)
        for left, right in _runs(ink.mean(axis=0) >= _FILLED)
        for top, bottom in _runs(ink[:, left:right].mean(axis=1) >= _FULL)
        for begin, end in _runs(ink[top:bottom, left:right].mean(axis=0) >= _FULL)
    ]
    sizes = {sides: (sides[2] - sides[0]) * (sides[3] - sides[1]) for sides in found}
    large = [sides for sides in found if sizes[sides] >= _LARGE * rows * columns]
    return sorted(large, key=lambda sides: -sizes[sides])[:_MOST_TABLES]


def _on_page(seen: Colours) -> NDArray[np.bool_] | None:
    """Tell what is drawn on the page, which shows along a picture's edges; None where no page does."""
    edge = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]]).astype(np.int16)
    page = np.median(edge, axis=0).astype(np.int16)
    if float((np.abs(edge - page).max(axis=1) <= _INK).mean()) < _PAGE:
        return None
    ways = np.arange(256)
    far = [np.abs(ways - int(page[channel])) > _INK for channel in range(3)]
    return np.asarray(far[0][seen[..., 0]] | far[1][seen[..., 1]] | far[2][seen[..., 2]])


def _runs(filled: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where lines of pixels are filled, one after the other; borders between cells part nothing."""
    held = np.flatnonzero(filled)
    if not len(held):
        return []
    runs = np.split(held, np.flatnonzero(np.diff(held) > _BRIDGED) + 1)
    return [(int(run[0]), int(run[-1]) + 1) for run in runs if len(run) >= _SHORTEST]


def _lines(edges: Numbers) -> Lines | None:
    """Return where a region is parted into as many even cells as its edges fit best, its ends among them.

    Of all edges, as large a share as can be lies on the lines, beyond what lies there by chance.
    """
    extent = len(edges) + 1
    edges = edges.copy()
    if extent >= _FRAMED:
        edges[:2] = edges[-2:] = 0
    edges /= max(float(edges.sum()), 1e-9)
    # A line lies where it should, or a pixel or two beside, and with a border it is several pixels wide.
    reach = int(max(np.abs(_SHIFTS) + _WIDTHS))
    summed = np.concatenate([[0], np.cumsum(np.pad(edges, reach))])
    starts = reach + _SHIFTS - _WIDTHS // 2
    nearby = np.stack(
        [
            summed[start + wide :][: len(edges)] - summed[start:][: len(edges)]
            for start, wide in zip(starts, _WIDTHS, strict=True)
        ]
    )
    best, clearest = 0, 0.0
    for many in range(2, int(extent / _LEAST_SIZE) + 1):
        places = _places(extent, many)[1:-1] - 1
        chance = _WIDTHS * len(places) / len(edges)
        clear = np.where(_WIDTHS * many < extent, nearby[:, places].sum(axis=1) - chance, 0)
        most = int(clear.argmax())
        if clear[most] > clearest and clear[most] >= max(_LEAST_CLEAR, _CLEAR * (1 - chance[most])):
            best, clearest = many, float(clear[most])
    return _places(extent, best) if best else None


def _places(extent: int, many: int) -> Lines:
    return np.rint(np.linspace(0, extent, many + 1)).astype(np.intp)


def _sampled(seen: Colours, down: Lines, across: Lines) -> tuple[Colours, float]:
    """Return the middle colour of five places in each cell, and the share of cells that are nearly flat."""
    places = [(0.5, 0.5), (0.3, 0.3), (0.3, 0.7), (0.7, 0.3), (0.7, 0.7)]
    taken = []
    for part_down, part_across in places:
        y = (down[:-1] + part_down * np.diff(down)).astype(np.intp)
        x = (across[:-1] + part_across * np.diff(across)).astype(np.intp)
        taken.append(seen[y[:, None], x[None, :]])
    stacked = np.stack(taken)
    middle = np.median(stacked, axis=0).astype(np.uint8)
    away = np.abs(stacked.astype(np.int16) - middle).max(axis=-1)
    return middle, float((np.sort(away, axis=0)[-2] <= _FLAT).mean())


def _varied(cells: Colours, enough: float) -> bool:
    """Tell whether most cells are unlike the ones beside and below them: a page is mostly one colour."""
    wide = cells.astype(np.int16)
    changes = [np.abs(np.diff(wide, axis=axis)).max(axis=-1) > _ONE_COLOUR for axis in (0, 1)]
    return all(each.size and float(each.mean()) >= enough for each in changes)
