"""However a number is written, it is judged as one; what nobody sees is told, and does not leave."""

import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundProblem, FoundTable, FoundText, Limits, ProblemKind
from strongroom.checker.disguises.cells import encoded_cells, normalised_table
from strongroom.checker.disguises.search_file import read_bytes
from strongroom.checker.formats.registry import rebuild_bytes
from strongroom.checker.formats.text.normalised import normalised
from strongroom.checker.formats.text.number_words import in_digits, without_number_words

CSV = "alter,gr\u00f6\u00dfe,n\n63,1,1\n51,2,2\n"


def read(data, name="t.txt"):
    return list(read_bytes(data if isinstance(data, bytes) else data.encode(), name, limits=Limits()))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("sixty-three", "63"),
        ("one hundred and twenty seven point one", "127.1"),
        ("minus four", "-4"),
        ("one zero zero zero one two three", "1000123"),
        ("two million three hundred thousand and five", "2300005"),
        ("twelve", "12"),
        ("Nineteen point zero five", "19.05"),
    ],
)
def test_numbers_in_words(written, number):
    assert in_digits(written) == number


def test_prose_keeps_its_words():
    prose = "One of the cohorts was seen again after ten years, and people had a mean age of sixty. " * 20
    assert without_number_words(prose) == prose


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\u0661\u0662\u0663\u066b\u0665", "123.5"),
        ("\uff11\uff12\uff13", "123"),
        ("\U0001d7cf\U0001d7d0", "12"),
        ("6\u200b3\u2060", "63"),
        ("\u0430\u0435", "ae"),
        ("\u22125", "-5"),
        ("\u00e9", "\u00e9"),
    ],
)
def test_one_spelling_for_every_character(written, shown):
    assert normalised(written) == shown


def test_cells_are_judged_as_numbers():
    table = pa.table(
        {
            "thousands": ["1,234", "2,345,678", None],
            "commas": ["1,5", "2,75", "3,1"],
            "words": ["sixty three", "twenty", "one zero five"],
            "wide": ["\uff11\uff12", "3", "\uff14"],
            "names": ["a", "b,c", "d"],
        }
    )
    seen = normalised_table(table).to_pydict()
    assert seen["thousands"] == [1234, 2345678, None]
    assert seen["commas"] == [1.5, 2.75, 3.1]
    assert seen["words"] == ["63", "20", "105"]
    assert seen["wide"] == ["12", "3", "4"]
    assert seen["names"] == ["a", "b,c", "d"]


def test_rows_in_words_are_a_table():
    words = ["sixty three", "fifty one", "forty", "twenty seven point one", "thirty"]
    text = "".join(f"{one}, {two}, {one}\n" for one in words for two in words)
    tables = [found.table for found in read(text) if isinstance(found, FoundTable)]
    assert tables[0].column(0).to_pylist()[0] == 63


def test_only_cells_that_may_be_encoded_are_looked_at():
    assert encoded_cells(pa.table({"a": ["rs123", "ENSG00000241860.2"], "b": [1, 2]})) == ""
    assert encoded_cells(pa.table({"a": ["x", "QUJD" * 12], "b": [1, 2]})) == "QUJD" * 12
    pieces = pa.table({"a": ["QUJDREVGRw12", "QUJDREVGRw34"], "b": ["QUJDREVGRw56", "QUJDREVGRw78"]})
    assert encoded_cells(pieces).split("\n")[1] == "QUJDREVGRw56"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
@pytest.mark.parametrize("name", ["t.csv", "t.txt"])
def test_text_in_any_charset_is_read_and_leaves_as_utf_8(charset, name):
    data = CSV.encode(charset)
    found = read(data, name)
    assert not [each for each in found if isinstance(each, FoundProblem)]
    [table] = [each.table for each in found if isinstance(each, FoundTable)]
    assert table.column(0).to_pylist() == [63, 51]
    [copy] = rebuild_bytes(data, name, limits=Limits()).files
    assert copy.data == CSV.encode()


@pytest.mark.parametrize("name", ["t.txt", "t.lst"])
def test_a_listing_of_japanese_windows_is_read_and_leaves_as_utf_8(name):
    text = "".join(f"variable {n}: 0.31 missing, as of 2015年04月22日 水曜日\n" for n in range(20))
    found = read(text.encode("cp932"), name)
    assert not [each for each in found if isinstance(each, FoundProblem)]
    assert [each.text for each in found if isinstance(each, FoundText)] == [text]
    [copy] = rebuild_bytes(text.encode("cp932"), name, limits=Limits()).files
    assert copy.data == text.encode()


@pytest.mark.parametrize(
    "data", [b"a\x00b", b"\xff\xfea", bytes(range(128, 256)) * 4, b"\xff\xfe1\x00\x00\x00"]
)
def test_bytes_that_are_no_text_stay_unread(data):
    assert [each for each in read(data) if isinstance(each, FoundProblem)]


def test_many_invisible_characters_are_hidden_content():
    found = read("A sentence.\u200b\u200c\u200b\u200b" * 10)
    assert [each.kind for each in found if isinstance(each, FoundProblem)] == [ProblemKind.HIDDEN_CONTENT]
    assert [each.text for each in found if isinstance(each, FoundText)] == ["A sentence." * 10]


def test_blanks_and_tabs_at_line_ends_are_hidden_content_and_do_not_leave():
    text = "".join(f"line {n} \t{' ' * (n % 4)}\t\n" for n in range(20))
    assert [each for each in read(text) if isinstance(each, FoundProblem)]
    [copy] = rebuild_bytes(text.encode(), "t.txt", limits=Limits()).files
    assert copy.data == "".join(f"line {n}\n" for n in range(20)).encode()


def test_padded_logs_are_not_hidden_content():
    log = "".join(f"{'x' * (n % 30):80}\n" for n in range(200))
    assert not [each for each in read(log) if isinstance(each, FoundProblem)]
