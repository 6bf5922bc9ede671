"""Formats of documents: web pages, PDF and notebooks."""

from strongroom.checker.formats.format import OLE_START, Candidate, Format, Order, Sign, magic
from strongroom.checker.formats.text.formats import markup_root, may_be_markup

_IN = "strongroom.checker.formats.documents"
_HTML_ENDINGS = (".html", ".htm", ".xhtml")


def _is_html(file: Candidate) -> bool:
    """Recognise a page by its first element; with an HTML file name a fragment is a page too."""
    if not may_be_markup(file) or file.data.startswith(OLE_START):
        return False
    return file.name.endswith(_HTML_ENDINGS) or markup_root(file) == "html"


HTML = Format(
    "HTML",
    "text/html",
    _HTML_ENDINGS,
    f"{_IN}.html:read",
    (Sign(Order.MARKUP, _is_html),),
    f"{_IN}.rebuild_html:rebuild_html",
    copy="a page of the words, tables, drawings and pictures; plots of plotly and Vega-Lite drawn as SVG",
    library="Python's html.parser",
)
PDF = Format(
    "PDF",
    "application/pdf",
    (".pdf",),
    f"{_IN}.pdf:read",
    (magic(Order.DOCUMENT_MAGIC, b"%PDF-"),),
    f"{_IN}.rebuild_pdf:rebuild_pdf",
    preload=("pikepdf", "pdfplumber", f"{_IN}.rebuild_pdf"),
    copy="the pages, with listed operators, rounded numbers and re-encoded pictures",
    library="pikepdf, pdfplumber",
)
NOTEBOOK = Format(
    "Jupyter notebook",
    "application/x-ipynb+json",
    (".ipynb",),
    f"{_IN}.notebook:read",
    rebuild=f"{_IN}.rebuild_notebook:rebuild_notebook",
    text=True,
    copy="the cells and their outputs of known kinds, without metadata",
)
