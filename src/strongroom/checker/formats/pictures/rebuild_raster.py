"""Pictures rebuilt from their pixels, without invisible detail."""

from io import BytesIO

import numpy as np
from PIL import Image

from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt
from strongroom.checker.formats.pictures.png import SIGNATURE
from strongroom.checker.formats.pictures.raster_files import open_image

_CHANGE = (
    "re-encoded as PNG from its pixels; metadata, further frames and the four low bits of every colour, "
    "which no eye misses, are gone"
)


def rebuild_picture(part: Part, context: Context) -> Rebuilt:
    """Return a PNG of the picture; a picture of another format is released as `<name>.png`."""
    name = part.name if part.data.startswith(SIGNATURE) else f"{part.name}.png"
    return Rebuilt((Copy(name, png_of_pixels(part, context)),), (f"{part.where}: {_CHANGE}",))


def png_of_pixels(part: Part, context: Context) -> bytes:
    """Return a PNG of a picture's pixels; raise UnreadableError when it is damaged."""
    return encoded(open_image(part, context))


def encoded(read: Image.Image) -> bytes:
    """Return a picture as PNG, each channel reduced to 16 levels, so that low bits carry nothing.

    Keeping the upper four bits destroys a payload in the lower four and leaves what is drawn.
    """
    # A palette has room for unused entries, and 16-bit channels for invisible detail: neither is kept.
    mode = "RGBA" if read.has_transparency_data else "L" if read.mode in {"1", "L"} else "RGB"
    pixels = np.asarray(read.convert(mode), dtype=np.uint8)
    cut = (pixels >> 4) * np.uint8(17)
    if mode == "RGBA":
        cut[cut[..., 3] == 0] = 0  # the colour of transparent pixels
    sink = BytesIO()
    Image.fromarray(cut, mode).save(sink, format="PNG", optimize=False)
    return sink.getvalue()
