"""Documents, drawings and pictures made anew from what was read of them."""

from collections.abc import Mapping

from strongroom.checker.readers.kinds import FileKind
from strongroom.checker.readers.part import Context, Part
from strongroom.checker.rebuild import html, office, pictures, svg, tables
from strongroom.checker.rebuild.copies import Rebuilder, Rebuilt


def _pdf(part: Part, context: Context) -> Rebuilt:
    from strongroom.checker.rebuild.pdf import rebuild_pdf  # noqa: PLC0415 - loads pikepdf

    return rebuild_pdf(part, context)


DOCUMENTS: Mapping[FileKind, Rebuilder] = {
    FileKind.HTML: html.rebuild_html,
    FileKind.SVG: svg.rebuild_svg,
    FileKind.PDF: _pdf,
    FileKind.DOCX: office.rebuild_office,
    FileKind.PPTX: office.rebuild_office,
    FileKind.XLS: tables.rebuild_workbook,
    FileKind.ODS: tables.rebuild_workbook,
    FileKind.PNG: pictures.rebuild_picture,
    FileKind.JPEG: pictures.rebuild_picture,
    FileKind.TIFF: pictures.rebuild_picture,
    FileKind.GIF: pictures.rebuild_picture,
    FileKind.WEBP: pictures.rebuild_picture,
    FileKind.BMP: pictures.rebuild_picture,
}
