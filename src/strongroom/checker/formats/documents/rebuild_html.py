"""Rebuilt HTML pages: text, tables, drawings and pictures; nothing active, external or hidden."""

import base64
import re
from collections import Counter
from dataclasses import dataclass, replace
from html import escape

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats import data_uri
from strongroom.checker.formats.documents.draw_plot import drawn
from strongroom.checker.formats.documents.hidden_elements import hidden_words, shown, shown_sheet
from strongroom.checker.formats.documents.html import NOTHING_LEFT
from strongroom.checker.formats.documents.html_page import Attributes, Page, parse_page
from strongroom.checker.formats.documents.plot_json import unpacked
from strongroom.checker.formats.documents.plots import Json, plots_in
from strongroom.checker.formats.documents.script_data import documents, draws_plots
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
_LEFT_OUT = ("script", "form", "iframe", "object", "embed", "video", "audio", "canvas")


@dataclass(frozen=True)
class RebuiltPage:
    """A rebuilt page: its HTML, what was left out in words, and whether anything is there to be seen."""

    html: str
    left_out: tuple[str, ...]
    shows: bool


def rebuild_html(part: Part, context: Context) -> Rebuilt:
    """Return the page of what was read; raise UnreadableError where nothing of it is left."""
    page = rebuilt_page(decode(part.data), part, context)
    if not page.shows:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, NOTHING_LEFT)
    change = f"{part.where}: rebuilt as a page; left out: {', '.join([*page.left_out, 'comments', 'links'])}"
    return one_file(part, page.html.encode(), change)


def rebuilt_page(content: str, part: Part, context: Context) -> RebuiltPage:
    """Return HTML rebuilt from its words, tables, drawings and pictures; plots of known kinds are drawn."""
    page = parse_page(content)
    pieces: list[str] = []
    lost: Counter[str] = Counter()
    # Where colours hide words, all words are drawn in one.
    plain = bool(hidden_words(page))
    sheets, scripts = iter(page.styles), iter(page.scripts)
    shows = bool("".join(page.words).strip() or page.drawings)
    for kind, value, attributes in page.events:
        if kind == "text":
            pieces.append(escape(value, quote=False))
        elif kind == "svg":
            pieces.append(_drawing(page, int(value), part, context))
        elif kind == "end":
            pieces.append(f"</{value}>" if value in _TAGS - _EMPTY else "")
        elif value == "style":
            pieces.append(_style(next(sheets), plain=plain))
        elif value == "script":
            found = plots_of(next(scripts), lost)
            shows = shows or bool(found)
            pieces.append(found)
        elif value == "img":
            picture = _picture(attributes, part, context)
            shows = shows or picture.startswith("<img")
            lost["pictures that are not in the file"] += not picture.startswith("<img")
            pieces.append(picture)
        elif value in _TAGS:
            pieces.append(f"<{value}{_attributes(_unboxed(attributes), plain=plain)}>")
        lost[f"elements {value}"] += kind == "start" and value in _LEFT_OUT
    html = '<!DOCTYPE html>\n<meta charset="utf-8">\n' + "".join(pieces).strip() + "\n"
    return RebuiltPage(html, tuple(f"{what} ({count})" for what, count in lost.items() if count), shows)


def plots_of(script: str, lost: Counter[str]) -> str:
    """Return the plots that a script draws as SVG, and count those that cannot be drawn."""
    if not draws_plots(script):
        return ""
    return plots_as_svg([unpacked(each) for each in documents(script)], lost)


def plots_as_svg(found: list[Json], lost: Counter[str]) -> str:
    """Return the plots that JSON documents describe as SVG, and count those that cannot be drawn."""
    svg = ""
    for plot in plots_in(found):
        svg += drawn(plot)
        lost.update(f"plots of kind {kind}" for kind in plot.unknown)
    return svg


def _unboxed(attributes: Attributes) -> Attributes:
    """Return the attributes of an element without its size, if it is the empty box of a plot."""
    classes = next((value or "" for name, value in attributes if name == "class"), "")
    return (
        [each for each in attributes if each[0] != "style"] if "plotly-graph-div" in classes else attributes
    )


def _style(sheet: str, *, plain: bool) -> str:
    safe = shown_sheet(safe_styles(sheet), plain=plain)
    return f"<style>\n{safe}\n</style>" if safe and "<" not in safe else ""


def _attributes(attributes: Attributes, *, plain: bool = True) -> str:
    kept = []
    for name, value in attributes:
        looks = shown(safe_looks(value or ""), plain=plain).strip() if name == "style" else ""
        if (name == "href" and (value or "").startswith("#")) or (
            name in _ATTRIBUTES and not (plain and name == "color") and _PLAIN.fullmatch(value or "")
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
