"""Attacks by words that a page does not show, and by cells that a spreadsheet runs: T-COPY-*."""

import csv
import io
import re
import zipfile

import pytest

from strongroom.checker.contents.found import FoundProblem, Limits, ProblemKind
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes

WORDS = "what a volunteer of this cohort would never have told"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def problems_of(data: bytes, name: str) -> list[ProblemKind]:
    found = read_bytes(data, name, limits=Limits())
    return [each.kind for each in found if isinstance(each, FoundProblem)]


def copy_of(data: bytes, name: str) -> bytes:
    return rebuild_bytes(data, name, limits=Limits()).files[0].data


@pytest.mark.parametrize(
    "hidden", ["class=h", "hidden", "style='display:none'", "style='color:white'", "style='font-size:0'"]
)
def test_words_hidden_in_a_page_are_found_and_shown_in_its_copy(hidden):
    style = "<style>.h{display:none}</style>"
    page = f"<html><head>{style}</head><body><h1>Results</h1><p {hidden}>{WORDS}</p></body></html>".encode()
    assert ProblemKind.HIDDEN_CONTENT in problems_of(page, "page.html")
    copy = copy_of(page, "page.html")
    assert WORDS.encode() in copy
    assert ProblemKind.HIDDEN_CONTENT not in problems_of(copy, "page.html")


def docx(looks: str, before: str = "", styles: str = "") -> bytes:
    sink = io.BytesIO()
    document = (
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>Results of the analysis.</w:t></w:r></w:p>'
        f"<w:p>{before}<w:r><w:rPr>{looks}</w:rPr><w:t>{WORDS}</w:t></w:r></w:p></w:body></w:document>"
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org'
            '/officeDocument/2006/relationships/officeDocument"/></Relationships>',
        )
        archive.writestr("word/document.xml", document)
        archive.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{styles}</w:styles>')
    return sink.getvalue()


HIDING = (
    '<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Based"><w:basedOn w:val="Gone"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Again"><w:basedOn w:val="Based"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Back"><w:basedOn w:val="Gone"/>'
    '<w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("looks", "before", "shown"),
    [
        ("<w:vanish/>", "", False),
        ('<w:color w:val="FFFFFF"/>', "", True),
        ('<w:sz w:val="2"/>', "", True),
        ("", '<w:pPr><w:pStyle w:val="Gone"/></w:pPr>', True),
        ("", '<w:pPr><w:pStyle w:val="Again"/></w:pPr>', True),
        ('<w:rStyle w:val="Based"/>', "", True),
    ],
    ids=["hidden", "white", "tiny", "style", "style based on it", "run style based on it"],
)
def test_words_hidden_in_a_document_are_found_and_shown_or_gone_in_its_copy(looks, before, shown):
    data = docx(looks, before, HIDING)
    assert ProblemKind.HIDDEN_CONTENT in problems_of(data, "paper.docx")
    with zipfile.ZipFile(io.BytesIO(copy_of(data, "paper.docx"))) as copy:
        document = copy.read("word/document.xml").decode()
    assert (WORDS in document) is shown
    for word in ("vanish", "FFFFFF", 'w:sz w:val="2"'):
        assert word not in document


@pytest.mark.parametrize(
    "looks",
    ['<w:vanish w:val="0"/>', '<w:color w:val="FFFFFF"/><w:shd w:fill="333333"/>', '<w:sz w:val="16"/>'],
)
def test_words_that_a_document_shows_are_not_called_hidden(looks):
    shown = docx("", '<w:pPr><w:pStyle w:val="Back"/></w:pPr>', HIDING)
    assert ProblemKind.HIDDEN_CONTENT not in problems_of(shown, "paper.docx")
    assert ProblemKind.HIDDEN_CONTENT not in problems_of(docx(looks), "paper.docx")


def test_a_default_style_that_hides_hides_every_paragraph():
    default = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    tiny = f'{default}<w:rPr><w:sz w:val="2"/></w:rPr></w:style>'
    assert ProblemKind.HIDDEN_CONTENT in problems_of(docx("", styles=tiny), "paper.docx")


A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WHITE = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'


def pptx(looks: str = "", *, slide: str = "", named: str = "", at: int = 914_400) -> bytes:
    """Return a presentation of one slide with a title, and with WORDS in a text box."""
    from pptx import Presentation
    from pptx.util import Emu

    show = Presentation()
    page = show.slides.add_slide(show.slide_layouts[5])
    page.shapes.title.text = "Results of the analysis"
    box = page.shapes.add_textbox(Emu(at), Emu(2_000_000), Emu(3_000_000), Emu(900_000))
    box.text_frame.text = WORDS
    sink, written = io.BytesIO(), io.BytesIO()
    show.save(sink)
    with zipfile.ZipFile(sink) as archive, zipfile.ZipFile(written, "w") as copy:
        for member in archive.namelist():
            data = archive.read(member)
            if member == "ppt/slides/slide1.xml":
                page_xml = data.decode().replace("<p:sld ", f"<p:sld {slide} ", 1)
                page_xml = page_xml.replace('name="TextBox 2"', f'name="TextBox 2" {named}')
                inner, _, words = page_xml.rpartition("<a:r><a:t>")
                page_xml = f"{inner}<a:r><a:rPr{looks}<a:t>{words}" if looks else page_xml
                data = page_xml.encode()
            copy.writestr(member, data)
    return written.getvalue()


