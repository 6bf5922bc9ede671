"""Lines without quotes are told quickly, and told as they are when every cell is listed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.formats.part import UnreadableError
from strongroom.checker.formats.tables.cell_ends import ListedCells, cell_ends
from strongroom.checker.formats.tables.id_search.scratch import Scratch
from strongroom.checker.formats.tables.id_search.unquoted_lines import plain_lines

CELLS = st.one_of(st.text("a1.é", max_size=4), st.integers(60, 700).map("x".__mul__))
WIDTH = 3


def plain(content, width=WIDTH):
    text = np.frombuffer(b"\n" + content, np.uint8)
    return plain_lines(text, content, ",", width, Scratch())


def listed(content, width=WIDTH):
    text = np.frombuffer(b"\n" + content, np.uint8)
    return ListedCells(cell_ends(text, ",", width), width)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=40), st.sampled_from(["\n", "\r\n"]))
def test_what_is_told_of_bytes_is_what_a_list_of_cells_tells(rows, end):
    content = "".join(",".join(row) + end for row in rows).encode()
    quick, slow = plain(content), listed(content)
    places = np.arange(1, len(content) + 1)
    for one, other in (
        (quick.line_ends, slow.line_ends),
        (quick.ends(), slow.ends()),
        (quick.columns(places), slow.columns(places)),
        (quick.begin(places), slow.begin(places)),
        (quick.end(places), slow.end(places)),
    ):
        assert one.tolist() == other.tolist()


@given(st.text("a1,\n\r", max_size=40))
def test_nothing_is_plain_that_is_refused_when_its_cells_are_listed(text):
    content = text.encode() + b"\n"
    if plain(content) is not None:
        assert plain(content).ends().tolist() == listed(content).ends().tolist()


@pytest.mark.parametrize(
    "content",
    [b'a,b,"c"\n', b"a,b\0,c\n", b"a,b,\xff\n", b"a,b\n", b"a,b,c\n\n", b"a,b\na,b,c,d\n", b"a,b,c\rd,e,f\n"],
)
def test_what_takes_care_to_read_is_not_plain(content):
    assert plain(content) is None


@pytest.mark.parametrize("content", [b"a,b\0,c\n", b"a,b,\xff\n", b"a,b\na,b,c,d\n", b"a,b,c\rd,e,f\n"])
def test_and_is_refused_where_it_is_no_table(content):
    with pytest.raises(UnreadableError):
        listed(content)
