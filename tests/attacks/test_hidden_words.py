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


HIDING = '<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>'


@pytest.mark.parametrize(
    ("looks", "before", "shown"),
    [
        ("<w:vanish/>", "", False),
        ('<w:color w:val="FFFFFF"/>', "", True),
        ('<w:sz w:val="2"/>', "", True),
        ("", '<w:pPr><w:pStyle w:val="Gone"/></w:pPr>', True),
    ],
    ids=["hidden", "white", "tiny", "style"],
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
    assert ProblemKind.HIDDEN_CONTENT not in problems_of(docx(looks), "paper.docx")


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
