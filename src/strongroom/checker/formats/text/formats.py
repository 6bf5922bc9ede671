"""Formats of text: plain text, JSON, RTF and XML."""

import re

from strongroom.checker.formats.format import MARK, Candidate, Format, Order, Sign, magic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    head: int = threshold(
        4_096, "bytes", "judgement: a first element follows within a licence comment and a few declarations"
    )
    xml_head: int = threshold(512, "bytes", "judgement: an XML declaration comes first, after blanks at most")


LIMITS = _Limits()


_IN = "strongroom.checker.formats.text"
_MARKUP = re.compile(rb"<(?:!doctype\s+|\?xml|!--)|<html|<svg", re.IGNORECASE)
_SVG_ROOT = re.compile(rb"<(?:!doctype\s+)?(?:\w+:)?svg[\s>]", re.IGNORECASE)
_HTML_ROOT = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)


def markup_root(file: Candidate) -> str | None:
    """Return "svg", "html" or "" for markup by its first element that is one; None for what is no markup."""
    head = file.data[: LIMITS.head].removeprefix(MARK).lstrip()
    if not _MARKUP.match(head):
        return None
    drawing, page = _SVG_ROOT.search(head), _HTML_ROOT.search(head)
    if drawing and (page is None or drawing.start() < page.start()):
        return "svg"
    return "html" if page else ""


def may_be_markup(file: Candidate) -> bool:
    """Tell whether a file's first bytes can be text."""
    return not file.is_zip and b"\x00" not in file.data[: LIMITS.head]


def _is_xml(file: Candidate) -> bool:
    return file.data[: LIMITS.xml_head].removeprefix(MARK).lstrip().startswith(b"<?xml")


PLAIN_TEXT = Format(
    "Plain text",
    "text/plain",
    (),
    f"{_IN}.plain_text:read",
    rebuild=f"{_IN}.rebuild_text:rebuild_text",
    text=True,
    copy="the text in UTF-8, without invisible characters",
)
JSON = Format(
    "JSON",
    "application/json",
    (".json",),
    f"{_IN}.json_text:read",
    rebuild=f"{_IN}.rebuild_text:rebuild_json",
    large="strongroom.checker.formats.tables.large_json:open_records",
    text=True,
    copy="the values, written again as JSON",
)
NDJSON = Format(
    "JSON Lines",
    "application/x-ndjson",
    (".ndjson", ".jsonl"),
    f"{_IN}.json_text:read_lines",
    rebuild=f"{_IN}.rebuild_text:rebuild_json_lines",
    large="strongroom.checker.formats.tables.large_json:open_records",
    text=True,
    copy="the values, one document per line",
)
RTF = Format(
    "Rich Text Format",
    "application/rtf",
    (".rtf", ".doc"),
    f"{_IN}.rtf:read",
    (magic(Order.PACKED_MAGIC, b"{\\rtf"),),
    f"{_IN}.rebuild_markup:rebuild_rtf",
    copy="the words as plain text",
)
XML = Format(
    "XML",
    "application/xml",
    (".xml", ".pmml"),
    f"{_IN}.xml_records:read",
    (Sign(Order.PACKED_LAYOUT, _is_xml),),
    f"{_IN}.rebuild_markup:rebuild_xml",
    copy="elements, attributes and text, without comments",
    library="defusedxml",
)
