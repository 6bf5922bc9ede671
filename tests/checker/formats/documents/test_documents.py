"""Notebooks, JSON, text, pictures and workbooks: everything that could be shown is found."""

import base64
import io
import json
import struct
import zipfile
import zlib

import numpy as np
import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image, PngImagePlugin

from strongroom.checker.contents.found import (
    FoundPicture,
    FoundProblem,
    FoundTable,
    FoundText,
    Limits,
    ProblemKind,
)
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes


def read(data, name, **limits):
    return list(read_bytes(data, name, limits=Limits(**limits)))


def problems(found):
    return {each.kind for each in found if isinstance(each, FoundProblem)}


def tables(found):
    return [each.table.to_pydict() for each in found if isinstance(each, FoundTable)]


def texts(found):
    return "\n".join(each.text for each in found if isinstance(each, FoundText))


def picture(**options):
    sink = io.BytesIO()
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[:5] = 200
    Image.fromarray(pixels).save(sink, "PNG", **options)
    return sink.getvalue()


# Pictures


def test_a_picture_is_measured():
    data = picture()
    assert read(data, "p.png") == [FoundPicture("p.png", 30, 20, 2, len(data))]


def test_a_pictures_metadata_is_named_and_read():
    info = PngImagePlugin.PngInfo()
    info.add_text("eid", "1000001 and others", zip=True)
    found = read(picture(pnginfo=info), "p.png")
    assert found[0].metadata == ("zTXt eid",)
    assert FoundText("p.png > metadata eid", "1000001 and others") in found


def test_a_picture_that_is_an_archive_too():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as file:
        file.writestr("leak.csv", "eid\n1\n")
    assert ProblemKind.TRAILING_BYTES in problems(read(picture() + sink.getvalue(), "p.png"))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_chunk_with_a_wrong_checksum_and_a_cut_picture_are_not_read():
    data = bytearray(picture())
    data[20] ^= 1
    assert problems(read(bytes(data), "p.png")) == {ProblemKind.UNREADABLE}
    assert problems(read(picture()[:-12], "p.png")) == {ProblemKind.UNREADABLE}
    assert problems(read(picture()[:20], "p.png")) == {ProblemKind.UNREADABLE}


def test_data_after_the_pixels_inside_the_compressed_stream():
    data = picture()
    start = data.index(b"IDAT") - 4
    length = struct.unpack_from(">I", data, start)[0]
    packed = data[start + 8 : start + 8 + length]
    hidden = data[:start] + chunk(b"IDAT", packed + b"hidden here") + data[start + 12 + length :]
    assert ProblemKind.TRAILING_BYTES in problems(read(hidden, "p.png"))
    more = zlib.compress(zlib.decompress(packed) + b"hidden" * 1_000)
    hidden = data[:start] + chunk(b"IDAT", more) + data[start + 12 + length :]
    assert ProblemKind.TRAILING_BYTES in problems(read(hidden, "p.png"))


def test_a_picture_of_too_many_pixels_is_not_decoded():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = picture()[:8] + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    assert problems(read(data, "p.png")) == {ProblemKind.TOO_LARGE}


# Text


def test_prose_is_text_without_problems():
    found = read(b"We found no effect.\n", "notes.md")
    assert found == [FoundText("notes.md", "We found no effect.\n")]


@pytest.mark.parametrize("row", ["{0}\t{1}", "{0},{1}", "| {0} | {1} |", "   {0}    {1}", "{0};{1}"])
def test_tables_inside_text_are_found(row):
    lines = ["Table 2. People and ages", "", *(row.format(1000000 + n, 40 + n) for n in range(8)), "", "End."]
    found = tables(read("\n".join(lines).encode(), "log.txt"))
    assert any(1000003 in column for table in found for column in table.values())


def test_a_list_of_ids_inside_a_log_is_a_table():
    lines = "starting\n\n" + "\n".join(str(1000000 + n) for n in range(6)) + "\n\ndone\n"
    assert tables(read(lines.encode(), "run.log")) == [{"f0": [1000000 + n for n in range(6)]}]


def test_a_page_or_drawing_contradicts_the_name_of_a_text():
    for data in (b"<svg></svg>", b"<!DOCTYPE html><p>", b"%PDF-1.7\n"):
        assert ProblemKind.DISAGREEMENT in problems(read(data, "x.txt"))


