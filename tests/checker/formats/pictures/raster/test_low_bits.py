"""Bits written over a drawing's lowest ones are told from what drawings, photographs and JPEG do."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from strongroom.checker.formats.pictures.raster import low_bits

PAYLOAD = 200  # bytes: ten people's rows of five columns, packed
TOLD = 40


def plot(mode="RGB"):
    figure = Figure(figsize=(5, 4))
    axes = figure.subplots()
    axes.fill_between(np.arange(30), np.sin(np.arange(30)), alpha=0.3)
    axes.set_title("a curve, and what is under it")
    sink = io.BytesIO()
    figure.savefig(sink, format="png", dpi=120)
    return Image.open(sink).convert(mode)


def with_bits(picture, *, places=None, seed=1, size=PAYLOAD, depth=1):
    draw = np.random.default_rng(seed)
    pixels = np.asarray(picture).copy()
    flat = pixels.reshape(-1)
    chosen = np.arange(8 * size // depth) if places is None else places(draw, flat.size)[: 8 * size // depth]
    written = draw.integers(0, 1 << depth, chosen.size).astype(np.uint8)
    flat[chosen] = flat[chosen] & np.uint8(256 - (1 << depth)) | written
    made = Image.fromarray(pixels, picture.mode)
    if picture.mode == "P":
        made.putpalette(picture.getpalette())
    return made


def saved(picture, kind, **how):
    sink = io.BytesIO()
    picture.save(sink, kind, **how)
    return Image.open(sink)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_few_hundred_bytes_in_the_lowest_bits_are_told(mode, kind):
    assert low_bits(saved(plot(mode), kind)) == 0
    assert low_bits(saved(with_bits(plot(mode)), kind)) >= TOLD


@pytest.mark.parametrize(
    "places",
    [
        lambda draw, size: np.arange(2, size, 3),
        lambda draw, size: np.arange(size - 8 * PAYLOAD, size),
        lambda draw, size: np.arange(0, size, 29),
        lambda draw, size: draw.permutation(size),
    ],
    ids=["blue", "last rows", "each 29th", "strewn"],
)
def test_it_does_not_matter_where_they_are(places):
    assert low_bits(with_bits(plot(), places=places)) >= TOLD


def test_two_bits_a_colour_are_told():
    assert low_bits(with_bits(plot(), depth=2)) >= TOLD


def test_which_of_two_entries_of_one_colour_is_told():
    palette = plot().quantize(100)
    twice = Image.fromarray(np.asarray(palette) * 2, "P")
    colours = np.reshape(palette.getpalette()[:300], (-1, 3)).astype(np.uint8)
    twice.putpalette(np.repeat(colours, 2, axis=0).tobytes())
    assert low_bits(twice) == 0
    assert low_bits(with_bits(twice)) >= TOLD


@pytest.mark.parametrize("quality", [50, 75, 92])
def test_what_jpeg_left_behind_is_no_payload(quality):
    assert low_bits(saved(saved(plot(), "JPEG", quality=quality), "PNG")) < TOLD


def test_a_photograph_a_gradient_and_a_pattern_are_no_payload():
    draw = np.random.default_rng(2)
    shades = np.add.outer(np.linspace(0, 90, 200), np.linspace(0, 90, 300))
    photograph = np.round(shades + draw.normal(0, 1, shades.shape)).astype(np.uint8)
    pattern = np.indices((200, 300)).sum(axis=0) % 2 + 254
    for pixels in (photograph, shades.astype(np.uint8), pattern.astype(np.uint8)):
        assert low_bits(Image.fromarray(pixels)) < TOLD


@pytest.mark.parametrize("side", [(1, 1), (7, 300), (300, 5)])
def test_a_picture_too_small_for_a_stretch_is_none(side):
    assert low_bits(Image.fromarray(np.zeros(side, np.uint8))) == 0


def test_the_pixels_of_a_jpeg_are_not_looked_at():
    assert low_bits(saved(with_bits(plot()), "JPEG", quality=100)) == 0
