"""Edges between neighbouring lines of pixels."""

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.background import Colours

Numbers = NDArray[np.float64]


def edges_of(part: Colours, axis: int, least: int) -> Numbers:
    """Return the share of each line of pixels that differs from the next line, across or down a region."""
    total = np.zeros(np.diff(part[..., 0], axis=axis).shape, bool)
    for channel in range(3):
        total |= np.abs(np.diff(part[..., channel].astype(np.int16), axis=axis)) > least
    return np.asarray(total.mean(axis=1 - axis), np.float64)
