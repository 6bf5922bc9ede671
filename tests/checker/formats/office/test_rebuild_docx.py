"""A released Word document has its headings, lists, tables and figures in place, and nothing hidden."""

import io
import zipfile

import docx
import numpy as np
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Inches
from PIL import Image

from strongroom.checker.contents.found import Limits
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes

MATH = (
    f'<m:oMath {nsdecls("m")} xmlns:x="urn:x" x:note="1000001"><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e>'
    "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup><x:secret>1000001</x:secret></m:oMath>"
)


def document() -> docx.document.Document:
    picture = io.BytesIO()
    Image.fromarray(np.full((20, 40, 3), 200, np.uint8)).save(picture, "PNG")
    made = docx.Document()
    made.core_properties.author = "eid1000001"
    made.add_heading("Blood pressure", 0)
    made.add_heading("Methods", 1)
    words = made.add_paragraph("A ")
    words.add_run("linear").bold = True
    words.add_run(" model & ").italic = True
    words.add_run("2").font.superscript = True
    words._p.append(parse_xml(MATH))
    for style in ("List Bullet", "List Bullet 2", "List Number", "List Number"):
        made.add_paragraph(f"in {style}", style=style)
    table = made.add_table(rows=3, cols=3)
    for row_number, row in enumerate(table.rows):
        for column_number, cell in enumerate(row.cells):
            cell.text = f"{row_number}.{column_number}0"
    table.cell(2, 0).merge(table.cell(2, 2))
    made.add_picture(picture, width=Inches(3))
    made.add_paragraph("Figure 1", style="Caption").alignment = 1
    made.add_paragraph("seen ").add_run("eid1000001").font.hidden = True
    made.sections[0].header.paragraphs[0].text = "Draft"
    return made


def saved(made) -> bytes:
    sink = io.BytesIO()
    made.save(sink)
    return sink.getvalue()


@pytest.fixture(scope="module")
def rebuilt():
    return rebuild_bytes(saved(document()), "paper.docx", limits=Limits())


def _numbering(block):
    return None if block._p.pPr is None else block._p.pPr.numPr


def shown(made) -> list[object]:
    """Return what a reader sees, in order: paragraphs with style and runs, tables, widths of pictures."""
    found: list[object] = []
    for block in made.iter_inner_content():
        if hasattr(block, "rows"):
            found.append([[cell.text for cell in row.cells] for row in block.rows])
            continue
        runs = [
            (run.text, bool(run.bold), bool(run.italic), bool(run.font.superscript))
            for run in block.runs
            if run.text and not run.font.hidden
        ]
        widths = [int(each.get("cx")) for each in block._p.iter(qn("wp:extent"))]
        is_list = block.style.name.startswith("List") or _numbering(block) is not None
        style = "" if is_list else block.style.name
        found.append((style, is_list, block.alignment, runs, widths))
    return found


def test_a_reader_sees_the_same_in_the_same_order(rebuilt):
    [copy] = rebuilt.files
    assert copy.name == "paper.docx"
    made = docx.Document(io.BytesIO(copy.data))
    assert shown(made) == shown(document())
    assert made.sections[0].header.paragraphs[0].text == "Draft"
    assert made.sections[0].page_width == pytest.approx(document().sections[0].page_width, rel=0.01)
    levels = [_numbering(each).ilvl.val for each in made.paragraphs if _numbering(each) is not None]
    assert levels == [0, 1, 0, 0]


def test_only_what_is_shown_is_in_the_copy(rebuilt):
    with zipfile.ZipFile(io.BytesIO(rebuilt.files[0].data)) as copy:
        assert not [name for name in copy.namelist() if "docProps" in name or "customXml" in name]
        content = b"".join(copy.read(name) for name in copy.namelist() if name.endswith((".xml", ".rels")))
    assert b"1000001" not in content
    assert b"<m:sSup>" in content
    assert "hidden runs (1)" in rebuilt.changes[0]


def test_footnotes_and_tracked_changes():
    made = document()
    words = made.add_paragraph("kept")
    w = nsdecls("w")
    words._p.append(parse_xml(f"<w:del {w}><w:r><w:delText>1000001</w:delText></w:r></w:del>"))
    words._p.append(parse_xml(f"<w:ins {w}><w:r><w:t> added</w:t></w:r></w:ins>"))
    words._p.append(parse_xml(f'<w:r {w}><w:footnoteReference w:id="2"/></w:r>'))
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {w}>{note}</w:footnotes>"
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(made))) as old, zipfile.ZipFile(sink, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/footnotes.xml", notes)
    rebuilt = rebuild_bytes(sink.getvalue(), "p.docx", limits=Limits())
    copy = docx.Document(io.BytesIO(rebuilt.files[0].data))
    assert copy.paragraphs[-1].text == "kept added"
    with zipfile.ZipFile(io.BytesIO(rebuilt.files[0].data)) as archive:
        assert b"A note." in archive.read("word/footnotes.xml")
        assert b"1000001" not in archive.read("word/document.xml")


def test_a_document_of_which_nothing_is_left_is_not_released():
    with pytest.raises(UnreadableError):
        rebuild_bytes(saved(docx.Document()), "p.docx", limits=Limits())
