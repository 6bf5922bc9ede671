"""The container of Office Open XML (ECMA-376, part 2): what a file's parts refer to, and new containers."""

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from io import BytesIO
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from strongroom.checker.formats.archives.zip_structure import member_bytes, open_zip
from strongroom.checker.formats.part import Context, Part, UnreadableError
from strongroom.checker.formats.pictures.raster_files import open_image
from strongroom.checker.formats.pictures.rebuild_raster import encoded
from strongroom.checker.formats.text.normalised import visible
from strongroom.checker.formats.text.xml_tree import local, parse_xml

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
EMU = 9_525  # fixed: English metric units of a pixel, ECMA-376 part 1, 20.1.2.1
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # fixed: the earliest a ZIP can state, APPNOTE 4.4.6
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a container may have besides its text, by the names of its parts.
_EXTRAS = {
    "charts": re.compile(r"/charts/chart[^/]*\.xml$"),
    "comments": re.compile(r"(?:/|^)(?:threadedC|c)omments[^/]*\.xml$"),
    "embedded files": re.compile(r"/embeddings/"),
    "pages of speaker's notes": re.compile(r"/notesSlides/notesSlide[^/]*\.xml$"),
    "diagrams": re.compile(r"/diagrams/data[^/]*\.xml$"),
    "pivot tables": re.compile(r"/pivotTables/"),
    "links to other files": re.compile(r"/externalLinks/externalLink[^/]*\.xml$"),
}


def parts_of(part: Part, context: Context) -> dict[str, bytes]:
    """Return the bytes of a container's parts by their names."""
    archive = open_zip(part)
    return {
        each.filename: member_bytes(archive, each, context)
        for each in archive.infolist()
        if not each.is_dir()
    }


def relations(name: str, parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the parts that a part refers to, by their ids; references out of the file are left out."""
    folder, _, file = name.rpartition("/")
    links = parts.get(posixpath.join(folder, "_rels", f"{file}.rels"))
    if links is None:
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip(
            "/"
        )
        for each in parse_xml(links)
        if isinstance(each.tag, str) and each.get("TargetMode") != "External"
    }


def extras(names: Iterable[str], *, charts: bool = False) -> list[str]:
    """Return in words what parts a container has that no copy keeps, e.g. "comments (2)"; also `charts`."""
    counts = Counter(what for name in names for what, known in _EXTRAS.items() if known.search(name))
    return [f"{what} ({count})" for what, count in counts.items() if charts or what != "charts"]


def picture_of(data: bytes | None, part: Part, context: Context, crop: Element | None = None) -> bytes:
    """Return a picture's pixels as PNG, b"" for what is no picture that can be read.

    `crop` states what is cut off at each side, in thousandths of a per cent: the copy does not have it.
    """
    if not data:
        return b""
    try:
        read = open_image(part.inner(data, "picture"), context)
    except UnreadableError:
        return b""
    left, top, right, bottom = (_cut(crop, side) for side in "ltrb")
    box = (
        round(read.width * left),
        round(read.height * top),
        round(read.width * (1 - right)),
        round(read.height * (1 - bottom)),
    )
    whole = (0, 0, read.width, read.height)
    return encoded(read if box == whole or box[0] >= box[2] or box[1] >= box[3] else read.crop(box))


def _cut(crop: Element | None, side: str) -> float:
    stated = "" if crop is None else crop.get(side, "")
    return int(stated) / 100_000 if stated.isdecimal() else 0.0


def size_of_png(png: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG in pixels."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def text(words: str) -> str:
    """Return words as the text of an element, without invisible characters."""
    return escape(_NO_XML.sub("", visible_words(words)))


def attribute(words: str) -> str:
    """Return words as an attribute's value, in quotes."""
    return quoteattr(_NO_XML.sub("", visible_words(words)))


def visible_words(words: str) -> str:
    """Return words without invisible characters; blanks at their end part them from the next."""
    blanks = words[len(words.rstrip(" ")) :][:1]
    return visible(words).rstrip(" ") + blanks


class Package:
    """A new container of parts, each with its type and what it refers to."""

    def __init__(self) -> None:
        self._parts: dict[str, bytes] = {}
        self._types: dict[str, str] = {}
        self._links: dict[str, list[tuple[str, str]]] = {}
        self._pictures: dict[bytes, str] = {}

    def add(self, name: str, content: str, mime: str) -> None:
        """Add a part of XML; `mime` is its type after "application/vnd.openxmlformats-officedocument."."""
        self._parts[name] = (HEAD + content).encode()
        self._types[name] = f"application/vnd.openxmlformats-officedocument.{mime}+xml"

    def refer(self, source: str, target: str, kind: str) -> str:
        """Let one part refer to another, "" being the container; return the reference's id."""
        links = self._links.setdefault(source, [])
        link = (f"{RELATIONS}/{kind}", f"/{target}")
        if link not in links:
            links.append(link)
        return f"rId{links.index(link) + 1}"

    def count(self, folder: str) -> int:
        """Return how many parts are in a folder."""
        return sum(name.startswith(folder) for name in self._parts)

    def picture(self, source: str, png: bytes) -> str:
        """Let a part refer to a picture, added once; return the reference's id."""
        folder = source.partition("/")[0]
        name = self._pictures.setdefault(png, f"{folder}/media/image{len(self._pictures) + 1}.png")
        self._parts[name] = png
        return self.refer(source, name, "image")

    def data(self) -> bytes:
        """Return the container's bytes."""
        types = "".join(
            f'<Override PartName="/{name}" ContentType="{mime}"/>' for name, mime in self._types.items()
        )
        defaults = (
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="png" ContentType="image/png"/>'
        )
        written = {
            "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{types}</Types>'
        }
        for source, links in self._links.items():
            folder, _, file = source.rpartition("/")
            name = posixpath.join(folder, "_rels", f"{file}.rels")
            written[name] = _relations(links)
        sink = BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in ({name: each.encode() for name, each in written.items()} | self._parts).items():
                entry = zipfile.ZipInfo(name, _FIRST_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)
        return sink.getvalue()


def _relations(links: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def local_attribute(element: object, name: str) -> str:
    """Return an element's attribute by its local name, "" where it has none."""
    attributes: Mapping[str, str] = getattr(element, "attrib", {})
    return next((value for key, value in attributes.items() if local(key) == name), "")
