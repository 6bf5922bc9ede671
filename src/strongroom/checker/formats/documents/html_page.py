"""A parsed HTML page: visible text, tables, scripts, drawings, pictures, and all hidden text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.pictures.svg_vocabulary import PLACES
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    deepest: int = threshold(
        2_000,
        "elements",
        "cost: bound of recursion and time; pages that programs write nest some dozens deep",
    )


LIMITS = _Limits()


Attributes = list[tuple[str, str | None]]
# fmt: off
_LINES = {
    "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "br", "pre", "section",
    "article", "blockquote", "dt", "dd", "figure", "figcaption", "header", "footer", "title", "option",
    "body", "nav", "main", "caption", "hr", "summary", "details", "form", "textarea",
}
_LOOKS = PLACES | {
    "colspan", "rowspan", "align", "valign", "border", "cellspacing", "cellpadding", "scope",
    "lang", "dir", "role", "type", "rel", "charset", "aria-hidden", "nowrap", "bgcolor", "color", "xmlns",
}
# fmt: on
_PROGRAMS = {"iframe", "object", "embed", "applet", "frame"}
_PICTURES = {"src", "href", "poster", "srcset", "data", "background", "xlink:href"}


@dataclass(repr=False)
class Page:
    """The contents of a page.

    `events` replays it as triples: "start" with tag and attributes, "end" with tag, "text" with words, "svg"
    with the number of the drawing.
    """

    words: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    drawings: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)
    events: list[tuple[str, str, Attributes]] = field(default_factory=list)


def parse_page(content: str) -> Page:
    """Return a parsed page; raise UnreadableError only if the parser fails: any text is valid HTML."""
    parser = _Parser(content)
    try:
        parser.feed(content)
        parser.close()
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(ProblemKind.UNREADABLE, "HTML that cannot be parsed") from error
    return parser.finished()


class _Parser(HTMLParser):
    """Parses a page; drawings are cut out of the source, because XML is case-sensitive."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._content = content
        self._line_starts = [0]
        for line in content.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)
        self._svg = (0, 0)  # how many drawings are open, and where the outermost begins
        self._raw = ""  # the script or style that is open
        self._open: list[list[list[str]]] = []
        self._cells: list[list[str] | None] = []

    def finished(self) -> Page:
        """Return the page; open elements end here."""
        if self.rawdata:  # a script without an end, which the parser keeps to itself
            self.handle_data(self.rawdata)
        if self._svg[0]:
            self._drawing(len(self._content))
        while self._open:
            self._end_table()
        return self.page

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag == "svg":
            depth, start = self._svg
            self._svg = (depth + 1, self._place() if depth == 0 else start)
        if self._svg[0]:
            return
        self._attributes(tag, attrs)
        self.page.events.append(("start", tag, attrs))
        if tag in {"script", "style"}:
            self._raw = tag
            (self.page.scripts if tag == "script" else self.page.styles).append("")
        elif tag in _LINES:
            self.page.words.append("\n")
        if tag in _PROGRAMS:
            self.page.programs.append(tag)
        self._table_start(tag)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)
        if tag == "svg":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._svg[0]:
            if tag == "svg":
                self._svg = (self._svg[0] - 1, self._svg[1])
                if not self._svg[0]:
                    end = self._content.find(">", self._place())
                    self._drawing(end + 1 if end >= 0 else len(self._content))
            return
        self._raw = ""
        self.page.events.append(("end", tag, []))
        if tag in _LINES:
            self.page.words.append("\n")
        if tag in {"td", "th", "tr"}:
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_table()

    def handle_data(self, data: str) -> None:
        if self._svg[0]:
            return
        if self._raw:
            (self.page.scripts if self._raw == "script" else self.page.styles)[-1] += data
            return
        self.page.events.append(("text", data, []))
        self.page.words.append(data)
        if self._cells and self._cells[-1] is not None:
            self._cells[-1].append(data)

    def handle_comment(self, data: str) -> None:
        self.page.hidden.append(data.strip())

    def handle_decl(self, decl: str) -> None:
        self.page.hidden.extend([decl] if decl.lower() != "doctype html" else [])

    def handle_pi(self, data: str) -> None:
        self.page.hidden.append(data)

    def unknown_decl(self, data: str) -> None:
        self.page.hidden.append(data)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def _drawing(self, end: int) -> None:
        source = self._content[self._svg[1] : end]
        self._svg = (0, 0)
        self.page.events.append(("svg", str(len(self.page.drawings)), []))
        self.page.drawings.append(source)

    def _attributes(self, tag: str, attrs: Attributes) -> None:
        for name, value in attrs:
            if not value:
                continue
            if name in _PICTURES:
                self.page.addresses.append(value)
            elif name not in _LOOKS or (tag == "meta" and name != "charset"):
                self.page.hidden.append(value)
            if name not in _LOOKS and not name.startswith(("data-", "aria-", "on")) and len(name) > 24:  # noqa: PLR2004 - longer than any name in HTML
                self.page.hidden.append(name)

    def _table_start(self, tag: str) -> None:
        if tag == "table":
            if len(self._open) > LIMITS.deepest:
                raise UnreadableError(ProblemKind.TOO_DEEP, "tables nested too deeply")
            self._open.append([])
            self._cells.append(None)
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].append([])
        elif tag in {"td", "th"} and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            self._cells[-1] = []

    def _end_cell(self) -> None:
        if self._open and self._cells[-1] is not None:
            if self._open[-1]:
                self._open[-1][-1].append("".join(self._cells[-1]).strip())
            self._cells[-1] = None

    def _end_table(self) -> None:
        self._end_cell()
        self._cells.pop()
        rows = [row for row in self._open.pop() if row]
        if rows:
            self.page.tables.append(rows)
