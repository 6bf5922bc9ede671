"""Which digit a glyph is, by a small network fitted on printed digits and letters."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.pictures.raster.components import Boxes
from strongroom.checker.formats.pictures.raster.grey_levels import Shades
from strongroom.fitted import read_fitted
from strongroom.thresholds import Thresholds, threshold

NO_DIGIT = 10  # fixed: the class after the digits 0 to 9


class _Limits(Thresholds):
    """The numbers this module decides by."""

    glyphs_at_once: int = threshold(4_096, "glyphs", "cost: memory of the network's input")


LIMITS = _Limits()


PATCH = _TALL, _WIDE = 12, 8  # fixed: the pixels of a patch on which digits.json was fitted
_WEIGHTS = Path(__file__).with_name("digits.json")

Numbers = NDArray[np.float32]


def digits_of(ink: Shades, boxes: Boxes) -> NDArray[np.int8]:
    """Return 0 to 9, or NO_DIGIT, for each box of shape (n, 4) in a picture's contrast."""
    (into, into_bias), (out, out_bias) = _network()
    digits = np.full(len(boxes), NO_DIGIT, np.int8)
    for begin in range(0, len(boxes), LIMITS.glyphs_at_once):
        part = boxes[begin : begin + LIMITS.glyphs_at_once]
        hidden = np.maximum(patches(ink, part) @ into + into_bias, 0)
        digits[begin : begin + LIMITS.glyphs_at_once] = (hidden @ out + out_bias).argmax(axis=1)
    return digits


def patches(ink: Shades, boxes: Boxes) -> Numbers:
    """Return each box resampled to 12 x 8 shades between 0 and 1, and its aspect ratio: (n, 97)."""
    top, left, bottom, right = (boxes[:, [place]] for place in range(4))
    above, below, down = _sampled(top, bottom, _TALL)
    before, after, along = _sampled(left, right, _WIDE)

    def at(y: Boxes, x: Boxes) -> Numbers:
        return ink[y[:, :, None], x[:, None, :]].astype(np.float32)

    upper = at(above, before) * (1 - along) + at(above, after) * along
    lower = at(below, before) * (1 - along) + at(below, after) * along
    down = down.transpose(0, 2, 1)
    shade = upper * (1 - down) + lower * down
    shade /= np.maximum(shade.max(axis=(1, 2), keepdims=True), 1)
    ratio = np.minimum((right - left) / (bottom - top), 2)
    return np.hstack([shade.reshape(len(boxes), -1), ratio]).astype(np.float32)


def _sampled(first: Boxes, past: Boxes, count: int) -> tuple[Boxes, Boxes, Numbers]:
    """Return for `count` positions along each box the neighbouring pixels and the weight between them."""
    place = first + (np.arange(count) + 0.5) / count * (past - first) - 0.5
    place = np.clip(place, first, past - 1)
    lower = place.astype(np.intp)
    return lower, np.minimum(lower + 1, past - 1), (place - lower).astype(np.float32)[:, None, :]


@cache
def _network() -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]:
    """Return the weights and biases of the two layers that benchmarks/exfiltration/_fit_digits.py fitted."""
    stored = read_fitted(_WEIGHTS)
    one, two = ((_thousandths(layer["weights"]), _thousandths(layer["bias"])) for layer in stored["layers"])
    return one, two


def _thousandths(values: list[int] | list[list[int]]) -> Numbers:
    return (np.array(values) / 1_000).astype(np.float32)
