"""Documents, drawings and pictures made anew from what was read of them."""

from collections.abc import Mapping

from strongroom.checker.readers.kinds import FileKind
from strongroom.checker.rebuild import html, pictures, svg
from strongroom.checker.rebuild.copies import Rebuilder

DOCUMENTS: Mapping[FileKind, Rebuilder] = {
    FileKind.HTML: html.rebuild_html,
    FileKind.SVG: svg.rebuild_svg,
    FileKind.PNG: pictures.rebuild_picture,
    FileKind.JPEG: pictures.rebuild_picture,
    FileKind.TIFF: pictures.rebuild_picture,
    FileKind.GIF: pictures.rebuild_picture,
    FileKind.WEBP: pictures.rebuild_picture,
    FileKind.BMP: pictures.rebuild_picture,
}
