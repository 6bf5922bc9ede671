"""Reads the shades of a heat map that a drawing makes of rectangles, one row of cells a row."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.colour_levels import levels
from strongroom.checker.formats.pictures.repeated_shapes import SAME_PLACE, Outline, box
from strongroom.thresholds import Thresholds, threshold

Numbers = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    complete: float = threshold(
        0.9, "share of a lattice's cells", "judgement: heat maps leave out few missing values"
    )
    fewest_lines: int = threshold(3, "rows and columns", "judgement: two lines of boxes are a legend")
    same_size: float = threshold(
        1.5, "median sizes", "judgement: larger boxes are the frame or the background"
    )
    fewest_shades: int = threshold(3, "shades", "judgement: two shades are bars, or boxes and their frame")


LIMITS = _Limits()

_HEX = re.compile(r"fill:\s*#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|^#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})$")
_RGB = re.compile(r"rgb\(([^)]*)\)")
_TUPLE = re.compile(r"^\(([\d., e+-]+)\)")
_CHANNELS = 3  # fixed: red, green and blue


def heat_maps(outlines: Mapping[str, Sequence[Outline]], size: float) -> list[Numbers]:
    """Return the levels of each lattice of shaded rectangles, shape (rows, columns), NaN where one lacks."""
    found = (_lattice(shapes, SAME_PLACE * size) for shapes in outlines.values())
    return [each for each in found if each is not None]


def _lattice(shapes: Sequence[Outline], same: float) -> Numbers | None:
    least = LIMITS.fewest_lines**2
    if len(shapes) < least:
        return None
    placed = [(place, _rgb(each.colour)) for each in shapes if (place := box(each, same)) is not None]
    known = [(place, colour) for place, colour in placed if colour is not None]
    if len(known) < least:
        return None
    places = np.array([place for place, _ in known])
    sides = places[:, 2:] - places[:, :2]
    alike = (sides <= LIMITS.same_size * np.median(sides, axis=0)).all(axis=1)  # not the frame
    known = [each for each, kept in zip(known, alike, strict=True) if kept]
    steps = np.rint(places[alike] / (2 * same)).astype(np.int64)
    (across, column), (down, row) = (
        np.unique(steps[:, [axis, axis + 2]], axis=0, return_inverse=True) for axis in (0, 1)
    )
    if min(len(across), len(down)) < LIMITS.fewest_lines:
        return None
    if len(known) < LIMITS.complete * len(across) * len(down):
        return None
    colours = np.array([colour for _, colour in known], np.uint8)
    if len(np.unique(colours, axis=0)) < LIMITS.fewest_shades:
        return None
    shades = np.full((len(down), len(across)), np.nan)
    shades[row.reshape(-1), column.reshape(-1)] = levels(colours)
    return shades


def _rgb(colour: str) -> tuple[int, int, int] | None:
    """Return a colour as a style, an attribute or a PDF states it, or None."""
    if found := _HEX.search(colour):
        digits = found[1] or found[2]
        wide = digits if len(digits) > _CHANNELS else "".join(2 * digit for digit in digits)
        return int(wide[:2], 16), int(wide[2:4], 16), int(wide[4:], 16)
    if found := _RGB.search(colour) or _TUPLE.search(colour):
        parts = [each.strip() for each in found[1].split(",") if each.strip()]
        scale = 255 if colour.startswith("(") else 1
        try:
            channels = [float(each.rstrip("%")) * (2.55 if each.endswith("%") else scale) for each in parts]
        except ValueError:
            return None
        channels = channels * _CHANNELS if len(channels) == 1 else channels
        if len(channels) >= _CHANNELS:
            red, green, blue = (min(255, max(0, round(each))) for each in channels[:_CHANNELS])
            return red, green, blue
    return None
