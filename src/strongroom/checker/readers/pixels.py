"""What can be measured of a decoded picture."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.artefacts import Artefact, FoundPicture
from strongroom.checker.readers.part import Context, Part

if TYPE_CHECKING:
    from PIL import Image

_UNSEEN = 3
_TEXTS = {"comment", "xmp", "XML:com.adobe.xmp"}
_LOOKS = {"compression", "resolution_unit", "version"}


def measured(part: Part, image: "Image.Image", metadata: tuple[str, ...]) -> FoundPicture:
    """Return what there is to say of a decoded picture."""
    pixels = np.asarray(image.convert("RGBA"), dtype=np.uint8).reshape(image.height, image.width, 4)
    colours = len(np.unique((pixels >> 4).view(np.uint32)))
    size = (image.width, image.height)
    return FoundPicture(part.where, *size, colours, len(part.data), metadata, _speckle(pixels))


def written_beside(part: Part, image: "Image.Image", context: Context) -> Iterator[Artefact]:
    """Yield the texts a picture carries beside its pixels, read like any text; none of them leaves."""
    for key, value in image.info.items():
        words = value.decode("latin-1") if isinstance(value, bytes) and key in _TEXTS else value
        if isinstance(words, str) and words.strip() and key not in _LOOKS:
            inner = part.inner(b"", f"metadata {key}")
            yield from context.nested(Part(words.encode("utf-8", "replace"), "metadata.txt", inner.where))


def _speckle(pixels: NDArray[np.uint8]) -> int:
    """Return how many pixels in a thousand differ a little from both neighbours, the same way.

    Drawn areas are flat and drawn edges steep; bits written over the lowest ones of colours are neither.
    """
    wide = pixels.astype(np.int16)
    steps = wide[:, 1:] - wide[:, :-1]
    left, right = steps[:, :-1], -steps[:, 1:]
    small = (np.abs(left) <= _UNSEEN) & (np.abs(right) <= _UNSEEN)
    odd = small & (left * right > 0)
    return round(1_000 * float(odd.any(axis=2).mean())) if odd.size else 0
