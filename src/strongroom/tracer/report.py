"""The report of a trace as a page to print; `report_text` says what it says."""

import re
from datetime import datetime
from html import escape

from strongroom.tracer.attribution import Attribution
from strongroom.tracer.report_text import Section, conclusion, sections

_POWER = re.compile(r"10\^(-?[\d,.]*\d)")
_CODE = re.compile(r"`([^`]*)`")
_STYLE = """
body { font: 11pt/1.5 Georgia, serif; max-width: 44em; margin: 2em auto; color: #111; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 1.6em; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25em .6em .25em 0;
border-bottom: 1px solid #ccc; vertical-align: top; } th { width: 30%; font-weight: 600; }
code, pre { font-size: .85em; overflow-wrap: anywhere; white-space: pre-wrap; } sup { line-height: 0; }
.said { border: 2px solid #111; padding: .6em 1em; font-size: 1.1em; } .said p { margin: .3em 0; }
section, .said, tr { break-inside: avoid; } h2 { break-after: avoid; } @page { margin: 2cm; }
@media print { body { margin: 0; max-width: none; } }
"""


def report(answer: Attribution, *, name: str, sha256: str, at: datetime) -> str:
    """Return the page, self-contained HTML; `name` and `sha256` are the file's, `at` when it was traced."""
    first, *others = conclusion(answer)
    stated = f"<p><strong>{_html(first)}</strong></p>" + "".join(f"<p>{_html(each)}</p>" for each in others)
    body = "\n".join(_section(each) for each in sections(answer, sha256=sha256, at=at))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Trace of {escape(name)}</title><style>{_STYLE}</style></head>\n<body><main>"
        f'<h1>Trace of {escape(name)}</h1>\n<div class="said">{stated}</div>\n{body}</main></body></html>\n'
    )


def _section(section: Section) -> str:
    paragraphs = "".join(f"<p>{_html(each)}</p>" for each in section.paragraphs)
    points = "".join(f"<li>{_html(each)}</li>" for each in section.points)
    kind = "ol" if section.ordered else "ul"
    listed = f"<{kind}>{points}</{kind}>" if points else ""
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{_html(value)}</td></tr>'
        for label, value in section.facts
    )
    table = f"<table>{rows}</table>" if rows else ""
    return f"<section><h2>{escape(section.title)}</h2>{paragraphs}{listed}{table}</section>"


def _html(text: str) -> str:
    """Return a text as HTML, its powers of ten raised and its code set as such."""
    coded = _CODE.sub(r"<code>\1</code>", escape(text))
    return _POWER.sub(lambda found: f"10<sup>{found[1].replace('-', '&minus;')}</sup>", coded)
