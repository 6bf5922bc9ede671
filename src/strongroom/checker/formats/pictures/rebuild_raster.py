"""Pictures rebuilt from their pixels, without invisible detail."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt
from strongroom.checker.formats.pictures.png import SIGNATURE
from strongroom.checker.formats.pictures.raster_files import open_image
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    exact_colours: int = threshold(
        32,
        "colours",
        "judgement: lines, areas and letters of a plot have fewer; each has 12 bits that nothing examines, "
        "48 bytes together",
    )
    least_pixels: int = threshold(
        100, "pixels", "judgement: the thinnest line of a plot covers more; colours of fewer pixels are blur"
    )
    least_share: float = threshold(
        0.5, "share of a level's pixels", "judgement: an area has one colour, data in its low bits have many"
    )
    least_dpi: int = threshold(36, "dots per inch", "judgement: no page prints more coarsely")
    most_dpi: int = threshold(2_400, "dots per inch", "judgement: no journal asks for more than 1,200")


LIMITS = _Limits()

_CHANGE = (
    f"re-encoded as PNG from its pixels; the {LIMITS.exact_colours} commonest colours are kept, others in 16 "
    "steps a channel; metadata other than the resolution and further frames are left out"
)
Colours = NDArray[np.uint8]


def rebuild_picture(part: Part, context: Context) -> Rebuilt:
    """Return a PNG of the picture; a picture of another format is released as `<name>.png`."""
    name = part.name if part.data.startswith(SIGNATURE) else f"{part.name}.png"
    return Rebuilt((Copy(name, png_of_pixels(part, context)),), (f"{part.where}: {_CHANGE}",))


def png_of_pixels(part: Part, context: Context) -> bytes:
    """Return a PNG of a picture's pixels; raise UnreadableError when it is damaged."""
    return encoded(open_image(part, context))


def encoded(read: Image.Image) -> bytes:
    """Return a picture as PNG in 16 levels a channel, its commonest colours as they were.

    Low bits carry nothing then: a level has one colour wherever it is, in the fewest cases its own.
    """
    # A palette has room for unused entries, and 16-bit channels for invisible detail: neither is kept.
    mode = "RGBA" if read.has_transparency_data else "L" if read.mode in {"1", "L"} else "RGB"
    pixels = np.asarray(read.convert(mode), dtype=np.uint8)
    if mode == "RGBA" and (pixels[..., 3] == np.uint8(255)).all():
        mode, pixels = "RGB", pixels[..., :3]
    cut = released_levels(pixels)
    if mode == "RGBA":
        cut[cut[..., 3] == 0] = 0  # the colour of transparent pixels
    sink = BytesIO()
    dots = _resolution(read)
    Image.fromarray(cut, mode).save(
        sink, format="PNG", optimize=False, **({"dpi": (dots, dots)} if dots else {})
    )
    return sink.getvalue()


def _resolution(read: Image.Image) -> int:
    """Return a picture's dots per inch, 0 where it states none or an unusual one."""
    stated = read.info.get("dpi")
    if not isinstance(stated, tuple) or len(stated) != 2:  # noqa: PLR2004 - across and down
        return 0
    across, down = (float(each) for each in stated)
    if not LIMITS.least_dpi <= across <= LIMITS.most_dpi or abs(across - down) > 1:
        return 0
    return round(across)


def released_levels(pixels: Colours) -> Colours:
    """Return pixels in 16 levels a channel; a common level has the colour of most of its pixels.

    `pixels` has the shape (height, width) or (height, width, channels).
    """
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]  # noqa: PLR2004 - rows and columns
    flat = pixels.reshape(-1, channels)
    high, low = (np.zeros(len(flat), np.uint16) for _ in range(2))
    for channel in range(channels):
        high |= (flat[:, channel] >> 4).astype(np.uint16) << np.uint16(4 * channel)
        low |= (flat[:, channel] & 15).astype(np.uint16) << np.uint16(4 * channel)
    shifts = np.arange(0, 4 * channels, 4)
    table = ((np.arange(16**channels)[:, None] >> shifts & 15) * 17).astype(np.uint8)
    sizes = np.bincount(high, minlength=len(table))
    for level in np.argsort(-sizes, kind="stable")[: LIMITS.exact_colours]:
        if sizes[level] < LIMITS.least_pixels:
            break
        counts = np.bincount(low[high == level])
        commonest = int(counts.argmax())
        if counts[commonest] >= LIMITS.least_share * sizes[level]:
            table[level] = (table[level] & 240) + (commonest >> shifts & 15)
    return table[high].reshape(pixels.shape)
