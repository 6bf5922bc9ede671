"""OpenDocument text: words, tables, pictures and embedded objects; deleted text and comments do not leave."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from tests.checker.formats.found import problems, read, tables, words

from strongroom.checker.contents.found import FoundPicture, Limits, ProblemKind
from strongroom.checker.formats.registry import rebuild_bytes

SPACES = " ".join(
    f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
    for name in ("office", "table", "text", "draw")
)
LINK = "xmlns:xlink='http://www.w3.org/1999/xlink'"
ROWS = "".join(
    f"<table:table-row><table:table-cell><text:p>{group}</text:p></table:table-cell>"
    f"<table:table-cell><text:p>{number}</text:p></table:table-cell></table:table-row>"
    for group, number in (("group", "n"), ("treated", "120"), ("control", "118"))
)
BODY = (
    "<text:tracked-changes><text:changed-region><text:deletion><text:p>was deleted</text:p></text:deletion>"
    "</text:changed-region></text:tracked-changes>"
    "<text:h>Results</text:h><text:p>The trial <text:span>ran</text:span><text:s/>well."
    "<office:annotation><text:p>a comment</text:p></office:annotation></text:p>"
    f"<text:section><table:table>{ROWS}</table:table></text:section>"
    "<text:p><draw:frame><draw:image xlink:href='Pictures/p.png'/></draw:frame></text:p>"
)


def picture():
    sink = io.BytesIO()
    Image.fromarray(np.full((8, 8, 3), 200, np.uint8)).save(sink, "PNG")
    return sink.getvalue()


def document(body=BODY, **members):
    content = (
        f"<office:document-content {SPACES} {LINK}><office:body><office:text>{body}</office:text>"
        "</office:body></office:document-content>"
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("Pictures/p.png", picture())
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("layout-cache", b"\x00\x01\x02")
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return sink.getvalue()


def test_words_tables_and_pictures_are_found():
    found = read(document(), "x.odt")
    assert not problems(found)
    assert {"The trial ran well.", "Results"} <= {
        line.removesuffix("a comment") for line in words(found).splitlines()
    }
    assert "was deleted" in words(found)
    assert "a comment" in words(found)
    made = [
        each.table for each in found if getattr(each, "where", "").startswith("x.odt > content.xml > table")
    ]
    assert made[0].to_pydict() == {"group": ["treated", "control"], "n": [120, 118]}
    assert any(isinstance(each, FoundPicture) for each in found)


def test_it_leaves_as_a_page_without_comments_and_deleted_text():
    rebuilt = rebuild_bytes(document(), "x.odt", limits=Limits())
    [copy] = rebuilt.files
    assert copy.name == "x.odt.html"
    page = copy.data.decode()
    assert "<p>The trial ran well.</p>" in page
    assert "<td>treated</td><td>120</td>" in page
    assert "data:image/png;base64," in page
    assert "deleted" not in page
    assert "comment" not in page


def test_tables_of_embedded_objects_are_found():
    chart = (
        f"<office:document-content {SPACES}><office:body><office:chart><table:table>{ROWS}</table:table>"
        "</office:chart></office:body></office:document-content>"
    )
    found = read(document(**{"Object 1__content.xml": chart}), "x.odt")
    assert any("Object 1" in each.where for each in found if hasattr(each, "table"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Basic__Standard__Module1.xml", ProblemKind.ACTIVE_CONTENT), ("data.bin", ProblemKind.HIDDEN_CONTENT)],
)
def test_macros_and_unknown_parts_are_problems(name, expected):
    assert expected in problems(read(document(**{name: b"\x00\x01\x02\x03"}), "x.odt"))


def test_another_name_is_a_disagreement():
    assert ProblemKind.DISAGREEMENT in problems(read(document(), "x.docx"))


def test_repeated_cells_are_bounded():
    row = "<table:table-row><table:table-cell table:number-columns-repeated='9999999'><text:p>1</text:p>"
    found = read(document(f"<table:table>{row}</table:table-cell></table:table-row></table:table>"), "x.odt")
    assert max(each.num_columns for each in tables(found).values()) <= 1_024
