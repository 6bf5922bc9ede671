"""Documents, drawings and pictures made anew from what was read of them."""

from collections.abc import Mapping

from strongroom.checker.formats.documents import rebuild_html
from strongroom.checker.formats.kinds import FileKind
from strongroom.checker.formats.office import rebuild_office
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.pictures import rebuild_raster, rebuild_svg
from strongroom.checker.formats.rebuilt import Rebuilder, Rebuilt
from strongroom.checker.formats.tables import rebuild_tables


def _pdf(part: Part, context: Context) -> Rebuilt:
    from strongroom.checker.formats.documents.rebuild_pdf import rebuild_pdf  # noqa: PLC0415 - loads pikepdf

    return rebuild_pdf(part, context)


DOCUMENTS: Mapping[FileKind, Rebuilder] = {
    FileKind.HTML: rebuild_html.rebuild_html,
    FileKind.SVG: rebuild_svg.rebuild_svg,
    FileKind.PDF: _pdf,
    FileKind.DOCX: rebuild_office.rebuild_office,
    FileKind.PPTX: rebuild_office.rebuild_office,
    FileKind.XLS: rebuild_tables.rebuild_workbook,
    FileKind.ODS: rebuild_tables.rebuild_workbook,
    FileKind.PNG: rebuild_raster.rebuild_picture,
    FileKind.JPEG: rebuild_raster.rebuild_picture,
    FileKind.TIFF: rebuild_raster.rebuild_picture,
    FileKind.GIF: rebuild_raster.rebuild_picture,
    FileKind.WEBP: rebuild_raster.rebuild_picture,
    FileKind.BMP: rebuild_raster.rebuild_picture,
}
