"""Documents of OpenOffice and LibreOffice are released as a web page: its pieces."""

import base64
from collections.abc import Iterator
from html import escape

from strongroom.checker.formats.part import Context, Copy, Part, Rebuilt, UnreadableError
from strongroom.checker.formats.pictures.rebuild_raster import png_of_pixels


def html_block(block: str | list[list[str]]) -> str:
    """Return a paragraph or a table as HTML."""
    if isinstance(block, str):
        return f"<p>{escape(block, quote=False)}</p>"
    rows = ("".join(f"<td>{escape(cell, quote=False)}</td>" for cell in row) for row in block)
    return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"


def html_picture(data: bytes, part: Part, context: Context) -> Iterator[str]:
    """Yield a picture's pixels as HTML; nothing if it is not a picture."""
    try:
        packed = base64.b64encode(png_of_pixels(part.inner(data, "picture"), context)).decode()
    except UnreadableError:
        return
    yield f'<p><img src="data:image/png;base64,{packed}" alt=""></p>'


def page_of(pieces: list[str], part: Part, change: str) -> Rebuilt:
    """Return pieces of HTML as the page that is released for a document."""
    page = "\n".join(['<!DOCTYPE html>\n<meta charset="utf-8">', *pieces]) + "\n"
    copy = Copy(f"{part.name}.html", page.encode("utf-8", "replace"))
    return Rebuilt((copy,), (f"{part.where}: {change}",))
