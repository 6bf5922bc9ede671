"""Every line must have as many cells as the first; what could be read in two ways is refused."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.tables.cell_ends import cell_ends

CELLS = st.text(st.sampled_from('ab1,\n" é'), max_size=6)


def ends(text, width, delimiter=","):
    data = np.frombuffer(b"\n" + text.encode(), np.uint8)
    return (cell_ends(data, delimiter, width) - 1).tolist()


def test_each_cell_ends_where_the_next_begins():
    assert ends("a,bc\nd,e\n", 2) == [1, 4, 6, 8]


@pytest.mark.parametrize("text", ["a,b\n\n\nc,d\n", "\na,b\nc,d\n\n", "a,b\r\n\r\nc,d\r\n"])
def test_lines_with_nothing_in_them_are_passed_over(text):
    found = ends(text, 2)
    assert len(found) == 4
    assert text[found[1]] == text[found[3]] == "\n"


def test_delimiters_and_line_feeds_between_quotes_end_no_cell():
    assert len(ends('"a,a","b\nb"\n"say ""hi""",\n', 2)) == 4


@pytest.mark.parametrize(
    "text",
    [
        "a,b\nc\n",
        "a,b\nc,d,e\n",
        "a,b\nc\nd,e,f\n",  # as many cells in all as if lines were even
        "a,b\n,\n\n,c\nd\n",
        'a,5" pipe\nc,6" pipe\n',
        '"a",b\n"c,d\n',
        'a,"b"x\nc,d\n',
        "a,b\rc,d\n",
        "a,b\nc,\0\n",
    ],
)
def test_what_is_no_even_table_is_refused(text):
    with pytest.raises(UnreadableError):
        ends(text, 2)


def test_what_is_no_utf8_is_refused():
    with pytest.raises(UnreadableError):
        cell_ends(np.frombuffer(b"\na,\xff\n", np.uint8), ",", 2)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_lines_are_those_a_reader_of_csv_finds(rows):
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(rows)
    text = sink.getvalue()
    found = ends(text, 3)
    data = text.encode()
    starts = [0, *(end + 1 for end in found[:-1])]
    cells = [data[start:end].decode() for start, end in zip(starts, found, strict=True)]
    assert [next(csv.reader(io.StringIO(cell, newline="")), [""])[0] for cell in cells] == [
        cell for row in rows for cell in row
    ]
