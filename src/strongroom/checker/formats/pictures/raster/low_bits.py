"""Bits written over the lowest ones of a drawn picture's colours.

A drawing is flat, and steep where it is not; a photograph and a gradient waver, but over any two neighbouring
values alike. Writing a bit over a value's lowest one moves it within its own pair, 2k and 2k + 1, and never
from 2k + 1 to 2k + 2: "pairs of values" (Westfeld and Pfitzmann, "Attacks on steganographic systems", 1999).
On white, from which nothing goes up, soft edges and what JPEG left behind stay within a pair as well, but
they come and go slowly, or in the few forms of JPEG's waves; random bits change at each second pixel, in all.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.isolated_pixels import isolated_low_bits
from strongroom.checker.formats.pictures.raster.value_changes import TILE, ValueChanges, count_value_changes
from strongroom.thresholds import Thresholds, threshold

if TYPE_CHECKING:
    from PIL import Image

# A payload may fill some rows only: noise elsewhere in the picture does not speak for it.
_BAND = 8 * TILE
_COLOURS = 3  # fixed: red, green and blue


class _Limits(Thresholds):
    """The numbers this module decides by."""

    over_pairs: int = threshold(
        3,
        "ratio",
        "judgement: by trial on the benchmark: photographs vary as much across aligned pairs as within",
    )
    over_fours: int = threshold(
        16,
        "ratio",
        "judgement: by trial on the benchmark: soft edges on white are within four values anyway",
    )
    over_wider: int = threshold(
        4,
        "ratio",
        "judgement: by trial on the benchmark: wider variation that explains the narrow",
    )
    pixels_per_stretch: int = threshold(8, "pixels", "derived: a stretch is eight pixels")
    turns_per_stretch: int = threshold(4, "changes", "derived: eight random bits change 3.5 times")
    bits_per_stretch: int = threshold(2, "bits", "derived: two bits a pixel carry twice as much")
    commonest: int = threshold(4, "patterns", "judgement: JPEG's waves repeat few patterns")
    most_repeated: float = threshold(
        0.4, "share of stretches", "derived: of 64 patterns four are 6 % of random bits; most of JPEG's waves"
    )


LIMITS = _Limits()


# Pixels of a lossy format cannot be written: what is in them is not what was drawn.
_LOSSY = {"JPEG", "MPO"}

Pixels = NDArray[np.uint8]
Counts = NDArray[np.int64]


def low_bits(image: "Image.Image") -> int:
    """Return about how many stretches of eight pixels have bits written over the lowest two of a colour.

    0 where the picture's own noise explains them. A hundred bytes, one after the other in the lowest bits,
    make about 50 stretches, and strewn over the flat areas of a picture as many. A palette that has a colour
    twice makes a bit of which of the two a pixel takes.
    """
    if image.format in _LOSSY:
        return 0
    one, two, lone = np.zeros((2, 256), np.int64), np.zeros((2, 256), np.int64), 0
    for channel in _channels(image):
        for top in range(0, len(channel), _BAND):
            lone += isolated_low_bits(channel[max(top - 1, 0) : top + _BAND + 1])
            seen = count_value_changes(_with_last_tiles(channel[top : top + _BAND]))
            one += seen.forms[:, 1] * _beyond_variation(seen, 1, LIMITS.over_pairs)
            two += seen.forms[:, 2] * _beyond_variation(seen, 2, LIMITS.over_fours)
    written = [*map(_unlike_jpeg, one), *(_unlike_jpeg(forms) // LIMITS.bits_per_stretch for forms in two)]
    return max(
        *written, lone // LIMITS.pixels_per_stretch, _between_equal_colours(image) // LIMITS.turns_per_stretch
    )


def _beyond_variation(seen: ValueChanges, bits: int, times: int) -> Counts:
    """Return, for columns and rows, 1 where no other wavering is a reason for that within `bits`, else 0."""
    wider = seen.within[:, bits + 1] + seen.across[:, bits + 1]
    noise = np.maximum(
        np.maximum(times * seen.across[:, bits], wider // LIMITS.over_wider), seen.slow[:, bits]
    )
    beyond: Counts = (seen.within[:, bits] > noise).astype(np.int64)
    return beyond[:, None]


def _unlike_jpeg(forms: Counts) -> int:
    """Return how many stretches there are, given how often each form occurs; 0 where few forms are most."""
    total = int(forms.sum())
    return total if np.sort(forms)[-LIMITS.commonest :].sum() <= LIMITS.most_repeated * total else 0


def _channels(image: "Image.Image") -> Iterator[Pixels]:
    """Yield the colours that differ from each other, and how opaque they are if anything is seen through."""
    pixels = np.asarray(image.convert("RGBA"), dtype=np.uint8)
    colours = pixels[..., :_COLOURS]
    grey = bool((colours[..., :1] == colours).all())
    yield from (np.ascontiguousarray(pixels[..., place]) for place in range(1 if grey else _COLOURS))
    if image.has_transparency_data:
        yield np.ascontiguousarray(pixels[..., _COLOURS])


def _with_last_tiles(pixels: Pixels) -> Pixels:
    """Return the pixels with the last eight rows and columns once more where tiles would end before them."""
    for axis in (0, 1):
        side = pixels.shape[axis]
        if side > TILE and side % TILE:
            whole, last = slice(None, side // TILE * TILE), slice(-TILE, None)
            parts = (pixels[whole], pixels[last]) if axis == 0 else (pixels[:, whole], pixels[:, last])
            pixels = np.concatenate(parts, axis=axis)
    return pixels


def _between_equal_colours(image: "Image.Image") -> int:
    """Return how often neighbours take different entries of a palette that are one colour."""
    if image.mode != "P":
        return 0
    entries = np.asarray(image)
    shown = np.asarray(image.convert("RGBA")).view("<u4")[..., 0]
    other = entries[:, 1:] != entries[:, :-1]
    return int(np.count_nonzero(other & (shown[:, 1:] == shown[:, :-1])))
