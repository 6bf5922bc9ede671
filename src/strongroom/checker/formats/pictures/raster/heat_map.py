"""Reads the cells of a heat map back into a table of levels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.checker.formats.pictures.raster.cell_borders import without_blurred_border, without_frame
from strongroom.checker.formats.pictures.raster.colour_bars import colour_bar_of, readings
from strongroom.checker.formats.pictures.raster.colour_levels import levels
from strongroom.checker.formats.pictures.raster.edges import edges_of
from strongroom.thresholds import Thresholds, threshold

Lines = NDArray[np.intp]
Numbers = NDArray[np.float64]
Sides = tuple[int, int, int, int]

_WIDTHS = np.array(
    [1, 2, 2, 3, 3, 3, 5, 5, 5, 5, 5]
)  # fixed: widths of a lattice's line, in pixels, each with its shift
_SHIFTS = np.array([0, 0, 1, 0, -1, 1, 0, -1, 1, -2, 2])  # fixed: shifts of a lattice's line, in pixels
_BLURRED = (16, 32)  # fixed: steps of 256: edges between cells of a JPEG, fine and coarse


class _Limits(Thresholds):
    """The numbers this module decides by."""

    page_tolerance: int = threshold(
        6, "steps of 256", "judgement: compression changes the page's colour by less"
    )
    page_share: float = threshold(
        0.8, "share of the edge", "judgement: pixels along the edge that have the page's colour"
    )
    filled: float = threshold(
        0.15,
        "share of a column",
        "judgement: a column of pixels through a plot is covered at least this much",
    )
    full: float = threshold(
        0.35, "share of a line", "judgement: a heat map covers its rows; text and curves cover less"
    )
    large: float = threshold(
        0.005, "share of the picture", "judgement: smaller regions are legends and letters"
    )
    shortest_side: int = threshold(4, "pixels", "judgement: shorter regions are lines")
    bridged: int = threshold(
        8, "pixels", "judgement: borders between cells are narrower, gaps between plots wider"
    )
    framed: int = threshold(60, "pixels", "judgement: smaller regions have no remains of a frame")
    clear: float = threshold(
        0.5,
        "share of edges beyond chance",
        "judgement: by trial on the benchmark: separates lattices from photographs",
    )
    least_clear: float = threshold(
        0.2,
        "share of edges",
        "judgement: by trial on the benchmark: separates lattices from photographs",
    )
    smallest_cell: float = threshold(
        1.9, "pixels", "derived: two pixels, less rounding of the lattice's lines"
    )
    fewest_cells: int = threshold(15, "cells", "judgement: fewer cells hold no person's record")
    most_columns: int = threshold(128, "columns", "cost: wider tables are photographs")
    most_cells: int = threshold(200_000, "cells", "cost: memory and time of reading them")
    most_tables: int = threshold(12, "heat maps", "cost: each is judged as a table")
    line_of_print: int = threshold(
        12, "pixels", "judgement: a line of print takes as many; in less height there can only be cells"
    )
    flat: int = threshold(
        24, "steps of 256", "judgement: by trial on the benchmark: within a cell after JPEG"
    )
    flat_cells: float = threshold(
        0.7,
        "share of cells",
        "judgement: by trial on the benchmark: of a lattice, cells that are of one colour",
    )
    all_flat: float = threshold(
        0.9, "share of cells", "judgement: with as many flat cells, fewer changes between cells are enough"
    )
    one_colour: int = threshold(8, "steps of 256", "judgement: cells that differ by less are of one value")
    changed: float = threshold(
        0.25,
        "share of neighbours",
        "judgement: a page is mostly one colour, a heat map changes between neighbours",
    )
    some_changed: float = threshold(
        0.15, "share of neighbours", "judgement: the same where nearly all cells are flat"
    )
    edge: int = threshold(6, "steps of 256", "judgement: an edge between cells of a picture as it was drawn")


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Lattice:
    """The cells of one heat map: their levels, shape (rows, columns), and whether each is one pixel."""

    levels: Numbers
    of_pixels: bool

    @property
    def cells(self) -> int:
        """The number of cells, not counting repeated rows and columns."""
        unlike = [len(np.unique(lines, axis=0)) for lines in (self.levels, self.levels.T)]
        return unlike[0] * unlike[1]


def read_cells(picture: Colours) -> list[Lattice]:
    """Return the heat maps that a picture shows, largest first.

    A level is a cell's grey level, or its position on the colour scale that all cells use. If a colour bar
    orders them differently from the colours themselves, both readings are returned.
    """
    if 1 < min(picture.shape[:2]) < LIMITS.line_of_print and _fits(picture):
        return [Lattice(levels(picture.reshape(-1, 3)).reshape(picture.shape[:2]), of_pixels=False)]
    parts = [without_frame(picture[top:bottom, left:right]) for top, left, bottom, right in regions(picture)]
    tables = [_table(part) for part in parts]
    bars = [colour_bar_of(part) for part, table in zip(parts, tables, strict=True) if table is None]
    scales = [bar for bar in bars if bar is not None]
    return [
        Lattice(shown.reshape(cells.shape[:2]), of_pixels)
        for cells, of_pixels in filter(None, tables)
        for shown in readings(cells.reshape(-1, 3), scales)
    ]


def _table(part: Colours) -> tuple[Colours, bool] | None:
    """Return the colours of a region's cells and whether each is one pixel, or None if it has none."""
    cells = _cells(part)
    if cells is not None:
        return cells, False
    return (part, True) if _fits(part) and _varied(part, LIMITS.changed) else None


