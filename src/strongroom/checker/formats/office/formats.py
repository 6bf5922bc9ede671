"""Formats of office programs: workbooks, documents, slides, and password-protected files."""

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.format import (
    OLE_START,
    ZIP_START,
    Candidate,
    Format,
    Order,
    Sign,
    magic,
    refusing,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    mimetype_bytes: int = threshold(
        120,
        "bytes",
        "derived: a local file header of 30 bytes, the name mimetype and the longest type of OpenDocument",
    )


LIMITS = _Limits()


_IN = "strongroom.checker.formats.office"
_EMPTY_ZIP = b"PK\x05\x06"  # fixed: APPNOTE 4.3.16, the end of a central directory
_CONTENT_TYPES = b"[Content_Types].xml"
_WORKBOOK, _ENCRYPTED = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
XML_MODULES = ("defusedxml.ElementTree",)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
PAGE = "a web page of the text, tables and pictures"
_SHEETS = "an Excel workbook of the values, without formulas"


def _is_xlsx(file: Candidate) -> bool:
    starts = file.data.startswith((ZIP_START, _EMPTY_ZIP))
    return starts and b"xl/workbook.xml" in file.tail and _CONTENT_TYPES in file.tail


def _is_xls(file: Candidate) -> bool:
    return file.data.startswith(OLE_START) and _WORKBOOK in file.data and _ENCRYPTED not in file.data


def _is_ods(file: Candidate) -> bool:
    return states_type(file, _ODS)


def states_type(file: Candidate, mime: str) -> bool:
    """Return whether a ZIP states at its start that it is an OpenDocument file of a type."""
    return file.is_zip and mime.encode() in file.data[: LIMITS.mimetype_bytes]


def _holds(member: bytes) -> Sign:
    return Sign(
        Order.DOCUMENT_LAYOUT,
        lambda file: file.is_zip and _CONTENT_TYPES in file.tail and member in file.tail,
    )


XLSX = Format(
    "Excel workbook",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (".xlsx",),
    f"{_IN}.workbook:read",
    (Sign(Order.ZIP, _is_xlsx),),
    f"{_IN}.rebuild_workbook:rebuild_xlsx",
    preload=("python_calamine", *XML_MODULES),
    copy="a workbook of the values, number formats, bold and italic, widths, merged cells and pictures",
    library="python-calamine, defusedxml",
)
XLS = Format(
    "Excel 97-2003 workbook",
    "application/vnd.ms-excel",
    (".xls",),
    f"{_IN}.workbook:read_old",
    (Sign(Order.DOCUMENT_LAYOUT, _is_xls),),
    f"{_IN}.rebuild_workbook:rebuild_other",
    preload=("python_calamine",),
    copy=_SHEETS,
    library="python-calamine",
)
ODS = Format(
    "OpenDocument spreadsheet",
    _ODS,
    (".ods",),
    f"{_IN}.workbook:read_open",
    (Sign(Order.DOCUMENT_LAYOUT, _is_ods),),
    f"{_IN}.rebuild_workbook:rebuild_other",
    preload=("python_calamine", *XML_MODULES),
    copy=_SHEETS,
    library="python-calamine, defusedxml",
)
DOCX = Format(
    "Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    (".docx",),
    f"{_IN}.parts:read",
    (_holds(b"word/document.xml"),),
    f"{_IN}.rebuild_docx:rebuild_docx",
    preload=XML_MODULES,
    copy="a document of the headings, lists, tables, pictures, notes and formulas, without fonts and colours",
    library="defusedxml",
)
PPTX = Format(
    "PowerPoint slides",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    (".pptx",),
    f"{_IN}.parts:read",
    (_holds(b"ppt/presentation.xml"),),
    f"{_IN}.rebuild_pptx:rebuild_pptx",
    preload=XML_MODULES,
    copy="slides of the texts, tables and pictures in their places, on a plain master",
    library="defusedxml",
)
# Excel wraps a workbook with a password into this container; its old formats are kept in one too.
ENCRYPTED = refusing(
    "Password-protected Office file",
    "application/encrypted",
    (),
    ProblemKind.ENCRYPTED,
    "a password-protected or old Office file",
    magic(Order.MAGIC, OLE_START),
)