# JSON


@pytest.mark.parametrize(
    "document",
    [
        [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
        {"a": [1, 2], "b": ["x", "y"]},
        {"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}},
    ],
)
def test_records_and_columns_are_tables(document):
    assert tables(read(json.dumps(document).encode(), "r.json")) == [{"a": [1, 2], "b": ["x", "y"]}]


def test_tables_deep_inside_a_document_are_found_and_its_text_too():
    found = read(json.dumps({"model": {"data": [{"a": 1}, {"a": 2}]}, "n": 5}).encode(), "r.json")
    assert tables(found) == [{"a": [1, 2]}]
    assert '"n"' in texts(found)


def test_records_one_a_line():
    assert tables(read(b'{"a":1}\n{"a":2}\n', "r.ndjson")) == [{"a": [1, 2]}]


@pytest.mark.parametrize("data", [b'{"a": 1, "a": 2}', b"{", b"[" * 100_000, b'{"a": 1}\x00'])
def test_broken_doubled_and_bottomless_json_is_a_problem(data):
    assert problems(read(data, "r.json"))


# Notebooks


def notebook(*outputs, **cell):
    code = {"cell_type": "code", "source": ["x = 1\n"], "metadata": {}, "outputs": list(outputs)} | cell
    return json.dumps({"cells": [code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def shown(**forms):
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {k.replace("_", "/"): v for k, v in forms.items()},
    }


def test_every_form_of_an_output_is_found():
    html = "<table><tr><th></th><th>eid</th></tr><tr><th>0</th><td>1000001</td></tr></table>"
    png = base64.b64encode(picture()).decode()
    found = read(
        notebook(
            shown(text_html=html, text_plain="eid", image_png=png, application_json=[{"a": 7}]),
            {"output_type": "stream", "name": "stdout", "text": ["hello\n"]},
            {"output_type": "error", "ename": "KeyError", "evalue": "1000009", "traceback": ["at"]},
        ),
        "n.ipynb",
    )
    assert not problems(found)
    assert {"f0": [None, 0], "f1": [None, 1000001]} in tables(found) or "1000001" in str(tables(found))
    assert {"a": [7]} in tables(found)
    assert any(isinstance(each, FoundPicture) for each in found)
    assert all(word in texts(found) for word in ("x = 1", "hello", "1000009"))
    assert any(each.where == "n.ipynb > cell 1 > output 1" for each in found)


def test_attachments_and_metadata_are_found():
    data = notebook(metadata={"eid": 1000001}, attachments={"x.png": {"text/plain": "1000002"}})
    assert all(word in texts(read(data, "n.ipynb")) for word in ("1000001", "1000002"))


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (shown(text_html="<img src='data:image/png;base64,xx'>"), ProblemKind.UNREADABLE),
        (shown(image_png="!!"), ProblemKind.UNREADABLE),
        ({"output_type": "other"}, ProblemKind.UNKNOWN_TYPE),
    ],
)
def test_outputs_that_cannot_be_judged_are_problems(output, kind):
    assert kind in problems(read(notebook(output), "n.ipynb"))


def test_an_output_of_an_unknown_type_is_left_out_and_blocks_nothing():
    """A video or an icon made a notebook "not supported", though the copy has neither."""
    icon = "<link rel='icon' href='data:image/x-icon;base64,AAABAAEAEBAQAAAAAAAo'>words"
    data = notebook(shown(video_mp4="AAAA1000001", text_plain="seen", text_html=icon))
    assert not problems(read(data, "n.ipynb"))
    rebuilt = rebuild_bytes(data, "n.ipynb", limits=Limits())
    [cell] = json.loads(rebuilt.files[0].data)["cells"]
    [output] = cell["outputs"]
    assert set(output["data"]) == {"text/plain", "text/html"}
    assert "1000001" not in str(output)
    assert "icon" not in str(output)
    assert "forms of outputs (1)" in rebuilt.changes[0]


@pytest.mark.parametrize(
    "data", [b"{", b"[]", b'{"cells": 3}', b'{"cells": [1]}', b'{"cells":[{"source": 1}]}']
)
def test_broken_notebooks_are_problems(data):
    assert problems(read(data, "n.ipynb")) == {ProblemKind.UNREADABLE}


# Workbooks


def workbook(change=None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["eid", "bmi"])
    sheet.append([1000001, 20.5])
    sheet.append([1000002, 21.5])
    hidden = book.create_sheet("Back")
    hidden.append(["note", "secret"])
    if change:
        change(book)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_cells_of_every_sheet_are_tables():
    found = read(workbook(), "w.xlsx")
    assert {"eid": [1000001, 1000002], "bmi": [20.5, 21.5]} in tables(found)
    assert "secret" in str(tables(found))
    assert not problems(found)


def test_hidden_sheets_and_comments_are_told_and_read():
    def hide(book):
        book["Back"].sheet_state = "veryHidden"
        book["Back"]["A1"].comment = Comment("1000003", "me")

    found = read(workbook(hide), "w.xlsx")
    assert ProblemKind.HIDDEN_CONTENT in problems(found)
    assert "secret" in str(tables(found))
    assert "1000003" in texts(found)


def with_part(data, name, content):
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w") as new:
        for member in old.infolist():
            new.writestr(member.filename, old.read(member))
        new.writestr(name, content)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("xl/vbaProject.bin", ProblemKind.ACTIVE_CONTENT),
        ("xl/embeddings/oleObject1.bin", ProblemKind.ACTIVE_CONTENT),
        ("xl/embeddings/inner.csv", ProblemKind.HIDDEN_CONTENT),
        ("xl/anything.bin", ProblemKind.HIDDEN_CONTENT),
        ("customXml/item1.xml", ProblemKind.UNREADABLE),
    ],
)
def test_parts_that_cannot_be_judged(name, kind):
    assert kind in problems(read(with_part(workbook(), name, b"\x00x"), "w.xlsx"))


