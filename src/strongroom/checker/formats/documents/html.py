"""HTML pages: words, tables, drawings, pictures, data in scripts, and everything a browser does not show."""

import re
from collections.abc import Iterator

from strongroom.checker.contents.found import (
    Artefact,
    FoundProblem,
    FoundTable,
    FoundText,
    ProblemKind,
    source_of,
)
from strongroom.checker.formats import data_uri
from strongroom.checker.formats.documents import script_data
from strongroom.checker.formats.documents.hidden_elements import hidden_words
from strongroom.checker.formats.documents.html_page import Page, parse_page
from strongroom.checker.formats.documents.html_tables import as_table
from strongroom.checker.formats.part import Context, Part
from strongroom.checker.formats.text.plain_text import decode, tables_in

NOTHING_LEFT = "a page of which nothing is left without its scripts"
_STYLE_ADDRESS = re.compile(r"url\(\s*['\"]?(data:[^)'\"]*)")


def read(part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the whole contents of a page.

    A page is released rebuilt without scripts, frames, forms, event handlers and external links, so these
    are no problem by themselves; their words are checked as text and their data as tables.
    """
    content = decode(part.data)
    page = parse_page(content)
    if not context.depth and not _may_show(page):
        yield part.problem(ProblemKind.UNREADABLE, NOTHING_LEFT)
    if hidden_words(page):
        yield part.problem(ProblemKind.HIDDEN_CONTENT, "words that the page's styles hide")
    yield from read_page(page, part, context)
    yield source_of(part.where, content)


def _may_show(page: Page) -> bool:
    """Return whether a page has anything that its copy can show: words, drawings, pictures, known plots."""
    plotted = any(map(script_data.draws_plots, page.scripts))
    return bool(
        "".join(page.words).strip() or page.drawings or plotted or any(map(data_uri.is_data, page.addresses))
    )


def read_page(page: Page, part: Part, context: Context) -> Iterator[Artefact]:
    """Yield the contents of a parsed page."""
    lines = (line.strip() for line in "".join(page.words).splitlines())
    words = "\n".join(line for line in lines if line)
    yield from _text(words, f"{part.where} > words")
    hidden = [*page.hidden, *(each for each in page.addresses if not data_uri.is_data(each))]
    yield from _text("\n".join(dict.fromkeys(hidden)), f"{part.where} > hidden text")
    for number, rows in enumerate(page.tables, start=1):
        yield FoundTable(f"{part.where} > table {number}", as_table(rows))
    for number, source in enumerate(page.drawings, start=1):
        yield from context.nested(part.inner(source.encode("utf-8", "replace"), f"drawing {number}.svg"))
    for number, script in enumerate(page.scripts, start=1):
        yield from script_data.read(script, part.inner(b"", f"script {number}"), context)
    styles = "\n".join(page.styles)
    addresses = [each for each in page.addresses if data_uri.is_data(each)] + _STYLE_ADDRESS.findall(styles)
    for number, uri in enumerate(addresses, start=1):
        yield from _embedded(uri, f"picture {number}", part, context)
    yield from _text(_STYLE_ADDRESS.sub("url(", styles), f"{part.where} > styles", tables=False)


def _embedded(uri: str, name: str, part: Part, context: Context) -> Iterator[Artefact]:
    # Scripts and styles are not released, but may contain what the page shows; fonts contain only letters.
    kind = uri.lstrip()[5:40].lower()
    if kind.startswith(("text/javascript", "application/javascript", "application/x-javascript", "text/css")):
        source = data_uri.as_part(uri, name, part)
        content = source.data.decode("utf-8", "replace")
        yield from script_data.read(content, source, context)
    elif "font" not in kind.partition(",")[0]:
        for found in data_uri.read(uri, name, part, context):
            # The copy has pictures only: an icon or a video of no known format is left out, and no problem.
            if not (isinstance(found, FoundProblem) and found.kind is ProblemKind.UNKNOWN_TYPE):
                yield found


def _text(content: str, where: str, *, tables: bool = True) -> Iterator[Artefact]:
    if content.strip():
        yield FoundText(where, content)
        if tables:
            yield from tables_in(content, where)
