"""Pictures made anew from their pixels."""

from io import BytesIO

from strongroom.checker.readers.part import Context, Part
from strongroom.checker.readers.png import open_image
from strongroom.checker.rebuild.copies import Rebuilt, one


def rebuild_png(part: Part, context: Context) -> Rebuilt:
    """Return a PNG of the same pixels and nothing else."""
    return one(
        part, png_of_pixels(part, context), f"{part.where}: encoded anew from its pixels, without metadata"
    )


def png_of_pixels(part: Part, context: Context) -> bytes:
    """Return a PNG's bytes, encoded from the pixels of `part`; raise UnreadableError when it is damaged."""
    read = open_image(part, context)
    # A palette has room for entries no pixel uses, and 16 bits for what no eye sees: neither is kept.
    image = read.convert("RGBA" if read.has_transparency_data else "L" if read.mode in {"1", "L"} else "RGB")
    image.info = {}  # Pillow writes some of what it read (a colour profile, for one) back from there
    sink = BytesIO()
    image.save(sink, format="PNG", optimize=False)
    return sink.getvalue()
