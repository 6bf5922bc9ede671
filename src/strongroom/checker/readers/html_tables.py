"""Tables in a notebook's HTML output, as pandas and R print them."""

from html.parser import HTMLParser

import pyarrow as pa

from strongroom.checker.readers.text import infer

_ACTIVE = {"script", "iframe", "object", "embed", "svg", "img", "canvas", "link", "form", "video", "audio"}


class _Tables(HTMLParser):
    """Collects rows of cells, and whether anything but text and tables is in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.active = False
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active = self.active or tag in _ACTIVE or any(name.startswith("on") for name, _ in attrs)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._close()
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._close()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close(self) -> None:
        if self._cell is not None and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("".join(self._cell).strip())
        self._cell = None


def html_tables(content: str) -> tuple[list[pa.Table], bool]:
    """Return the tables in a piece of HTML, and whether it holds programs, pictures or frames."""
    parser = _Tables()
    parser.feed(content)
    parser.close()
    return [_table(rows) for rows in parser.tables if any(rows)], parser.active


def _table(rows: list[list[str]]) -> pa.Table:
    width = max(len(row) for row in rows)
    # A spanned header row is shorter than the rest: its cells belong at the right.
    padded = [[""] * (width - len(row)) + row for row in rows]
    columns = [infer([row[number] for row in padded]) for number in range(width)]
    return pa.table(columns, names=[f"f{number}" for number in range(width)])
