"""Rows carried out in documents, drawings and pages: T-CHECK-70 to 76.

What cannot be seen in a document is judged like what can, and none of it is in the copy that leaves.
"""

import io
import zipfile
import zlib
from types import SimpleNamespace

import docx
import numpy as np
import pikepdf
import pytest
from PIL import Image

from strongroom.checker.contents.found import (
    FoundPicture,
    FoundProblem,
    FoundTable,
    FoundText,
    Limits,
    ProblemKind,
)
from strongroom.checker.detectors.shape.pictures import Pictures
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.finding import Verdict
from strongroom.checker.formats.registry import rebuild_bytes
from strongroom.checker.policy import default_policy
from strongroom.checker.table_types.examined import examine

ROWS = "\n".join(f"{1000000 + n}\t{40 + n}" for n in range(8))
SVG = "<svg xmlns='http://www.w3.org/2000/svg'>"


def found_and_gone(data, name):
    """Tell whether the rows are among what was found, and absent from the copy."""
    found = list(read_bytes(data, name))
    said = "".join(each.text for each in found if isinstance(each, FoundText))
    said += str([each.table.to_pydict() for each in found if isinstance(each, FoundTable)])
    copies = rebuild_bytes(data, name, limits=Limits()).files
    return "1000003" in said and not any(b"1000003" in copy.data for copy in copies)


@pytest.mark.parametrize(
    "page",
    [
        f"<html>words<script>/* {ROWS} */</script></html>",
        f"<html>words<!-- {ROWS} --></html>",
        f"<html><p data-rows='{ROWS}'>a</p></html>",
        f"<html>words<style>/* {ROWS} */</style></html>",
    ],
)
def test_rows_behind_a_page_are_judged_and_do_not_leave(page):
    assert found_and_gone(page.encode(), "report.html")


@pytest.mark.parametrize(
    "hidden", [f"<!-- {ROWS} -->", f"<metadata>{ROWS}</metadata>", f"<script>{ROWS}</script>"]
)
def test_rows_behind_a_drawing_are_judged_and_do_not_leave(hidden):
    assert found_and_gone(f"{SVG}{hidden}<rect width='9' height='9'/></svg>".encode(), "plot.svg")


def test_xml_reads_no_other_file():
    data = b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><svg><text>&a;</text></svg>"
    [found] = read_bytes(data, "plot.svg")
    assert isinstance(found, FoundProblem)
    assert found.kind is ProblemKind.ACTIVE_CONTENT


def test_rows_in_a_pdfs_attachment_are_judged_and_do_not_leave():
    document = pikepdf.new()
    document.add_blank_page().contents_add(b"0 0 9 9 re f")
    document.attachments["a.csv"] = ROWS.replace("\t", ",").encode()
    sink = io.BytesIO()
    document.save(sink)
    assert found_and_gone(sink.getvalue(), "figure.pdf")


def test_rows_in_a_pdf_that_no_page_shows_are_judged_and_do_not_leave():
    document = pikepdf.new()
    document.add_blank_page().contents_add(b"0 0 9 9 re f")
    document.Root["/Notes"] = document.make_stream(ROWS.encode())
    sink = io.BytesIO()
    document.save(sink, compress_streams=False)
    assert found_and_gone(sink.getvalue(), "figure.pdf")


def test_deleted_rows_of_a_paper_are_judged_and_do_not_leave():
    plain, changed = io.BytesIO(), io.BytesIO()
    paper = docx.Document()
    paper.add_paragraph("seen")
    paper.save(plain)
    lines = "".join(
        f"<w:p><w:del><w:r><w:delText>{row}</w:delText></w:r></w:del></w:p>" for row in ROWS.split("\n")
    )
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + lines.encode())
            new.writestr(member.filename, data)
    assert found_and_gone(changed.getvalue(), "paper.docx")


def test_ten_rows_in_the_low_bits_of_a_picture_go_to_a_person():
    pixels = np.full((300, 400, 3), 255, np.uint8)
    pixels[100:110, 40:360] = 30
    rows = [f"{place},{place**5 % 9973},{place**7 % 997}" for place in range(10)]
    packed = zlib.compress("\n".join(rows).encode())
    bits = np.unpackbits(np.frombuffer(packed * 2, np.uint8))
    pixels.reshape(-1)[: bits.size] = pixels.reshape(-1)[: bits.size] & 0xFE | bits
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    found = next(each for each in read_bytes(sink.getvalue(), "plot.png") if isinstance(each, FoundPicture))
    evidence = SimpleNamespace(policy=default_policy())
    assert [each.severity for each in Pictures().run(examine(found), evidence)] == [Verdict.REVIEW]


def test_low_bits_of_a_picture_do_not_leave():
    cover = np.full((16, 16, 3), 0xC0, np.uint8)
    payloads = np.random.default_rng(1).integers(0, 16, (2, *cover.shape), dtype=np.uint8)
    copies = []
    for pixels in cover | payloads:
        sink = io.BytesIO()
        Image.fromarray(pixels).save(sink, "PNG")
        copies.append(rebuild_bytes(sink.getvalue(), "plot.png", limits=Limits()).files[0].data)
    assert copies[0] == copies[1]