def _cells(region: Colours) -> Colours | None:
    """Return the colours of a region's cells, or None unless it has evenly spaced cells both ways."""
    trimmed = without_blurred_border(region)
    for least, part in ((LIMITS.edge, region), *((step, trimmed) for step in _BLURRED)):
        if min(part.shape[:2]) < LIMITS.shortest_side:
            return None
        down, across = (_lines(edges_of(part, axis, least)) for axis in (0, 1))
        if down is not None and across is not None:
            cells, flat = _sampled(part, down, across)
            enough = LIMITS.some_changed if flat >= LIMITS.all_flat else LIMITS.changed
            if _fits(cells) and flat >= LIMITS.flat_cells and _varied(cells, enough):
                return cells
    return None


def _fits(cells: Colours) -> bool:
    rows, columns = cells.shape[:2]
    return bool(
        LIMITS.fewest_cells <= rows * columns <= LIMITS.most_cells
        and min(rows, columns) <= LIMITS.most_columns
    )


def regions(picture: Colours) -> list[Sides]:
    """Return the filled rectangles of a picture, the largest first."""
    rows, columns = picture.shape[:2]
    ink = _on_page(picture)
    if ink is None:
        return [(0, 0, rows, columns)]
    found = [
        (top, left + begin, bottom, left + end)
        for left, right in _runs(ink.mean(axis=0) >= LIMITS.filled)
        for top, bottom in _runs(ink[:, left:right].mean(axis=1) >= LIMITS.full)
        for begin, end in _runs(ink[top:bottom, left:right].mean(axis=0) >= LIMITS.full)
    ]
    sizes = {sides: (sides[2] - sides[0]) * (sides[3] - sides[1]) for sides in found}
    large = [sides for sides in found if sizes[sides] >= LIMITS.large * rows * columns]
    return sorted(large, key=lambda sides: -sizes[sides])[: LIMITS.most_tables]


def _on_page(picture: Colours) -> NDArray[np.bool_] | None:
    """Return which pixels differ from the page, whose colour shows along the edges; None without one."""
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.int16)
    page = np.median(edge, axis=0).astype(np.int16)
    if float((np.abs(edge - page).max(axis=1) <= LIMITS.page_tolerance).mean()) < LIMITS.page_share:
        return None
    ways = np.arange(256)
    far = [np.abs(ways - int(page[channel])) > LIMITS.page_tolerance for channel in range(3)]
    return np.asarray(far[0][picture[..., 0]] | far[1][picture[..., 1]] | far[2][picture[..., 2]])


def _runs(filled: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return runs of filled lines of pixels, ignoring borders between cells."""
    held = np.flatnonzero(filled)
    if not len(held):
        return []
    runs = np.split(held, np.flatnonzero(np.diff(held) > LIMITS.bridged) + 1)
    return [(int(run[0]), int(run[-1]) + 1) for run in runs if len(run) >= LIMITS.shortest_side]


def _lines(edges: Numbers) -> Lines | None:
    """Return the boundaries of the number of equal cells that fits a region's edges best, ends included.

    The fit is the share of all edges that lies on the boundaries, beyond what is there by chance.
    """
    extent = len(edges) + 1
    edges = edges.copy()
    if extent >= LIMITS.framed:
        edges[:2] = edges[-2:] = 0
    edges /= max(float(edges.sum()), 1e-9)
    # A boundary may be a pixel or two off, and with a border is several pixels wide.
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
    for many in range(2, int(extent / LIMITS.smallest_cell) + 1):
        places = _places(extent, many)[1:-1] - 1
        chance = _WIDTHS * len(places) / len(edges)
        clear = np.where(_WIDTHS * many < extent, nearby[:, places].sum(axis=1) - chance, 0)
        most = int(clear.argmax())
        if clear[most] > clearest and clear[most] >= max(
            LIMITS.least_clear, LIMITS.clear * (1 - chance[most])
        ):
            best, clearest = many, float(clear[most])
    return _places(extent, best) if best else None


def _places(extent: int, many: int) -> Lines:
    return np.rint(np.linspace(0, extent, many + 1)).astype(np.intp)


def _sampled(picture: Colours, down: Lines, across: Lines) -> tuple[Colours, float]:
    """Return the median colour of five places in each cell, and the share of nearly uniform cells."""
    places = [(0.5, 0.5), (0.3, 0.3), (0.3, 0.7), (0.7, 0.3), (0.7, 0.7)]
    taken = []
    for part_down, part_across in places:
        y = (down[:-1] + part_down * np.diff(down)).astype(np.intp)
        x = (across[:-1] + part_across * np.diff(across)).astype(np.intp)
        taken.append(picture[y[:, None], x[None, :]])
    stacked = np.stack(taken)
    middle = np.median(stacked, axis=0).astype(np.uint8)
    away = np.abs(stacked.astype(np.int16) - middle).max(axis=-1)
    return middle, float((np.sort(away, axis=0)[-2] <= LIMITS.flat).mean())


def _varied(cells: Colours, enough: float) -> bool:
    """Return whether most cells differ from their neighbours; a page is mostly one colour."""
    wide = cells.astype(np.int16)
    changes = [np.abs(np.diff(wide, axis=axis)).max(axis=-1) > LIMITS.one_colour for axis in (0, 1)]
    return all(each.size and float(each.mean()) >= enough for each in changes)