HIDDEN_ON_SLIDES = {
    "slide": {"slide": 'show="0"'},
    "shape": {"named": 'hidden="1"'},
    "beside the slide": {"at": 20_000_000},
    "white": {"looks": f">{WHITE}</a:rPr>"},
    "tiny": {"looks": ' sz="100"/>'},
    "transparent": {
        "looks": '><a:solidFill><a:srgbClr val="000000"><a:alpha val="0"/></a:srgbClr></a:solidFill></a:rPr>'
    },
    "no fill": {"looks": "><a:noFill/></a:rPr>"},
}


@pytest.mark.parametrize("way", HIDDEN_ON_SLIDES)
def test_words_hidden_on_a_slide_are_found_and_shown_in_its_copy(way):
    data = pptx(**HIDDEN_ON_SLIDES[way])
    assert ProblemKind.HIDDEN_CONTENT in problems_of(data, "talk.pptx")
    with zipfile.ZipFile(io.BytesIO(copy_of(data, "talk.pptx"))) as copy:
        slide = copy.read("ppt/slides/slide1.xml").decode()
    assert WORDS in slide
    for mark in ("show=", "hidden", "20000000", "FFFFFF", 'sz="100"', "alpha", "<a:noFill/></a:rPr>"):
        assert mark not in slide


@pytest.mark.parametrize(
    "looks", ["", ' sz="1200"/>', '><a:solidFill><a:srgbClr val="C00000"/></a:solidFill></a:rPr>']
)
def test_words_that_a_slide_shows_are_not_called_hidden(looks):
    assert ProblemKind.HIDDEN_CONTENT not in problems_of(pptx(looks), "talk.pptx")


ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odt(body: str, styles: str = "") -> bytes:
    spaces = f"xmlns:office='{ODF}:office:1.0' xmlns:text='{ODF}:text:1.0' xmlns:style='{ODF}:style:1.0'"
    spaces += f" xmlns:table='{ODF}:table:1.0' xmlns:fo='{ODF}:xsl-fo-compatible:1.0'"
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text><text:p>Results of the analysis.</text:p>{body}</office:text>"
            "</office:body></office:document-content>",
        )
    return sink.getvalue()


def odt_style(looks: str) -> str:
    """Return two styles of words: H, and S, which is based on it."""
    return (
        f"<style:style style:name='H' style:family='text'><style:text-properties {looks}/></style:style>"
        "<style:style style:name='S' style:family='text' style:parent-style-name='H'/>"
    )


SPAN = f"<text:p><text:span text:style-name='S'>{WORDS}</text:span></text:p>"
HIDDEN_ROW = (
    "<table:table><table:table-row table:visibility='collapse'><table:table-cell>"
    f"<text:p>{WORDS}</text:p></table:table-cell></table:table-row></table:table>"
)
HIDDEN_IN_ODT = {
    "style": (SPAN, odt_style("text:display='none'"), True),
    "white": (SPAN, odt_style("fo:color='#FFFFFF'"), True),
    "tiny": (SPAN, odt_style("fo:font-size='1pt'"), True),
    "section": (f"<text:section text:display='none'><text:p>{WORDS}</text:p></text:section>", "", True),
    "hidden text": (f"<text:p>a<text:hidden-text text:string-value='{WORDS}'/></text:p>", "", False),
    "row": (HIDDEN_ROW, "", True),
}


@pytest.mark.parametrize("way", HIDDEN_IN_ODT)
def test_words_hidden_in_an_opendocument_text_are_found_and_shown_or_gone_in_its_copy(way):
    body, styles, shown = HIDDEN_IN_ODT[way]
    data = odt(body, styles)
    assert ProblemKind.HIDDEN_CONTENT in problems_of(data, "paper.odt")
    with zipfile.ZipFile(io.BytesIO(copy_of(data, "paper.odt"))) as copy:
        content = copy.read("content.xml").decode()
    assert (WORDS in content) is shown
    for mark in ("display", "FFFFFF", "1pt", "hidden", "visibility"):
        assert mark not in content


def test_words_that_an_opendocument_text_shows_are_not_called_hidden():
    shown = odt(SPAN, odt_style("fo:color='#FFFFFF' fo:background-color='#203040'"))
    assert ProblemKind.HIDDEN_CONTENT not in problems_of(shown, "paper.odt")


FORMULAS = [
    '=HYPERLINK("http://x.example";"see")',
    "@SUM(1+1)",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "=1+1",
]
NUMBERS = ["-1.5", "+2.25", "-1.5 (-2.0, -1.0)", "-0.12 to 0.30", "-", "-1e-05", "-12%", "-Inf", "-1,234.5"]


@pytest.mark.parametrize("quoted", [False, True])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless_and_numbers_are_left(quoted):
    cells = FORMULAS + NUMBERS
    written = [
        '"' + cell.replace('"', '""') + '"' if quoted or set('",') & set(cell) else cell for cell in cells
    ]
    data = "site\tn\ttext\n" + "".join(
        f"s{place}\t{100 + place}\t{cell}\n" for place, cell in enumerate(written)
    )
    rows = list(csv.reader(copy_of(data.encode(), "t.tsv").decode().splitlines(), delimiter="\t"))
    assert [row[2] for row in rows[1:]] == [f"'{cell}" for cell in FORMULAS] + NUMBERS


def test_headings_and_text_that_is_opened_as_a_table_are_made_harmless():
    table = b"site,=cmd|x!A0\nA,120\nB,340\nC,98\n"
    assert copy_of(table, "t.csv").splitlines()[0] == b"site,'=cmd|x!A0"
    text = b'=cmd|x!A0\n"=cmd|y!A0" and words\nresults: -1.5\n'
    copied = copy_of(text, "t.csv").decode()
    assert not re.search(r'(?m)^"?=', copied)
    assert "results: -1.5" in copied
