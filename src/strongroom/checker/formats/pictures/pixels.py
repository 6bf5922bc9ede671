"""What a decoded picture contains: its measurements, and the numbers, cells and points it shows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.contents.drawing_kind import (
    Drawn,
    Layout,
    RepeatedShapes,
    drawn_table,
    rows_table,
)
from strongroom.checker.contents.found import Artefact, FoundPicture, FoundTable, Origin
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.pictures import exif, raster
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from PIL import Image

_BOTH_EDGES = 2  # fixed: a picture has two outer columns without a neighbour


class _Limits(Thresholds):
    """The numbers this module decides by."""

    invisible_step: int = threshold(
        3, "steps of 256", "judgement: neighbouring shades this close look the same"
    )
    brackets: int = threshold(
        2, "glyphs", "judgement: a line with two bracket pairs states intervals, as results do"
    )
    fewest_rows: int = threshold(3, "lines", "judgement: two lines of numbers are an axis or a caption")
    most_panels: int = threshold(64, "panels", "cost: each panel is judged as a table")
    many_bars: int = threshold(
        60, "bars", "judgement: names beside bars are not read; more bars than this have none"
    )
    rows_at_once: int = threshold(
        256, "rows of pixels", "cost: measures of a whole picture take many times its size in memory"
    )


LIMITS = _Limits()


_TEXTS = {"comment", "xmp", "XML:com.adobe.xmp"}
_LOOKS = {"compression", "resolution_unit", "version"}


def contents_of_picture(
    part: Part, image: "Image.Image", metadata: tuple[str, ...], size: int = 0
) -> Iterator[Artefact]:
    """Yield the measurements of a decoded picture, and tables of the numbers, cells and points it shows.

    `size` is how many bytes of the file say how it looks, if not all do.
    """
    pixels = np.asarray(image.convert("RGBA"), dtype=np.uint8).reshape(image.height, image.width, 4)
    grey, coloured = raster.shades(image), raster.colours(image)
    lines = raster.number_lines(raster.contrast(grey))
    lattices = raster.read_cells(coloured)
    yield FoundPicture(
        part.where,
        image.width,
        image.height,
        _colours(pixels),
        size or len(part.data),
        metadata,
        _speckle(pixels),
        sum(line.brackets < LIMITS.brackets for line in lines),
        # Cells of one pixel each show as corners everywhere, and are counted that way.
        max(raster.weighted_cells(grey), *(each.cells for each in lattices if not each.of_pixels), 0),
        raster.low_bits(image),
    )
    rows = raster.read_numbers(lines)
    if len(rows) >= LIMITS.fewest_rows:
        columns = [pa.array(column, pa.float64()) for column in zip(*rows, strict=True)]
        table = pa.table(columns, names=[f"number {place}" for place, _ in enumerate(columns, start=1)])
        yield FoundTable(part.inner(b"", "numbers it shows").where, table, Origin.COORDINATES)
    for number, lattice in enumerate(lattices, start=1):
        shown = {f"cell {place}": column for place, column in enumerate(lattice.levels.T.round(1), start=1)}
        drawn = Drawn.PIXELS if lattice.of_pixels else Drawn.CELLS
        yield drawn_table(part.inner(b"", f"cells {number}").where, shown, drawn)
    for number, lengths in enumerate(raster.find_bars(coloured), start=1):
        values = {f"value {place}": column for place, column in enumerate(lengths.T, start=1)}
        named = len(values) == 1 and len(lengths) < LIMITS.many_bars
        shapes = RepeatedShapes(Layout.BARS, labelled=named)
        yield rows_table(part.inner(b"", f"bars {number}").where, values, shapes)
    strokes = raster.strokes(coloured)
    yield from _dotted(part, raster.find_points(strokes))
    for number, marks in enumerate(raster.isolated_marks_of_frames(strokes), start=1):
        where = part.inner(b"", f"marks {number}").where
        yield _spots(where, marks, np.arange(len(marks.x)), Drawn.LONE_SPOTS)


def _dotted(part: Part, found: list[raster.PlotPoints]) -> Iterator[Artefact]:
    """Yield a table of coordinates for each form of point, and one for each panel."""
    for form, dots in enumerate(found, start=1):
        where = part.inner(b"", f"dots {form}").where
        yield _spots(where, dots, np.arange(len(dots.x)))
        pieces = raster.panels(dots.x, dots.y)
        if len(pieces) > 1:
            for number, piece in enumerate(pieces[: LIMITS.most_panels], start=1):
                yield _spots(f"{where} > panel {number}", dots, piece)


def _spots(
    where: str, dots: raster.PlotPoints, chosen: NDArray[np.intp], drawn: Drawn = Drawn.SPOTS
) -> FoundTable:
    chosen = np.sort(chosen)
    columns = {"x": dots.x[chosen].round(1), "y": dots.y[chosen].round(1), "colour": dots.colour[chosen]}
    return drawn_table(where, columns, drawn, int(np.count_nonzero(chosen < dots.apart)))


def metadata_texts_of(part: Part, image: "Image.Image", context: Context) -> Iterator[Artefact]:
    """Yield the texts in a picture's metadata, read like any text; none of them is released."""
    for key, value in image.info.items():
        profile = value if key == "exif" else exif.in_raw_profile(value) if isinstance(value, str) else b""
        if isinstance(profile, bytes) and profile:
            yield from exif.metadata_of(profile, part.inner(b"", "EXIF"), context)
            continue
        words = value.decode("latin-1") if isinstance(value, bytes) and key in _TEXTS else value
        if isinstance(words, str) and words.strip() and key not in _LOOKS:
            inner = part.inner(b"", f"metadata {key}")
            yield from context.nested(Part(words.encode("utf-8", "replace"), "metadata.txt", inner.where))


def _colours(pixels: NDArray[np.uint8]) -> int:
    """Return the number of distinct colours at 16 levels a channel."""
    there = np.zeros(1 << 16, np.bool_)
    for rows in _bands(pixels):
        whole = rows.view("<u4")[..., 0]
        cut = [whole >> np.uint32(4 * place + 4) & np.uint32(15 << 4 * place) for place in range(4)]
        there[cut[0] | cut[1] | cut[2] | cut[3]] = True
    return int(np.count_nonzero(there))


def _speckle(pixels: NDArray[np.uint8]) -> int:
    """Return how many pixels in a thousand differ slightly from both neighbours in the same direction.

    Drawn areas are flat and drawn edges steep; data written into the low bits of colours is neither.
    """
    odd = 0
    for rows in _bands(pixels):
        wide = rows.astype(np.int16)
        steps = wide[:, 1:] - wide[:, :-1]
        left, right = steps[:, :-1], -steps[:, 1:]
        small = (np.abs(left) <= LIMITS.invisible_step) & (np.abs(right) <= LIMITS.invisible_step)
        odd += int(np.count_nonzero((small & (left * right > 0)).any(axis=2)))
    inner = len(pixels) * (pixels.shape[1] - _BOTH_EDGES)
    return round(1_000 * odd / inner) if inner > 0 else 0


def _bands(pixels: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """Yield some rows at a time: measuring a whole large picture takes many times its memory."""
    return (pixels[top : top + LIMITS.rows_at_once] for top in range(0, len(pixels), LIMITS.rows_at_once))
