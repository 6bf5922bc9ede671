"""How documents, drawings and pictures begin: their kinds by structure, as the MIME types `kinds` names."""

import re

HTML, SVG, PDF = "text/html", "image/svg+xml", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLS, ODS = "application/vnd.ms-excel", "application/vnd.oasis.opendocument.spreadsheet"
JPEG, TIFF, GIF = "image/jpeg", "image/tiff", "image/gif"
WEBP, BMP = "image/webp", "image/bmp"

# What the names of these kinds end in.
ENDINGS: dict[str, tuple[str, ...]] = {
    HTML: (".html", ".htm", ".xhtml"),
    SVG: (".svg",),
    PDF: (".pdf",),
    DOCX: (".docx",),
    PPTX: (".pptx",),
    XLS: (".xls",),
    ODS: (".ods",),
    JPEG: (".jpg", ".jpeg"),
    TIFF: (".tif", ".tiff"),
    GIF: (".gif",),
    WEBP: (".webp",),
    BMP: (".bmp",),
}
_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK, _ENCRYPTED = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
_CONTENT_TYPES = b"[Content_Types].xml"
_MARKUP = re.compile(rb"<(?:!doctype\s+|\?xml|!--)|<html|<svg", re.IGNORECASE)
_SVG_ROOT = re.compile(rb"<(?:!doctype\s+)?(?:\w+:)?svg[\s>]", re.IGNORECASE)
_HTML_ROOT = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
_HEAD = 4_096
_TAIL = 1 << 20


def document(data: bytes, name: str) -> str | None:
    """Return the MIME type of a document, drawing or picture, or None; `name` decides for HTML alone."""
    by_magic = next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
    if by_magic is not None:
        return by_magic
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"BM") and int.from_bytes(data[6:10], "little") == 0 and name.lower().endswith(".bmp"):
        return BMP
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(_OLE):
        return XLS if _WORKBOOK in data and _ENCRYPTED not in data else None
    return None if b"\x00" in data[:_HEAD] else _markup(data, name)


def _zipped(data: bytes) -> str | None:
    if ODS.encode() in data[:120]:
        return ODS
    tail = data[-_TAIL:]
    if _CONTENT_TYPES not in tail:
        return None
    if b"word/document.xml" in tail:
        return DOCX
    return PPTX if b"ppt/presentation.xml" in tail else None


def _markup(data: bytes, name: str) -> str | None:
    """Return HTML or SVG by the first element; a fragment under a name of HTML is HTML too."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    named = name.lower().endswith(ENDINGS[HTML])
    if not _MARKUP.match(head):
        return HTML if named else None
    drawing, page = _SVG_ROOT.search(head), _HTML_ROOT.search(head)
    if drawing and (page is None or drawing.start() < page.start()):
        return SVG
    return HTML if page or named else None
