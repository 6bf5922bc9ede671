"""Rebuilt OpenDocument texts: headings, lists, tables, pictures and notes in a new document.

Elements are those of ISO/IEC 26300, part 1; only those listed here are written, with listed attributes.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

from strongroom.checker.contents.found import ProblemKind
from strongroom.checker.formats.office.odt_styles import Look, OdtStyles, odt_styles
from strongroom.checker.formats.office.ooxml import local_attribute, parts_of, picture_of, size_of_png, text
from strongroom.checker.formats.part import Context, Part, Rebuilt, UnreadableError, one_file
from strongroom.checker.formats.text.xml_tree import is_aside, local, parse_xml

MIME = "application/vnd.oasis.opendocument.text"
CONTENT, STYLES = "content.xml", "styles.xml"
_NAMESPACES = {
    **{
        short: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for short, name in {
            "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
            "fo": "xsl-fo-compatible", "svg": "svg-compatible", "manifest": "manifest",
        }.items()
    },
    "xlink": "http://www.w3.org/1999/xlink",
}  # fmt: skip
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # fixed: the earliest a ZIP can state, APPNOTE 4.4.6
_THROUGH = {
    "section", "index-body", "index-title", "table-of-content", "illustration-index", "table-index",
    "bibliography", "alphabetical-index", "a", "meta", "ruby", "ruby-base", "hidden-paragraph",
}  # fmt: skip
_DROPPED = {"tracked-changes": "deletions", "annotation": "comments", "hidden-text": "hidden words"}
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)(cm|mm|in|pt)")
_INCHES = {"cm": 2.54, "mm": 25.4, "in": 1.0, "pt": 72.0}  # fixed: to an inch
_PIXELS = 96  # fixed: pixels of an inch
_WIDEST, _MOST_SPANNED, _MOST_BLANKS = 12.0, 63, 40  # fixed: inches of a page, columns, blanks in a row
_LEVELS = 10  # fixed: levels of headings and lists, ISO/IEC 26300 part 1, 16.31


def rebuild(part: Part, context: Context) -> Rebuilt:
    """Return the document with listed elements only; raise UnreadableError where nothing is left."""
    parts = parts_of(part, context)
    root = parse_xml(parts[CONTENT])
    roots = [parse_xml(parts[STYLES]), root] if STYLES in parts else [root]
    writer = _Writer(odt_styles(roots), parts, part, context)
    body = next((each for each in root.iter() if _tag(each) == "text" and len(each)), root)
    blocks = "".join(writer.blocks(body))
    if not writer.shown:
        raise UnreadableError(ProblemKind.UNKNOWN_TYPE, "a document of which nothing is left")
    lost = [f"{what} ({count})" for what, count in writer.lost.items()]
    left_out = ", ".join([*lost, "headers", "fonts", "colours", "links", "metadata"])
    change = f"{part.where}: rebuilt as a document; left out: {left_out}"
    return one_file(part, _package(blocks, writer), change)


class _Writer:
    """Writes the text; `pictures` are the files it shows, `lost` counts what it leaves out."""

    def __init__(self, styles: OdtStyles, parts: dict[str, bytes], part: Part, context: Context) -> None:
        self._styles, self._parts, self._part, self._context = styles, parts, part, context
        self._boxes: list[Element] = []
        self._notes = 0
        self.pictures: dict[str, bytes] = {}
        self.looks: dict[tuple[Look, str], str] = {}
        """The names of the styles of words and paragraphs that are used."""
        self.lost: Counter[str] = Counter()
        self.shown = 0

    def blocks(self, element: Element, level: int = 1) -> Iterator[str]:
        """Yield headings, paragraphs, lists and tables."""
        for child in element:
            match _tag(child):
                case "p" | "h":
                    yield self._paragraph(child)
                    while self._boxes:
                        yield from self.blocks(self._boxes.pop(0))
                case "list":
                    yield self._list(child, level)
                case "table":
                    yield self._table(child)
                case "frame":
                    yield f"<text:p>{''.join(self._frame(child))}</text:p>"
                case tag if tag in _THROUGH:
                    yield from self.blocks(child, level)
                case tag if tag in _DROPPED:
                    self.lost[_DROPPED[tag]] += 1

    def _paragraph(self, element: Element) -> str:
        words = "".join(self._words(element))
        self.shown += bool(re.sub(r"<[^>]*>", "", words).strip())
        if _tag(element) == "h":
            stated = local_attribute(element, "outline-level")
            level = min(max(int(stated), 1), _LEVELS) if stated.isdecimal() else 1
            return f'<text:h text:style-name="Heading{level}" text:outline-level="{level}">{words}</text:h>'
        known = self._styles.known(element)
        name = known or self._named(
            self._styles.look(element, "paragraph"), self._styles.aligned(element) or "start"
        )
        return f'<text:p text:style-name="{name}">{words}</text:p>'

    def _named(self, look: Look, aligned: str = "") -> str:
        """Return the name of a style of words, or with `aligned` of a paragraph."""
        return self.looks.setdefault((look, aligned), f"{'P' if aligned else 'T'}{len(self.looks) + 1}")

    def _words(self, element: Element) -> Iterator[str]:
        yield text(element.text or "")
        for child in element:
            yield from self._piece(child)
            yield text(child.tail or "")

    def _piece(self, child: Element) -> Iterator[str]:
        match _tag(child):
            case "span":
                look = self._styles.look(child, "text")
                words = "".join(self._words(child))
                yield (
                    f'<text:span text:style-name="{self._named(look)}">{words}</text:span>'
                    if any(look)
                    else words
                )
            case "s":
                count = local_attribute(child, "c")
                yield f'<text:s text:c="{min(int(count), _MOST_BLANKS) if count.isdecimal() else 1}"/>'
            case "tab" | "line-break" as tag:
                yield f"<text:{tag}/>"
            case "note":
                yield from self._note(child)
            case "frame":
                yield from self._frame(child)
            case tag if tag in _DROPPED:
                self.lost[_DROPPED[tag]] += 1
            case "soft-page-break" | "":
                return
            case _:
                # Fields, bookmarks and links: what they show.
                yield from self._words(child)

    def _note(self, note: Element) -> Iterator[str]:
        body = next((each for each in note if _tag(each) == "note-body"), None)
        if body is None:
            return
        self._notes += 1
        kind = "endnote" if local_attribute(note, "note-class") == "endnote" else "footnote"
        yield (
            f'<text:note text:id="n{self._notes}" text:note-class="{kind}">'
            f"<text:note-citation>{self._notes}</text:note-citation>"
            f"<text:note-body>{''.join(self.blocks(body))}</text:note-body></text:note>"
        )

    def _frame(self, frame: Element) -> Iterator[str]:
        self._boxes += [each for each in frame if _tag(each) == "text-box"]
        for image in (each for each in frame if _tag(each) == "image"):
            link = local_attribute(image, "href").removeprefix("./")
            png = picture_of(self._parts.get(link), self._part, self._context)
            if png:
                yield self._picture(png, frame)
                return
        if not self._boxes:
            self.lost["drawings and embedded objects that are not read"] += 1

    def _picture(self, png: bytes, frame: Element) -> str:
        name = next((name for name, data in self.pictures.items() if data == png), "")
        name = name or f"Pictures/{len(self.pictures) + 1}.png"
        self.pictures[name] = png
        self.shown += 1
        pixels = size_of_png(png)
        size = [_inches(local_attribute(frame, side)) for side in ("width", "height")]
        width, height = size if all(size) else [each / _PIXELS for each in pixels]
        return (
            f'<draw:frame draw:name="Picture {self.shown}" text:anchor-type="as-char" '
            f'svg:width="{width:.2f}in" svg:height="{height:.2f}in">'
            f'<draw:image xlink:href="{name}" xlink:type="simple"/></draw:frame>'
        )

    def _list(self, element: Element, level: int) -> str:
        numbered = local_attribute(element, "style-name") in self._styles.numbered
        items = "".join(
            f"<text:list-item>{''.join(self.blocks(item, level + 1))}</text:list-item>"
            for item in element
            if _tag(item) in {"list-item", "list-header"}
        )
        return f'<text:list text:style-name="{"Numbered" if numbered else "Bulleted"}">{items}</text:list>'

    def _table(self, table: Element) -> str:
        rows = [[each for each in row if _tag(each).endswith("table-cell")] for row in _rows(table)]
        columns = min(max((sum(_repeated(cell) for cell in row) for row in rows), default=1), 1_024)
        body = "".join(f"<table:table-row>{''.join(map(self._cell, row))}</table:table-row>" for row in rows)
        column = f'<table:table-column table:number-columns-repeated="{columns}"/>'
        return f"<table:table>{column}{body}</table:table>"

    def _cell(self, cell: Element) -> str:
        if _tag(cell).startswith("covered"):
            return "<table:covered-table-cell/>" * _repeated(cell)
        spans = "".join(
            f' table:number-{way}-spanned="{min(int(stated), _MOST_SPANNED)}"'
            for way in ("columns", "rows")
            if (stated := local_attribute(cell, f"number-{way}-spanned")).isdecimal() and int(stated) > 1
        )
        content = "".join(self.blocks(cell)) or "<text:p/>"
        return f'<table:table-cell table:style-name="Cell"{spans}>{content}</table:table-cell>' * _repeated(
            cell
        )


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if _tag(child) == "table-row":
            yield child
        elif _tag(child) in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(child)


def _repeated(cell: Element) -> int:
    stated = local_attribute(cell, "number-columns-repeated")
    return min(int(stated), _MOST_SPANNED) if stated.isdecimal() and int(stated) else 1


def _inches(length: str) -> float:
    found = _LENGTH.fullmatch(length)
    return min(float(found.group(1)) / _INCHES[found.group(2)], _WIDEST) if found else 0.0


def _tag(element: Element) -> str:
    return "" if is_aside(element) else local(str(element.tag))


def _package(blocks: str, writer: _Writer) -> bytes:
    spaces = " ".join(f'xmlns:{name}="{where}"' for name, where in _NAMESPACES.items())
    looks = "".join(_style(name, look, aligned) for (look, aligned), name in writer.looks.items())
    content = (
        f'<office:document-content {spaces} office:version="1.3"><office:automatic-styles>{looks}{_CELL}'
        f"</office:automatic-styles><office:body><office:text>{blocks}</office:text></office:body>"
        "</office:document-content>"
    )
    styles = f'<office:document-styles {spaces} office:version="1.3">{_styles()}</office:document-styles>'
    files = {CONTENT: content.encode(), STYLES: styles.encode(), **writer.pictures}
    types = {name: "image/png" if name.endswith("png") else "text/xml" for name in files}
    listed = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{mime}"/>'
        for name, mime in {"/": MIME, **types}.items()
    )
    manifest = (
        f'<manifest:manifest xmlns:manifest="{_NAMESPACES["manifest"]}" manifest:version="1.3">{listed}'
        "</manifest:manifest>"
    )
    sink = BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _FIRST_DATE), MIME)  # first, and not compressed
        for name, data in {"META-INF/manifest.xml": manifest.encode(), **files}.items():
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return sink.getvalue()


_CELL = (
    '<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties '
    'fo:border="0.5pt solid #000000" fo:padding="0.05in"/></style:style>'
)


def _style(name: str, look: Look, aligned: str) -> str:
    words = "".join((
        ' fo:font-weight="bold"' * look.bold,
        ' fo:font-style="italic"' * look.italic,
        ' style:text-underline-style="solid"' * look.underlined,
        f' style:text-position="{look.raised} 58%"' if look.raised else "",
    ))  # fmt: skip
    layout = f'<style:paragraph-properties fo:text-align="{aligned}"/>' if aligned else ""
    family = 'paragraph" style:parent-style-name="Standard' if aligned else "text"
    return (
        f'<style:style style:name="{name}" style:family="{family}">{layout}<style:text-properties{words}/>'
        "</style:style>"
    )


def _styles() -> str:
    """Return the styles that released texts have."""
    headings = "".join(
        _large(
            f"Heading{level}",
            f"Heading {level}",
            max(18 - 2 * level, 10),
            f' style:default-outline-level="{level}"',
        )
        for level in range(1, _LEVELS + 1)
    )
    return (
        '<office:styles><style:style style:name="Standard" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-bottom="0.08in"/>'
        '<style:text-properties fo:font-family="Calibri" fo:font-size="11pt"/></style:style>'
        f"{headings}{_large('Title', 'Title', 22)}{_large('Subtitle', 'Subtitle', 14)}"
        f"{_list_style('Numbered', numbered=True)}{_list_style('Bulleted', numbered=False)}</office:styles>"
    )


def _large(name: str, words: str, size: int, more: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:display-name="{words}" style:family="paragraph" '
        f'style:parent-style-name="Standard"{more}><style:text-properties fo:font-family="Calibri" '
        f'fo:font-weight="bold" fo:font-size="{size}pt"/></style:style>'
    )


def _list_style(name: str, *, numbered: bool) -> str:
    levels = "".join(
        (
            f'<text:list-level-style-number text:level="{level}" style:num-format="1" style:num-suffix=".">'
            if numbered
            else f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="\u2022">'
        )
        + f'<style:list-level-properties text:space-before="{0.25 * level:.2f}in" '
        f'text:min-label-width="0.25in"/></text:list-level-style-{"number" if numbered else "bullet"}>'
        for level in range(1, _LEVELS + 1)
    )
    return f'<text:list-style style:name="{name}">{levels}</text:list-style>'
