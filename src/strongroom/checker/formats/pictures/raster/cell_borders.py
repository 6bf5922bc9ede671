"""What lies around the cells of a heat map: its frame, which JPEG blurs into the page around it."""

import numpy as np

from strongroom.checker.formats.pictures.raster.background import Colours
from strongroom.checker.formats.pictures.raster.edges import edges_of

_SHORTEST = 4  # pixels: what is left of a region
_FRAME, _FRAME_SHARE = 4, 0.95  # pixels of a frame, and of a line of it that are of one colour
_FRAMES = 0.5  # of a frame's line: what differs from the line within
_ONE_COLOUR, _BLURRED = 8, 32  # steps of shade, in a picture as it was drawn and in one of JPEG
_RIM_SHARE = 0.7  # of a line that JPEG blurred with what is beside it: what still is of about one colour
_RIM = 16  # pixels: JPEG blurs within blocks of this size, as it halves the colours
_SIDE = 0.9  # of a line of pixels: what changes where a frame, or the page, ends


def unframed(part: Colours) -> Colours:
    """Return a region without the frame around it: up to four lines of one colour, unlike what they frame."""
    for _ in range(4):  # each turn brings the next side to the top
        part = np.rot90(part[_framing(part) :])
    return part


def unrimmed(part: Colours) -> Colours:
    """Return a region without the frame and the rim of page that JPEG made one blurred band of."""
    for _ in range(4):
        part = np.rot90(part[_rim_of(part) :])
    return part


def _rim_of(part: Colours) -> int:
    """Return how many of the first lines JPEG blurred into a band around the cells.

    The last of them is the innermost where all of a line changes, of those with rather plain lines before.
    A line's ends lie in the bands of other sides.
    """
    ends = min(_RIM, part.shape[1] // 4)
    near = part[: max(0, min(_RIM + 1, len(part) - _SHORTEST)), ends : part.shape[1] - ends]
    plain = [_plain(line, _BLURRED, _RIM_SHARE) for line in near]
    outside = plain.index(False) if False in plain else len(plain)
    sides = np.flatnonzero(edges_of(near, 0, _BLURRED)[: outside + 1] >= _SIDE)
    return int(sides.max(initial=-1)) + 1


def _framing(part: Colours) -> int:
    """Return how many of the first lines are a frame; a row of cells may be of one colour too."""
    taken = 0
    for line in range(min(_FRAME, len(part) - _SHORTEST)):
        if not _plain(part[line]):
            break
        if _unlike(part[line], part[line + 1]):
            taken = line + 1
    return taken


def _unlike(line: Colours, beyond: Colours) -> bool:
    away = np.abs(line.astype(np.int16) - beyond).max(axis=-1)
    return bool((away > _ONE_COLOUR).mean() >= _FRAMES)


def _plain(line: Colours, within: int = _ONE_COLOUR, share: float = _FRAME_SHARE) -> bool:
    wide = line.astype(np.int16)
    return bool((np.abs(wide - np.median(wide, axis=0)).max(axis=-1) <= within).mean() >= share)
