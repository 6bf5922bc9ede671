"""A picture's grey levels, and their contrast to the background."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

Shades = NDArray[np.uint8]

_HALF = 128  # fixed: half of the 256 levels of grey


def shades(image: "Image.Image") -> Shades:
    """Return brightness, 0 to 255, of shape (height, width); transparent pixels take a contrasting one.

    White letters on transparency show on a dark page and black ones on a light page, so the background is
    black if most opaque pixels are bright.
    """
    from PIL import Image  # noqa: PLC0415 - slow to load, and most files are no pictures

    if not image.has_transparency_data:
        return np.asarray(image.convert("L"))
    layers = image.convert("RGBA")
    opaque = np.asarray(layers.getchannel("A"))
    if int(opaque.min(initial=255)) == 255:  # noqa: PLR2004 - fully opaque
        return np.asarray(layers.convert("L"))
    solid = np.asarray(layers.convert("L"))[opaque >= _HALF]
    ground = 0 if solid.size and float(solid.mean()) >= _HALF else 255
    page = Image.new("RGBA", layers.size, (ground, ground, ground, 255))
    page.alpha_composite(layers)
    return np.asarray(page.convert("L"))


def contrast(grey: Shades) -> Shades:
    """Return each pixel's contrast to the commonest shade, the background."""
    ground = int(np.bincount(grey.ravel(), minlength=256).argmax())
    return np.abs(np.arange(256) - ground).astype(np.uint8)[grey]
