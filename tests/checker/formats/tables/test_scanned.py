"""A large table is searched in every row, and its sample is of the rows that were drawn."""

import gzip
import os

import numpy as np
import pytest

from strongroom.checker.contents.found import Limits
from strongroom.checker.contents.id_query import from_json, query_for_ids
from strongroom.checker.contents.row_sample import EvenDraw, rows_to_keep
from strongroom.checker.formats.part import Part, UnreadableError
from strongroom.checker.formats.registry import BUILT_IN
from strongroom.checker.formats.streams import blocks
from strongroom.checker.formats.tables import large_delimited, lines
from strongroom.checker.formats.tables.id_search import id_counts
from strongroom.checker.formats.tables.scanned import ScannedTable

IDS = np.arange(1_000_003, 6_000_000, 1_009)
ROWS = 50_000


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch):
    monkeypatch.setattr(large_delimited, "STREAMED_BYTES", 1)
    monkeypatch.setattr(large_delimited, "STREAMED_GZIP_BYTES", 1)
    monkeypatch.setattr(lines, "LIMITS", type(lines.LIMITS)(piece_bytes=5_000))


@pytest.fixture
def scanned(tmp_path):
    def run(content, *, ids=(IDS,), name="t.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            part = Part(b"", name, name)
            large = large_delimited.open_table(file.fileno(), size, part, BUILT_IN.context(Limits()))
            return ScannedTable(large, query_for_ids(ids, seed=9)).read()

    return run


def rows_of(number):
    return [f"v{row},{row},0.{row}" for row in range(number)]


def seen(found):
    return {each.column: each.numbers().tolist() for each in found.possible_ids if each.form != "words"}


def test_the_sample_is_of_the_rows_drawn(scanned):
    found = scanned("\n".join(["name,row,share", *rows_of(ROWS)]))
    draw = EvenDraw(9, rows_to_keep(3))
    drawn = draw.next(ROWS)
    assert found.rows == ROWS
    assert found.table.column_names == ["name", "row", "share"]
    assert found.table.column("row").to_pylist() == drawn.tolist()


@pytest.mark.parametrize("at", [0, 17, ROWS - 1])
def test_one_id_in_one_row_is_seen_in_its_column(scanned, at):
    rows = rows_of(ROWS)
    rows[at] = f"v,5,scan-{IDS[3]}"
    assert seen(scanned("\n".join(["name,row,share", *rows, ""]))) == {2: [IDS[3]]}


def test_quotes_around_line_feeds_and_delimiters_do_not_move_columns(scanned):
    rows = [f'"a,\n""{row}""",{IDS[row % 700]},"x\n"' for row in range(ROWS)]
    found = scanned("\n".join(["name,id,text", *rows, ""]))
    assert found.rows == ROWS
    assert seen(found) == {1: IDS[:700].tolist()}


def test_columns_parted_by_spaces_are_told_apart(scanned):
    rows = [f"  rs{row}   {IDS[row % 5]}\t 0.5  " for row in range(ROWS)]
    found = scanned("\n".join(["  SNP  N   P ", *rows, ""]), name="t.txt")
    assert found.table.column_names == ["SNP", "N", "P"]
    assert seen(found) == {1: IDS[:5].tolist()}


def test_a_packed_table_is_searched_as_it_unpacks(scanned):
    rows = [f"{row},{IDS[row % 5]}" for row in range(ROWS)]
    found = scanned(gzip.compress("\n".join(["a,b", *rows]).encode()), name="t.csv.gz")
    assert found.where == "t.csv.gz > t.csv"
    assert seen(found) == {1: IDS[:5].tolist()}


def test_many_numbers_are_kept_as_bits(scanned):
    rows = [f"{row},{3_000_000 + row}" for row in range(ROWS * 3)]
    found = scanned("\n".join(["a,b", *rows]))
    assert {each.form for each in found.possible_ids} == {"bits"}
    assert seen(found) == {1: list(range(3_000_000, 3_000_000 + ROWS * 3))}


def test_numbers_of_a_wide_range_are_listed(scanned):
    ids = np.array([4_000_000_001, 7_999_999_999])
    rows = [f"{row},{5_000_000_000 + row}" for row in range(ROWS)]
    assert len(seen(scanned("\n".join(["a,b", *rows]), ids=[ids]))[1]) == ROWS


def test_more_numbers_than_are_looked_up_are_refused(scanned, monkeypatch):
    monkeypatch.setattr(id_counts, "LIMITS", type(id_counts.LIMITS)(most_bytes=1_000))
    with pytest.raises(UnreadableError):
        scanned("\n".join(["a,b", *(f"{row},{3_000_000 + row}" for row in range(ROWS))]))


def test_ids_that_are_words_are_seen(scanned):
    words = np.unique(np.array([f"NWT{number:05}" for number in range(0, 5_000, 7)] + ["NWT-é1"]))
    cells = " NWT00014  ", '"NWT00014"'
    rows = [f"{row},{cells[row % 2]},rs{row},NWT-é1\r" for row in range(ROWS)]
    found = scanned("\n".join(["a,b,c,d\r", *rows, ""]), ids=[words])
    assert {each.column: each.words().tolist() for each in found.possible_ids} == {
        1: ["NWT00014"],
        3: ["NWT-é1"],
    }


def test_what_is_sought_survives_the_way_to_the_reader():
    words = np.unique(np.array(["A1", "B22", "é"]))
    asked = query_for_ids([IDS, words], seed=2**64 - 1)
    assert from_json(asked.to_json()) == asked


@pytest.mark.parametrize("tail", ["too,few\n", "a,b,c,d\n", 'a,"b,c\n'])
def test_a_table_that_turns_uneven_late_is_refused(scanned, tail):
    with pytest.raises(UnreadableError):
        scanned("\n".join(["name,row,share", *rows_of(ROWS), tail]))


def test_blocks_are_cut_where_no_quote_is_open(scanned, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 10_007)
    rows = [f'"{row}\n{IDS[1]}",{IDS[2]}' for row in range(5_000)]
    assert seen(scanned("\n".join(["a,b", *rows, ""]))) == {0: [IDS[1]], 1: [IDS[2]]}
