"""HTML of outputs, rebuilt from the tags of tables and text: nothing that loads, runs, links or navigates."""

from html import escape
from html.parser import HTMLParser

TAGS = frozenset(
    [
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
EMPTY = frozenset({"br", "col", "hr"})
_ATTRIBUTES = frozenset({"border", "colspan", "rowspan"})
_DROPPED = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "title"})


def rebuilt(html: str) -> str:
    """Return the same HTML with tags and attributes from a list, and nothing else."""
    rebuilding = _Rebuilding()
    rebuilding.feed(html)
    rebuilding.close()
    return rebuilding.written()


class _Rebuilding(HTMLParser):
    """Writes what it reads, as far as it is allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._inside or tag in _DROPPED:
            self._inside += [tag] if tag in _DROPPED else []
        elif tag in TAGS:
            kept = "".join(
                f' {name}="{value}"'
                for name, value in attrs
                if name in _ATTRIBUTES and (value or "").isdigit()
            )
            self._parts.append(f"<{tag}{kept}>")
            self._open += [] if tag in EMPTY else [tag]

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            if tag == self._inside[-1]:
                self._inside.pop()
        elif tag in self._open:
            # What was left open inside is closed first.
            while (last := self._open.pop()) != tag:
                self._parts.append(f"</{last}>")
            self._parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._parts.append(escape(data))

    def written(self) -> str:
        """Return all that was kept, with every tag closed."""
        return "".join([*self._parts, *(f"</{tag}>" for tag in reversed(self._open))])
