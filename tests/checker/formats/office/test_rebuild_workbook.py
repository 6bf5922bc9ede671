"""A released workbook is a workbook: values, formats and pictures stay, formulas and metadata do not."""

import datetime as dt
import io
import zipfile

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, RadarChart, Reference
from openpyxl.styles import Border, PatternFill, Side
from PIL import Image

from strongroom.checker.contents.found import Limits
from strongroom.checker.formats.office.number_formats import listed
from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.registry import rebuild_bytes


def workbook() -> bytes:
    """Return two sheets with formats, a formula, a picture, a chart and a comment."""
    sink, picture = io.BytesIO(), io.BytesIO()
    Image.fromarray(np.full((20, 40, 3), 200, np.uint8)).save(picture, "PNG")
    book = xlsxwriter.Workbook(sink)
    book.set_properties({"author": "eid1000001"})
    main = book.add_worksheet("Table 1")
    bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%", "italic": True})
    main.write_row(0, 0, ["Group", "N", "Share", "Day"], bold)
    main.write_row(1, 0, ["A & B", 1200])
    main.write_formula(1, 2, "=B2/4000", percent, 0.3)
    main.write_datetime(1, 3, dt.date(2021, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
    main.write(2, 1, 1e-12, book.add_format({"num_format": '0.00E+00;"1000001"'}))
    main.write_comment(1, 1, "eid1000001")
    main.write_url(3, 0, "https://example.org/eid1000001", string="site")
    main.merge_range("A5:C5", "Adjusted for age")
    main.set_column(0, 0, 28)
    main.insert_image("F2", "a.png", {"image_data": picture})
    other = book.add_worksheet("Flags")
    other.write_row(0, 0, ["x", True])
    other.write_string(0, 2, "=1+1")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Table 1'!$B$2:$B$3"})
    other.insert_chart("D2", chart)
    book.close()
    return sink.getvalue()


@pytest.fixture(scope="module")
def rebuilt():
    return rebuild_bytes(workbook(), "t.xlsx", limits=Limits())


def test_values_formats_and_layout_are_those_of_the_original(rebuilt):
    before = openpyxl.load_workbook(io.BytesIO(workbook()), data_only=True)
    after = openpyxl.load_workbook(io.BytesIO(rebuilt.files[0].data))
    assert rebuilt.files[0].name == "t.xlsx"
    assert after.sheetnames == before.sheetnames
    for sheet in before:
        copy = after[sheet.title]
        assert [[cell.value for cell in row] for row in copy] == [
            [cell.value for cell in row] for row in sheet
        ]
        assert copy.merged_cells.ranges == sheet.merged_cells.ranges
        for cell in (cell for row in sheet for cell in row if cell.value is not None):
            same = copy[cell.coordinate]
            assert (same.font.bold, same.font.italic) == (cell.font.bold, cell.font.italic)
            assert same.number_format == listed(cell.number_format)
    assert after["Table 1"].column_dimensions["A"].width == pytest.approx(28, abs=1)
    [picture] = after["Table 1"]._images
    assert (picture.anchor._from.col, picture.anchor._from.row) == (5, 1)


def test_nothing_but_values_and_looks_is_in_the_copy(rebuilt):
    with zipfile.ZipFile(io.BytesIO(rebuilt.files[0].data)) as copy:
        assert not [name for name in copy.namelist() if "docProps" in name or "comment" in name]
        content = b"".join(copy.read(name) for name in copy.namelist() if name.endswith((".xml", ".rels")))
    assert b"1000001" not in content
    assert b"<f>" not in content


def test_the_report_says_what_was_lost(rebuilt):
    [change] = rebuilt.changes
    assert "formulas are released as their values (1)" in change
    assert "comments (1)" in change


def designed() -> bytes:
    """Return a sheet with a dark heading, stripes, boxes, a bar chart of its cells and a radar chart."""
    book = openpyxl.Workbook()
    sheet = book.active
    line = Side(style="thick")
    for row, cells in enumerate([["Group", "Mean"], *([f"G{n}", n / 2] for n in range(1, 25))], start=1):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row, column, value)
            cell.border = Border(top=line, bottom=line)
            colour = "1F3864" if row == 1 else "DDEBF7" if row % 2 else ""
            if colour:
                cell.fill = PatternFill("solid", fgColor=colour)
    for kind, place in ((BarChart(), "D2"), (RadarChart(), "D20")):
        kind.add_data(Reference(sheet, min_col=2, min_row=1, max_row=5), titles_from_data=True)
        kind.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=5))
        sheet.add_chart(kind, place)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_fills_borders_and_charts_of_cells_are_kept():
    rebuilt = rebuild_bytes(designed(), "t.xlsx", limits=Limits())
    sheet = openpyxl.load_workbook(io.BytesIO(rebuilt.files[0].data)).active
    fills = [sheet.cell(row, 1).fill.fgColor.rgb for row in range(1, 4)]
    assert fills == ["FF223366", "00000000", "FFDDEEFF"]
    assert sheet["A1"].font.color.rgb == "FFFFFFFF"
    assert [getattr(sheet["A2"].border, side).style for side in ("top", "left")] == ["thin", None]
    [chart] = sheet._charts
    series = chart.series[0]
    assert [point.v for point in series.val.numLit.pt] == [0.5, 1, 1.5, 2]
    assert [point.v for point in series.cat.strLit.pt] == ["G1", "G2", "G3", "G4"]
    assert "charts that are not drawn (1)" in rebuilt.changes[0]
    assert "some colours" not in rebuilt.changes[0]


def test_a_workbook_without_a_value_is_not_released():
    sink = io.BytesIO()
    openpyxl.Workbook().save(sink)
    with pytest.raises(UnreadableError):
        rebuild_bytes(sink.getvalue(), "t.xlsx", limits=Limits())


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('#,##0.0 "eid1000001"', "#,##0.0"),
        ("_(* #,##0.00_);_(* (#,##0.00);_(@_)", "#,##0.00"),
        ("[$-409]d-mmm-yy", "d-mmm-yy"),
        ("yyyy yyyy d", "yyyy-mm-dd"),
        ("0.000000000000000", "0.0000000000"),
        ("0.0E+0", "0.0E+00"),
        ("# ?/?", "General"),
        ("@", "@"),
    ],
)
def test_a_number_format_is_one_of_a_list(code, shown):
    assert listed(code) == shown
