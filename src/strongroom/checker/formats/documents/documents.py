"""The readers of documents, drawings and pictures; heavy libraries are imported when one is first read."""

from collections.abc import Mapping

from strongroom.checker.formats.documents import html, pdf
from strongroom.checker.formats.kinds import FileKind
from strongroom.checker.formats.office import documents, workbook
from strongroom.checker.formats.part import PartReader
from strongroom.checker.formats.pictures import raster_files, svg

DOCUMENTS: Mapping[FileKind, PartReader] = {
    FileKind.HTML: html.read,
    FileKind.SVG: svg.read,
    FileKind.PDF: pdf.read,
    FileKind.DOCX: documents.read,
    FileKind.PPTX: documents.read,
    FileKind.XLS: workbook.read_old,
    FileKind.ODS: workbook.read_open,
    FileKind.JPEG: raster_files.read,
    FileKind.TIFF: raster_files.read,
    FileKind.GIF: raster_files.read,
    FileKind.WEBP: raster_files.read,
    FileKind.BMP: raster_files.read,
}
