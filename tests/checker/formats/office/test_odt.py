"""OpenDocument text: words, tables, pictures and embedded objects; deleted text and comments do not leave."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from tests.checker.formats.found import problems, read, tables, words

from strongroom.checker.contents.found import FoundPicture, Limits, ProblemKind
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes

SPACES = (
    " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
        for name in ("office", "table", "text", "draw", "style")
    )
    + " xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0'"
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


LOOKS = (
    "<office:automatic-styles><style:style style:name='B' style:family='text'>"
    "<style:text-properties fo:font-weight='bold'/></style:style>"
    "<text:list-style style:name='L'><text:list-level-style-number text:level='1'/></text:list-style>"
    "</office:automatic-styles>"
)


def copied(body, looks=LOOKS):
    """Return the copy's content, and what the report says of it."""
    data = document(body)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml").decode().replace("<office:body>", f"{looks}<office:body>")
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(sink, "w") as changed:
        for name in archive.namelist():
            changed.writestr(name, content if name == "content.xml" else archive.read(name))
    rebuilt = rebuild_bytes(sink.getvalue(), "x.odt", limits=Limits())
    [copy] = rebuilt.files
    assert copy.name == "x.odt"
    with zipfile.ZipFile(io.BytesIO(copy.data)) as archive:
        assert archive.namelist()[0] == "mimetype"
        return archive.read("content.xml").decode(), "; ".join(rebuilt.changes)


def test_it_stays_a_document_without_comments_and_deleted_text():
    content, change = copied(BODY)
    assert '<text:h text:style-name="Heading1" text:outline-level="1">Results</text:h>' in content
    assert "treated</text:p>" in content
    assert "Pictures/1.png" in content
    assert "deleted" not in content
    assert "comment" not in content
    assert "deletions (1)" in change
    assert "comments (1)" in change
    assert not problems(read(rebuild_bytes(document(), "x.odt", limits=Limits()).files[0].data, "x.odt"))


def test_looks_lists_notes_and_merged_cells_are_kept():
    body = (
        "<text:p>It is <text:span text:style-name='B'>bold</text:span>.<text:note text:note-class='footnote'>"
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note></text:p>"
        "<text:list text:style-name='L'><text:list-item><text:p>first</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell table:number-columns-spanned='2'>"
        "<text:p>wide</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
    )
    content, _ = copied(body)
    assert 'fo:font-weight="bold"' in content
    assert ">bold</text:span>" in content
    assert '<text:list text:style-name="Numbered">' in content
    assert "A note." in content
    assert 'table:number-columns-spanned="2"' in content
    assert "<table:covered-table-cell/>" in content


def test_a_document_of_which_nothing_is_left_is_not_released():
    with pytest.raises(UnreadableError):
        copied("<text:p><office:annotation><text:p>a comment</text:p></office:annotation></text:p>")


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
