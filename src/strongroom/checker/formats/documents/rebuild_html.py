"""Rebuilt HTML pages: text, tables, drawings and pictures; nothing active, external or hidden."""

import base64
import re
from dataclasses import replace
from html import escape

from strongroom.checker.formats import data_uri
from strongroom.checker.formats.documents.html_page import Attributes, Page, parse_page
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.pictures.rebuild_raster import png_of_pixels
from strongroom.checker.formats.pictures.rebuild_svg import svg_rebuilt
from strongroom.checker.formats.pictures.stylesheets import safe_looks, safe_styles
from strongroom.checker.formats.text.plain_text import decode

# fmt: off
_TAGS = {
    "html", "head", "body", "title", "div", "span", "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col", "ul", "ol",
    "li", "dl", "dt", "dd", "pre", "code", "b", "i", "u", "s", "em", "strong", "small", "sub", "sup",
    "blockquote", "a", "abbr", "section", "article", "header", "footer", "main", "nav", "figure",
    "figcaption", "details", "summary", "center", "font", "tt", "kbd", "samp", "var", "cite", "q",
    "mark", "del", "ins", "label",
}
_ATTRIBUTES = {
    "class", "id", "colspan", "rowspan", "align", "valign", "border", "cellspacing", "cellpadding", "scope",
    "width", "height", "alt", "title", "lang", "dir", "nowrap", "bgcolor", "color", "size", "start",
}
# fmt: on
_EMPTY = {"br", "hr", "col"}
_PLAIN = re.compile(r"[\w\s.,:;%#()/+\-=\u2013\u2014!?'\"&*<>]*")
_CHANGE = (
    "rebuilt; scripts, forms, frames, comments and external links are left out, and with them what "
    "scripts draw"
)


def rebuild_html(part: Part, context: Context) -> Rebuilt:
    """Return the page of what was read."""
    return one_file(part, rebuilt_page(decode(part.data), part, context).encode(), f"{part.where}: {_CHANGE}")


def rebuilt_page(content: str, part: Part, context: Context) -> str:
    """Return HTML rebuilt from its words, tables, drawings and pictures."""
    page = parse_page(content)
    pieces: list[str] = []
    sheets = iter(page.styles)
    for kind, value, attributes in page.events:
        if kind == "text":
            pieces.append(escape(value, quote=False))
        elif kind == "svg":
            pieces.append(_drawing(page, int(value), part, context))
        elif kind == "end":
            pieces.append(f"</{value}>" if value in _TAGS - _EMPTY else "")
        elif value == "style":
            pieces.append(_style(next(sheets)))
        elif value == "img":
            pieces.append(_picture(attributes, part, context))
        elif value in _TAGS:
            pieces.append(f"<{value}{_attributes(attributes)}>")
    return '<!DOCTYPE html>\n<meta charset="utf-8">\n' + "".join(pieces).strip() + "\n"


def _style(sheet: str) -> str:
    safe = safe_styles(sheet)
    return f"<style>\n{safe}\n</style>" if safe and "<" not in safe else ""


def _attributes(attributes: Attributes) -> str:
    kept = []
    for name, value in attributes:
        looks = safe_looks(value or "") if name == "style" else ""
        if (name == "href" and (value or "").startswith("#")) or (
            name in _ATTRIBUTES and _PLAIN.fullmatch(value or "")
        ):
            kept.append((name, value or ""))
        elif looks:
            kept.append((name, looks))
    return "".join(f' {name}="{escape(value)}"' for name, value in kept)


def _drawing(page: Page, number: int, part: Part, context: Context) -> str:
    source = page.drawings[number].encode("utf-8", "replace")
    drawn = svg_rebuilt(replace(part, data=source), context).decode()
    return drawn.partition("?>")[2].strip()


def _picture(attributes: Attributes, part: Part, context: Context) -> str:
    source = next((value for name, value in attributes if name == "src" and value), "")
    rest = _attributes([each for each in attributes if each[0] != "src"])
    if not data_uri.is_data(source):
        return f"<span{rest}></span>"
    inner = data_uri.as_part(source, "picture", part)
    if inner.name.endswith(".svg"):
        packed = base64.b64encode(svg_rebuilt(inner, context)).decode()
        return f'<img src="data:image/svg+xml;base64,{packed}"{rest}>'
    try:
        packed = base64.b64encode(png_of_pixels(inner, context)).decode()
    except UnreadableError:
        return f"<span{rest}></span>"
    return f'<img src="data:image/png;base64,{packed}"{rest}>'
