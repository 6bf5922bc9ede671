"""Attacks by what a released copy keeps: T-COPY-*."""

import io
import json
import re
import zipfile

import docx
import numpy as np
import openpyxl
import pikepdf
import pptx
import pytest
from openpyxl.styles import PatternFill
from PIL import Image

from strongroom.checker.contents.found import Limits
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes


@pytest.mark.parametrize(
    "spellings", ["{:.3f} {:.4f}", "{:.8g} {:.7e}", "{:+.3f} {:.3f}", "0{:.8g} {:.8g}", "NA null"]
)
def test_a_choice_of_spelling_for_each_cell_is_not_released(spellings):
    """Two spellings of a number, or of a missing value, have room for a bit a cell."""
    rng = np.random.default_rng(5)
    values, bits = rng.integers(1, 9_999, 2_000) / 8, rng.integers(0, 2, 2_000)
    cells = [spellings.split()[bit].format(value) for bit, value in zip(bits, values, strict=True)]
    data = "n,x\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells))
    rebuilt = rebuild_bytes(data.encode(), "t.csv", limits=Limits())
    copied = [line.split(",")[1] for line in rebuilt.files[0].data.decode().splitlines()[1:]]
    assert copied == ["" if cell in {"NA", "null"} else f"{float(cell):.8g}" for cell in cells]
    assert "1 columns in shortest form" in rebuilt.changes[0]


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_low_bits_of_a_pictures_areas_do_not_choose_its_colours(bits):
    """Common colours are kept as they are: a payload in an area's low bits must change none of them."""
    rng = np.random.default_rng(bits)
    cover = np.full((120, 120, 3), 224, np.uint8)
    cover[40:80, 40:80] = (32, 112, 176)
    copies = set()
    for payload in rng.integers(0, 1 << bits, (3, *cover.shape), dtype=np.uint8):
        sink = io.BytesIO()
        Image.fromarray(cover | payload).save(sink, "PNG")
        [copy] = rebuild_bytes(sink.getvalue(), "p.png", limits=Limits()).files
        copies.add(copy.data)
    assert len(copies) == 1


def office_files() -> dict[str, bytes]:
    """Return a document, a workbook and slides as the usual libraries write them."""
    paper, book, deck = docx.Document(), openpyxl.Workbook(), pptx.Presentation()
    paper.add_heading("seen", 1)
    paper.add_table(rows=2, cols=2).cell(0, 0).text = "seen"
    book.active.append(["seen", 1.5])
    deck.slides.add_slide(deck.slide_layouts[1]).shapes.title.text = "seen"
    files = {}
    for name, made in (("p.docx", paper), ("b.xlsx", book), ("s.pptx", deck)):
        sink = io.BytesIO()
        made.save(sink)
        files[name] = sink.getvalue()
    return files


@pytest.mark.parametrize("name", ["p.docx", "b.xlsx", "s.pptx"])
def test_what_no_reader_shows_in_an_office_file_is_not_in_its_copy(name):
    """Every element of every part gets an attribute, a comment and a child with a secret; parts are added."""
    sink = io.BytesIO()
    data = office_files()[name]
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part.endswith(".xml") and part != "[Content_Types].xml":
                secret = rb'<\1 secret="1000001"\2><!-- 1000001 --><secret xmlns="urn:x">1000001</secret>'
                if "worksheets" in part:  # its reader accepts no other elements
                    secret = rb'<\1 secret="1000001"\2>'
                content = re.sub(rb"<([\w:]+)((?:\s[^<>]*[^/<>])?)>(?=<)", secret, content)
            new.writestr(part, content)
        new.writestr("customXml/item9.xml", "<a>1000001</a>")
        new.writestr("docProps/custom.xml", "<a>1000001</a>")
    [copy] = rebuild_bytes(sink.getvalue(), name, limits=Limits()).files
    with zipfile.ZipFile(io.BytesIO(copy.data)) as archive:
        content = b"".join(archive.read(part) for part in archive.namelist())
    assert b"seen" in content
    assert b"1000001" not in content
    assert b"secret" not in content


def test_a_colour_for_each_cell_is_not_kept():
    draw, book = np.random.default_rng(1), openpyxl.Workbook()
    for cell in (book.active.cell(row, column, 1) for row in range(1, 61) for column in range(1, 21)):
        cell.fill = PatternFill("solid", fgColor=("FF8080", "80FF80", "8080FF")[draw.integers(3)])
    sink = io.BytesIO()
    book.save(sink)
    rebuilt = rebuild_bytes(sink.getvalue(), "t.xlsx", limits=Limits())
    sheet = openpyxl.load_workbook(io.BytesIO(rebuilt.files[0].data)).active
    assert {cell.fill.fill_type for row in sheet for cell in row} <= {None, "none"}
    assert "some colours and borders of cells" in rebuilt.changes[0]


def without_content() -> dict[str, bytes]:
    """Return a file of each kind that shows nothing, or nothing but what a copy leaves out."""
    page, blank = io.BytesIO(), pikepdf.new()
    blank.add_blank_page()
    blank.save(page)
    script = {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}, "metadata": {}}
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [script], "execution_count": 1}
    empty = {
        "paper.docx": docx.Document(),
        "talk.pptx": pptx.Presentation(),
        "table.xlsx": openpyxl.Workbook(),
    }
    found = {}
    for name, document in empty.items():
        sink = io.BytesIO()
        document.save(sink)
        found[name] = sink.getvalue()
    return found | {
        "page.pdf": page.getvalue(),
        "notes.txt": "\u200b\u200c\u200b\n".encode(),
        "plot.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><metadata>1000001</metadata></svg>",
        "page.html": b"<html><script>var people = [1000001]</script></html>",
        "run.ipynb": json.dumps(
            {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}
        ).encode(),
    }


@pytest.mark.parametrize("name", without_content())
def test_a_copy_of_which_nothing_is_left_is_not_released(name):
    with pytest.raises(UnreadableError):
        rebuild_bytes(without_content()[name], name, limits=Limits())
