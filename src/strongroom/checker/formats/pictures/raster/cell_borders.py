"""Removes the frame around a heat map's cells, which JPEG blurs into the page."""

import numpy as np

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.checker.formats.pictures.raster.edges import edges_of
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    shortest_side: int = threshold(4, "pixels", "judgement: what is left of a region has to hold cells")
    frame_width: int = threshold(4, "pixels", "judgement: plotting libraries draw frames up to this wide")
    frame_share: float = threshold(
        0.95, "share of a line", "judgement: a frame's line of pixels is of one colour but for ticks"
    )
    frame_contrast: float = threshold(
        0.5,
        "share of a line",
        "judgement: a frame differs from the cells within along at least half its length",
    )
    one_colour: int = threshold(
        8, "steps of 256", "judgement: pixels of one drawn colour differ by less without lossy compression"
    )
    blurred_colour: int = threshold(
        32, "steps of 256", "judgement: pixels of one colour after JPEG at quality 75 differ by less"
    )
    blurred_share: float = threshold(
        0.7,
        "share of a line",
        "judgement: by trial on the benchmark: what keeps about one colour of a line JPEG blurred",
    )
    blurred_width: int = threshold(
        16, "pixels", "standard: ITU-T T.81: 8 x 8 blocks, 16 x 16 where colour is halved"
    )
    side_share: float = threshold(
        0.9, "share of a line", "judgement: where a frame or page ends, nearly all of a line changes"
    )


LIMITS = _Limits()


def without_frame(part: Colours) -> Colours:
    """Return a region without its frame: up to four lines of one colour that differs from the content."""
    for _ in range(4):  # each rotation brings the next side to the top
        part = np.rot90(part[_framing(part) :])
    return part


def without_blurred_border(part: Colours) -> Colours:
    """Return a region without the frame and page margin that JPEG blurred into one band."""
    for _ in range(4):
        part = np.rot90(part[_blurred_border(part) :])
    return part


def _blurred_border(part: Colours) -> int:
    """Return how many of the first lines JPEG blurred into a band around the cells.

    The last of them is the innermost line that changes throughout, after fairly uniform lines.
    The ends of a line belong to the bands of other sides.
    """
    ends = min(LIMITS.blurred_width, part.shape[1] // 4)
    near = part[
        : max(0, min(LIMITS.blurred_width + 1, len(part) - LIMITS.shortest_side)), ends : part.shape[1] - ends
    ]
    plain = [_plain(line, LIMITS.blurred_colour, LIMITS.blurred_share) for line in near]
    outside = plain.index(False) if False in plain else len(plain)
    sides = np.flatnonzero(edges_of(near, 0, LIMITS.blurred_colour)[: outside + 1] >= LIMITS.side_share)
    return int(sides.max(initial=-1)) + 1


def _framing(part: Colours) -> int:
    """Return how many of the first lines are a frame; a row of cells may also have one colour."""
    taken = 0
    for line in range(min(LIMITS.frame_width, len(part) - LIMITS.shortest_side)):
        if not _plain(part[line]):
            break
        if _unlike(part[line], part[line + 1]):
            taken = line + 1
    return taken


def _unlike(line: Colours, beyond: Colours) -> bool:
    away = np.abs(line.astype(np.int16) - beyond).max(axis=-1)
    return bool((away > LIMITS.one_colour).mean() >= LIMITS.frame_contrast)


def _plain(line: Colours, within: int = LIMITS.one_colour, share: float = LIMITS.frame_share) -> bool:
    wide = line.astype(np.int16)
    return bool((np.abs(wide - np.median(wide, axis=0)).max(axis=-1) <= within).mean() >= share)
