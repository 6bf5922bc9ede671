"""The ink of a picture and its connected components."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours, contrast_to_background
from strongroom.checker.formats.pictures.raster.components import Blobs, blobs
from strongroom.checker.formats.pictures.raster.grey_levels import Shades
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    ink: int = threshold(
        40, "steps of 256", "judgement: compression and anti-aliasing differ less from the background"
    )


LIMITS = _Limits()


@dataclass(frozen=True, repr=False)
class Strokes:
    """A picture's colours, each pixel's contrast, where ink is, and its connected components."""

    colours: Colours
    far: Shades
    ink: NDArray[np.bool_]
    found: Blobs


def strokes(colours: Colours) -> Strokes:
    """Return the ink and strokes of a picture of shape (height, width, 3)."""
    far = contrast_to_background(colours)
    ink = far > LIMITS.ink
    return Strokes(colours, far, ink, blobs(ink, far))