def test_the_room_of_deleted_parts_is_no_content_where_it_is_empty():
    def found(content):
        return problems(read(with_part(workbook(), "[trash]/0000.dat", content), "w.xlsx"))

    assert not found(b"\xff" * 4 + bytes(232))
    assert found(b"\xff" * 4 + bytes(100) + b"\x17" + bytes(131)) == {ProblemKind.HIDDEN_CONTENT}


@pytest.mark.parametrize("name", ["customXml/item1.xml", "xl/externalLinks/externalLink1.xml", "xl/any.xml"])
def test_words_of_any_part_are_read(name):
    found = read(with_part(workbook(), name, b"<a note='x'><v>1000009</v></a>"), "w.xlsx")
    assert "1000009" in texts(found)
    assert not problems(found)


def test_the_rows_a_pivot_table_keeps_are_a_table():
    definition = b"<d><cacheFields><cacheField name='sex'><sharedItems><s v='f'/><s v='m'/></sharedItems>"
    definition += b"</cacheField></cacheFields></d>"
    rows = b"".join(b"<r><x v='%d'/><n v='%d'/></r>" % (n % 2, 1000000 + n) for n in range(6))
    data = with_part(workbook(), "xl/pivotCache/pivotCacheDefinition1.xml", definition)
    data = with_part(
        data, "xl/pivotCache/pivotCacheRecords1.xml", b"<pivotCacheRecords>" + rows + b"</pivotCacheRecords>"
    )
    assert {"f0": ["f", "m"] * 3, "f1": [1000000 + n for n in range(6)]} in tables(read(data, "w.xlsx"))


def test_formulas_and_names_are_read():
    def add(book):
        book.active["C1"] = '=IF(TRUE,"1000008","")'

    assert "1000008" in texts(read(workbook(add), "w.xlsx"))


def test_texts_that_no_cell_shows_any_more():
    shared = b"<sst><si><t>note</t></si><si><r><t>1000</t></r><r><t>009</t></r></si></sst>"
    found = read(with_part(workbook(), "xl/sharedStrings.xml", shared), "w.xlsx")
    assert FoundText("w.xlsx > shared strings", "1000009") in found


def test_a_sheet_the_workbook_does_not_list():
    found = read(with_part(workbook(), "xl/worksheets/sheet9.xml", b"<worksheet/>"), "w.xlsx")
    assert ProblemKind.HIDDEN_CONTENT in problems(found)


def test_a_workbook_with_a_password_is_told():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert problems(read(data, "w.xlsx")) == {ProblemKind.ENCRYPTED}


def test_a_damaged_workbook_is_a_problem():
    data = bytearray(workbook())
    data[200:400] = b"\x00" * 200
    assert problems(read(bytes(data), "w.xlsx"))
