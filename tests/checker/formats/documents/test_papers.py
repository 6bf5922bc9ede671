"""PDF, Word, PowerPoint and old spreadsheets: what shows, what does not, and what leaves of it."""

import io
import zipfile

import docx
import numpy as np
import openpyxl
import pikepdf
import pptx
import pytest
from matplotlib.figure import Figure
from PIL import Image
from pptx.chart.data import XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from strongroom.checker.contents.drawing_kind import Drawn, drawn_as
from strongroom.checker.contents.found import (
    FoundPicture,
    FoundProblem,
    FoundTable,
    FoundText,
    Limits,
    ProblemKind,
)
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes


def read(data, name):
    return list(read_bytes(data, name))


def problems(found):
    return {each.kind for each in found if isinstance(each, FoundProblem)}


def texts(found):
    return "\n".join(each.text for each in found if isinstance(each, FoundText))


def tables(found):
    return [each for each in found if isinstance(each, FoundTable)]


def anew(data, name):
    [copy] = rebuild_bytes(data, name, limits=Limits()).files
    return copy


def saved(thing, **options):
    sink = io.BytesIO()
    thing.save(sink, **options)
    return sink.getvalue()


def png():
    return saved(Image.fromarray(np.arange(60, dtype=np.uint8).reshape(4, 5, 3)), format="PNG")


# PDF


def plot(draw):
    figure = Figure()
    draw(figure.subplots())
    sink = io.BytesIO()
    figure.savefig(sink, format="pdf")
    return sink.getvalue()


def changed(data, change):
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        return saved(document)


@pytest.fixture(scope="module")
def scatter():
    x, y = np.random.default_rng(2).normal(size=(2, 70))
    return x, y, plot(lambda axes: axes.plot(x, y, "o"))


def test_dots_of_a_pdf_stand_where_the_data_do(scatter):
    x, _, data = scatter
    [dots] = [each for each in tables(read(data, "p.pdf")) if each.table.num_rows == len(x)]
    assert drawn_as(dots) is Drawn.LONE_DOTS  # the page shows nothing else
    assert np.corrcoef(dots.table["x"].to_numpy(), x)[0, 1] == pytest.approx(1, abs=1e-5)


def test_words_and_tables_of_a_page_are_found():
    figure = Figure()
    figure.text(0.1, 0.9, "Table 1. Ages", fontsize=10)
    for row in range(6):
        figure.text(0.1, 0.8 - row / 10, f"{1000000 + row}", fontsize=10)
        figure.text(0.5, 0.8 - row / 10, f"{40 + row}", fontsize=10)
    sink = io.BytesIO()
    figure.savefig(sink, format="pdf")
    found = read(sink.getvalue(), "p.pdf")
    assert "Table 1. Ages" in texts(found)
    assert any(1000003 in column for each in tables(found) for column in each.table.to_pydict().values())


def attach(document):
    document.attachments["rows.csv"] = b"eid,x\n1000001,2\n1000002,3\n"


def note(document):
    document.docinfo["/Subject"] = "1000001"
    document.pages[0].obj["/Annots"] = document.make_indirect(
        pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, Contents="1000002")])
    )
    document.pages[0].obj["/PieceInfo"] = document.make_stream(b"1000003")


def forget(document):
    document.Root["/Forgotten"] = document.make_stream(b"1000004 in an object nothing draws")


def run(document):
    document.Root["/OpenAction"] = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1000005)")


def layer(document):
    group = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="1000006"))
    settings = pikepdf.Dictionary(OFF=pikepdf.Array([group]))
    document.Root["/OCProperties"] = pikepdf.Dictionary(OCGs=pikepdf.Array([group]), D=settings)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (attach, set()),
        (note, set()),
        (forget, set()),
        (run, {ProblemKind.ACTIVE_CONTENT}),
        (layer, {ProblemKind.HIDDEN_CONTENT}),
    ],
)
def test_what_no_page_draws_is_judged_and_does_not_leave(scatter, change, kind):
    data = changed(scatter[2], change)
    found = read(data, "p.pdf")
    assert problems(found) == kind
    hidden = texts(found) + str([each.table.to_pydict() for each in tables(found)])
    assert any(str(1000000 + n) in hidden for n in range(1, 7))
    with pikepdf.open(io.BytesIO(anew(data, "p.pdf").data)) as copy:
        assert set(copy.Root.keys()) <= {"/Type", "/Pages"}
        assert not any(b"100000" in bytes(each.unparse(resolved=True)) for each in copy.objects)
        streams = [each.read_bytes() for each in copy.objects if isinstance(each, pikepdf.Stream)]
        assert not any(b"100000" in each for each in streams)


