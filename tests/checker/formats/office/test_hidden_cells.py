"""A table of numbers that a sheet does not show is told; hidden words and single columns are not."""

import io

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from strongroom.checker.contents.found import FoundProblem, FoundTable, Limits, ProblemKind
from strongroom.checker.disguises.search_file import read_bytes

ROWS, COLUMNS = range(4, 10), "EFG"
WHITE = Font(color="FFFFFFFF")


def told(hide, value=lambda row, place: row * 7.5 + place):
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (["model", "estimate", "p"], ["age", 0.213, 0.04], ["sex", -0.42, 0.11]):
        sheet.append(cells)
    for row in ROWS:
        for place, column in enumerate(COLUMNS):
            sheet[f"{column}{row}"] = value(row, place)
    hide(sheet)
    sink = io.BytesIO()
    book.save(sink)
    found = list(read_bytes(sink.getvalue(), "w.xlsx", limits=Limits()))
    assert any(isinstance(each, FoundTable) for each in found)
    problems = [each for each in found if isinstance(each, FoundProblem)]
    assert all(each.kind is ProblemKind.HIDDEN_CONTENT for each in problems)
    return [each.detail for each in problems]


def hide_columns(sheet):
    for column in COLUMNS:
        sheet.column_dimensions[column].hidden = True


def hide_rows(sheet):
    for row in ROWS:
        sheet.row_dimensions[row].hidden = True


def flatten_rows(sheet):
    for row in ROWS:
        sheet.row_dimensions[row].height = 0.1


def hide_by_default(sheet):
    sheet.sheet_format.zeroHeight = True


def styled(**looks):
    def hide(sheet):
        for row in ROWS:
            for column in COLUMNS:
                for name, look in looks.items():
                    setattr(sheet[f"{column}{row}"], name, look)

    return hide


HIDDEN = {
    "columns": hide_columns,
    "rows": hide_rows,
    "rows too flat to see": flatten_rows,
    "rows by default": hide_by_default,
    "white text": styled(font=WHITE),
    "white on white": styled(font=WHITE, fill=PatternFill("solid", fgColor="FFFFFFFF")),
    "a format of nothing": styled(number_format=";;;"),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_a_table_that_does_not_show_is_told(way):
    [said] = told(HIDDEN[way])
    assert "are hidden" in said


@pytest.mark.parametrize("text", [str, lambda number: f"{number:.1f}"], ids=["as text", "rounded"])
def test_numbers_written_as_text_are_numbers(text):
    assert told(hide_columns, lambda row, place: text(row * 7.5 + place))


def hide_one(sheet):
    sheet.column_dimensions["F"].hidden = True


@pytest.mark.parametrize(
    "hide",
    [lambda sheet: None, hide_one, styled(font=WHITE, fill=PatternFill("solid", fgColor="FF1F3864"))],
    ids=["nothing", "one column", "white on blue"],
)
def test_what_shows_or_is_no_table_is_not_told(hide):
    assert not told(hide)


def test_hidden_words_are_no_table_of_numbers():
    assert not told(hide_columns, lambda row, place: f"note {row} of {'abc'[place]}")
