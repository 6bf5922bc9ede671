"""The background of a picture, and each pixel's contrast to it."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.grey_levels import Shades
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from PIL import Image

Colours = NDArray[np.uint8]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    second_colour: float = threshold(
        0.15,
        "share of pixels",
        "judgement: a second background (frames on a page) covers at least this much; less is drawn",
    )
    pixels_at_once: int = threshold(
        1 << 20, "pixels", "cost: counting all pixels of a large picture at once takes eight bytes each"
    )


LIMITS = _Limits()


def colours(image: "Image.Image") -> Colours:
    """Return red, green and blue of shape (height, width, 3); transparent pixels are white."""
    from PIL import Image  # noqa: PLC0415 - slow to load, and most files are no pictures

    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"))
    layers = image.convert("RGBA")
    page = Image.new("RGBA", layers.size, (255, 255, 255, 255))
    page.alpha_composite(layers)
    return np.asarray(page.convert("RGB"))


def contrast_to_background(picture: Colours) -> Shades:
    """Return each pixel's contrast to the background, the largest of its channels, 0 to 255.

    The background is the commonest colour, and also the second where page and plot frames differ.
    """
    steps = (picture >> 4).astype(np.uint16)
    coarse = steps[..., 0] << 8 | steps[..., 1] << 4 | steps[..., 2]
    held = _counted(coarse, 1 << 12)
    first, second = np.argsort(held)[:-3:-1]
    far = _distance(picture, coarse == first)
    return (
        np.minimum(far, _distance(picture, coarse == second))
        if held[second] >= LIMITS.second_colour * coarse.size
        else far
    )


def _distance(picture: Colours, ground: NDArray[np.bool_]) -> Shades:
    ways = np.arange(256)
    far = np.zeros(picture.shape[:2], np.uint8)
    for channel in range(3):
        plane = picture[..., channel]
        middle = int(_counted(plane[ground], 256).argmax())
        np.maximum(far, np.abs(ways - middle).astype(np.uint8)[plane], out=far)
    return far


def _counted(values: NDArray[np.integer[Any]], levels: int) -> NDArray[np.intp]:
    """Count each level, in parts: all at once, every pixel of a large picture would take eight bytes."""
    held, flat = np.zeros(levels, np.intp), values.ravel()
    for start in range(0, flat.size, LIMITS.pixels_at_once):
        held += np.bincount(flat[start : start + LIMITS.pixels_at_once], minlength=levels)
    return held