def test_a_pdf_made_anew_draws_the_same_and_rounds(scatter):
    before, after = scatter[2], anew(scatter[2], "p.pdf").data
    left, right = (
        [each.table.to_pydict() for each in tables(read(data, "p.pdf")) if each.table.num_rows == 70]
        for data in (before, after)
    )
    assert np.allclose(left[0]["x"], right[0]["x"], atol=0.01)
    assert len(after) < 1.2 * len(before)


def test_a_page_drawn_by_several_streams_is_read_as_one_of_one_stream(scatter):
    def cut(document):
        page = document.pages[0].obj
        commands = page.Contents.read_bytes()
        half = commands.index(b"\n", len(commands) // 2)
        page.Contents = pikepdf.Array(
            [document.make_stream(each) for each in (commands[:half], commands[half:])]
        )

    found = read(changed(scatter[2], cut), "p.pdf")
    assert problems(found) == set()
    assert [each.table.to_pydict() for each in tables(found)] == [
        each.table.to_pydict() for each in tables(read(scatter[2], "p.pdf"))
    ]


def test_comments_in_a_page_and_low_bits_of_its_pictures_do_not_leave():
    sink = io.BytesIO()
    Image.fromarray(np.arange(3_000, dtype=np.uint8).reshape(25, 40, 3)).save(sink, "PDF", resolution=72)

    def comment(document):
        content = document.pages[0].Contents
        content.write(content.read_bytes() + b"\n% 1000001\n/Span <</ActualText (1000002)>> BDC EMC\n")

    data = changed(sink.getvalue(), comment)
    assert any(isinstance(each, FoundPicture) for each in read(data, "p.pdf"))
    with pikepdf.open(io.BytesIO(anew(data, "p.pdf").data)) as copy:
        content = copy.pages[0].Contents.read_bytes()
        assert b"100000" not in content
        assert b"Do" in content
        streams = [each for each in copy.objects if isinstance(each, pikepdf.Stream)]
        [image] = [each for each in streams if str(each.get("/Subtype", "")) == "/Image"]
        pixels = np.frombuffer(image.read_bytes(), np.uint8)
        assert not np.any((pixels ^ (pixels >> 4)) & 15)


def test_passwords_trailing_bytes_and_earlier_revisions_are_told(scatter):
    data = scatter[2]
    with pikepdf.open(io.BytesIO(data)) as document:
        locked = saved(document, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert problems(read(locked, "p.pdf")) == {ProblemKind.ENCRYPTED}
    assert ProblemKind.TRAILING_BYTES in problems(read(data + b"PK\x03\x04 more", "p.pdf"))
    assert ProblemKind.HIDDEN_CONTENT in problems(read(data + b"\n%%EOF\n", "p.pdf"))


@pytest.mark.parametrize(
    ("attached", "told"),
    [
        (b"Drawn by hand, of two boxes and an arrow between them.", set()),
        (b"a,b\n" + b"1,2\n" * 9, {ProblemKind.HIDDEN_CONTENT}),
        (np.random.default_rng(1).bytes(900), {ProblemKind.HIDDEN_CONTENT, ProblemKind.UNKNOWN_TYPE}),
    ],
)
def test_an_attachment_is_hidden_content_unless_it_is_words_alone(attached, told):
    paper = pikepdf.new()
    paper.add_blank_page()
    paper.attachments["a"] = attached
    assert problems(read(saved(paper), "p.pdf")) == told


@pytest.mark.parametrize(
    ("commands", "packed"), [(b"q x\x9c\x9c Q", None), (b"no zlib", pikepdf.Name.FlateDecode), (None, None)]
)
def test_a_page_whose_commands_cannot_be_read_does_not_leave(commands, packed):
    paper = pikepdf.new()
    paper.add_blank_page()
    stream = paper.make_stream(b"")
    if commands:
        stream.write(commands, filter=packed)
    paper.pages[0].obj["/Contents"] = stream if commands else pikepdf.Dictionary(A=7)
    with pytest.raises(UnreadableError):
        anew(saved(paper), "p.pdf")


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"])
def test_broken_pdfs_are_not_read(data):
    assert problems(read(data, "p.pdf"))


# Word


def document(change=None):
    paper = docx.Document()
    paper.add_paragraph("We found no effect.")
    table = paper.add_table(rows=0, cols=2)
    for n in range(6):
        for cell, value in zip(table.add_row().cells, (1000000 + n, 40 + n), strict=True):
            cell.text = str(value)
    paper.add_picture(io.BytesIO(png()))
    if change:
        change(paper)
    return saved(paper)


def with_part(data, name, content):
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w") as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member.filename, old.read(member))
        new.writestr(name, content)
    return sink.getvalue()


def part_of(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name).decode()


def test_words_tables_and_pictures_of_a_paper_are_found_and_leave_as_a_document():
    data = document()
    found = read(data, "p.docx")
    assert not problems(found)
    assert "We found no effect." in texts(found)
    assert {"f0": [1000000 + n for n in range(6)], "f1": [40 + n for n in range(6)]} in [
        each.table.to_pydict() for each in tables(found)
    ]
    assert any(isinstance(each, FoundPicture) for each in found)
    copy = anew(data, "p.docx")
    assert copy.name == "p.docx"
    page = part_of(copy.data, "word/document.xml")
    assert all(word in page for word in ("We found no effect.", ">1000003</w:t>", "<w:drawing>"))


def test_deleted_words_comments_and_alternative_texts_are_read_and_do_not_leave():
    data = document(lambda paper: setattr(paper.core_properties, "comments", "1000011"))
    body = part_of(data, "word/document.xml")
    gone = "<w:p><w:del w:id='1'><w:r><w:delText>1000012</w:delText></w:r></w:del></w:p>"
    body = body.replace("<w:body>", "<w:body>" + gone, 1).replace(
        'name="Picture 1"', 'name="p" descr="1000013"'
    )
    data = with_part(data, "word/document.xml", body)
    data = with_part(data, "word/comments.xml", "<c><p><t>1000014</t></p></c>")
    found = read(data, "p.docx")
    assert all(str(1000000 + n) in texts(found) for n in range(11, 15))
    page = anew(data, "p.docx").data
    assert not any(str(1000000 + n).encode() in page for n in range(11, 15))


def test_an_embedded_workbook_is_read_and_left_out():
    """Every chart has one: that it is there is no problem, what is in it is judged."""
    book = openpyxl.Workbook()
    for n in range(6):
        book.active.append([1000000 + n])
    data = with_part(document(), "word/embeddings/sheet1.xlsx", saved(book))
    found = read(data, "p.docx")
    assert not problems(found)
    assert any("sheet1.xlsx" in each.where for each in tables(found))
    assert "sheet1" not in str(zipfile.ZipFile(io.BytesIO(anew(data, "p.docx").data)).namelist())


@pytest.mark.parametrize(
    "name", ["word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/x.xml"]
)
def test_macros_and_objects_are_told(name):
    assert ProblemKind.ACTIVE_CONTENT in problems(read(with_part(document(), name, "<a/>"), "p.docx"))


@pytest.mark.parametrize("name", ["word/document.xml", "customXml/item1.xml"])
def test_entities_in_a_part_are_told(name):
    evil = "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
    assert ProblemKind.ACTIVE_CONTENT in problems(read(with_part(document(), name, evil), "p.docx"))


# PowerPoint


def test_slides_notes_and_chart_points_are_found():
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Results"
    slide.notes_slide.notes_text_frame.text = "1000021"
    points = XyChartData()
    series = points.add_series("people")
    for n in range(8):
        series.add_data_point(n, n * 2.5)
    place = (Inches(1), Inches(1), Inches(4), Inches(3))
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *place, points)
    data = saved(deck)
    found = read(data, "t.pptx")
    assert all(word in texts(found) for word in ("Results", "1000021"))
    [chart] = [each for each in tables(found) if drawn_as(each) is Drawn.DOTS]
    assert chart.table.to_pydict() == {"x": list(range(8)), "y": [n * 2.5 for n in range(8)]}
    assert "Results" in part_of(anew(data, "t.pptx").data, "ppt/slides/slide1.xml")


# Old and open spreadsheets


def test_cells_of_an_open_document_are_a_table_and_leave_as_a_workbook():
    cells = "".join(
        f"<table:table-row><table:table-cell office:value-type='float' office:value='{1000000 + n}'>"
        f"<text:p>{1000000 + n}</text:p></table:table-cell></table:table-row>"
        for n in range(6)
    )
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'"
        for name in ("office", "table", "text")
    )
    table = f"<table:table table:name='a'>{cells}</table:table>"
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f"<office:document-content {spaces}>{body}</office:document-content>"
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content)
        file.writestr("META-INF/manifest.xml", "<manifest/>")
    found = read(sink.getvalue(), "s.ods")
    assert not problems(found)
    assert any(1000003 in column for each in tables(found) for column in each.table.to_pydict().values())
    assert anew(sink.getvalue(), "s.ods").name == "s.ods.xlsx"


def test_a_damaged_old_workbook_is_not_read():
    data = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "Workbook".encode("utf-16-le") + b"\x00" * 600
    )
    assert problems(read(data, "w.xls")) == {ProblemKind.UNREADABLE}
