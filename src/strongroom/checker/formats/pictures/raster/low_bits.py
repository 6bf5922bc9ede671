"""Data written into the low bits of a drawn picture's colours (steganography).

Drawings have uniform areas and sharp edges; photographs and gradients vary, but equally between any two
neighbouring values. Overwriting the lowest bit moves a value within its pair 2k, 2k + 1 and never from 2k + 1
to 2k + 2: "pairs of values" (Westfeld and Pfitzmann, "Attacks on steganographic systems", 1999). On white,
soft edges and JPEG artefacts stay within a pair too, but they change slowly or repeat the few patterns of
JPEG's cosines; random bits change at every second pixel, in all patterns.
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

# A payload may fill only some rows: variation elsewhere in the picture does not explain it.
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


# Single pixels of a lossy format cannot be set.
_LOSSY = {"JPEG", "MPO"}

Pixels = NDArray[np.uint8]
Counts = NDArray[np.int64]


def low_bits(image: "Image.Image") -> int:
    """Return about how many stretches of eight pixels have their lowest two bits overwritten.

    0 if the picture's own variation explains them. A hundred bytes in consecutive low bits, or scattered over
    uniform areas, make about 50 stretches. In a palette with a duplicate colour, the choice between the two
    entries is a bit as well.
    """
    if image.format in _LOSSY:
        return 0
    one, two, isolated = np.zeros((2, 256), np.int64), np.zeros((2, 256), np.int64), 0
    for channel in _channels(image):
        for top in range(0, len(channel), _BAND):
            isolated += isolated_low_bits(channel[max(top - 1, 0) : top + _BAND + 1])
            changes = count_value_changes(_with_last_tiles(channel[top : top + _BAND]))
            one += changes.forms[:, 1] * _beyond_variation(changes, 1, LIMITS.over_pairs)
            two += changes.forms[:, 2] * _beyond_variation(changes, 2, LIMITS.over_fours)
    written = [*map(_unlike_jpeg, one), *(_unlike_jpeg(forms) // LIMITS.bits_per_stretch for forms in two)]
    return max(
        *written,
        isolated // LIMITS.pixels_per_stretch,
        _between_equal_colours(image) // LIMITS.turns_per_stretch,
    )


def _beyond_variation(changes: ValueChanges, bits: int, times: int) -> Counts:
    """Return, for columns and rows, 1 where no other variation explains the changes within `bits`, else 0."""
    wider = changes.within[:, bits + 1] + changes.across[:, bits + 1]
    noise = np.maximum(
        np.maximum(times * changes.across[:, bits], wider // LIMITS.over_wider), changes.slow[:, bits]
    )
    beyond: Counts = (changes.within[:, bits] > noise).astype(np.int64)
    return beyond[:, None]


def _unlike_jpeg(forms: Counts) -> int:
    """Return the number of stretches from the counts of each pattern; 0 if a few patterns dominate."""
    total = int(forms.sum())
    return total if np.sort(forms)[-LIMITS.commonest :].sum() <= LIMITS.most_repeated * total else 0


def _channels(image: "Image.Image") -> Iterator[Pixels]:
    """Yield the distinct colour channels, and the alpha channel if anything is transparent."""
    pixels = np.asarray(image.convert("RGBA"), dtype=np.uint8)
    colours = pixels[..., :_COLOURS]
    grey = bool((colours[..., :1] == colours).all())
    yield from (np.ascontiguousarray(pixels[..., place]) for place in range(1 if grey else _COLOURS))
    if image.has_transparency_data:
        yield np.ascontiguousarray(pixels[..., _COLOURS])


def _with_last_tiles(pixels: Pixels) -> Pixels:
    """Return the pixels, with the last eight rows and columns repeated where tiles would not reach them."""
    for axis in (0, 1):
        side = pixels.shape[axis]
        if side > TILE and side % TILE:
            full, last = slice(None, side // TILE * TILE), slice(-TILE, None)
            parts = (pixels[full], pixels[last]) if axis == 0 else (pixels[:, full], pixels[:, last])
            pixels = np.concatenate(parts, axis=axis)
    return pixels


def _between_equal_colours(image: "Image.Image") -> int:
    """Return how often neighbouring pixels use different palette entries of the same colour."""
    if image.mode != "P":
        return 0
    entries = np.asarray(image)
    shown = np.asarray(image.convert("RGBA")).view("<u4")[..., 0]
    other = entries[:, 1:] != entries[:, :-1]
    return int(np.count_nonzero(other & (shown[:, 1:] == shown[:, :-1])))
