"""The readers of documents, drawings and pictures; heavy libraries are imported when one is first read."""

from collections.abc import Mapping

from strongroom.checker.readers import html, office, pdf, pictures, svg, workbook
from strongroom.checker.readers.kinds import FileKind
from strongroom.checker.readers.part import PartReader

DOCUMENTS: Mapping[FileKind, PartReader] = {
    FileKind.HTML: html.read,
    FileKind.SVG: svg.read,
    FileKind.PDF: pdf.read,
    FileKind.DOCX: office.read,
    FileKind.PPTX: office.read,
    FileKind.XLS: workbook.read_old,
    FileKind.ODS: workbook.read_open,
    FileKind.JPEG: pictures.read,
    FileKind.TIFF: pictures.read,
    FileKind.GIF: pictures.read,
    FileKind.WEBP: pictures.read,
    FileKind.BMP: pictures.read,
}
