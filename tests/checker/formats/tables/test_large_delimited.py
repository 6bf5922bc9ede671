"""Large tables are read in blocks, and the blocks say what the whole would have said."""

import bz2
import gzip
import hashlib
import lzma
import os

import numpy as np
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.contents.found import Limits, ProblemKind
from strongroom.checker.formats.part import Part, UnreadableError
from strongroom.checker.formats.registry import BUILT_IN
from strongroom.checker.formats.streams import blocks, gz
from strongroom.checker.formats.tables import delimited, large_delimited


@pytest.fixture
def small(monkeypatch):
    """Have tables of any size streamed, in small blocks."""
    monkeypatch.setattr(large_delimited, "STREAMED_BYTES", 1)
    monkeypatch.setattr(large_delimited, "STREAMED_GZIP_BYTES", 1)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 1_000)
    monkeypatch.setattr(blocks, "LIMITS", type(blocks.LIMITS)(longest_line=4_000))


@pytest.fixture
def opened(small, tmp_path):
    """Open bytes as a streamed table."""
    files = []

    def open_bytes(data, name="t.csv", limits=None):
        path = tmp_path / name
        path.write_bytes(data)
        file = os.open(path, os.O_RDONLY)
        files.append(file)
        part = Part(b"", name, name)
        return large_delimited.open_table(file, len(data), part, BUILT_IN.context(limits or Limits()))

    yield open_bytes
    for file in files:
        os.close(file)


def rows_of(table):
    """Return all cells of a streamed table, as text."""
    batches = [batch.table for batch in table]
    return [tuple(map(str, row.values())) for batch in batches for row in batch.to_pylist()]


def text_of(rows):
    return ("chr,pos,p,allele\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)).encode()


PACKED = {".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstandard.compress}
ROWS = [(1, 1_000_000 + 37 * number, round(number * 0.013, 3), "ACGT"[number % 4]) for number in range(900)]


@pytest.mark.parametrize(("ending", "pack"), PACKED.items())
def test_a_packed_table_is_read_as_it_unpacks_and_hashed_as_it_is(opened, ending, pack):
    data = pack(text_of(ROWS[:400])) + pack(text_of(ROWS)[len(text_of(ROWS[:400])) :])
    table = opened(data, f"t.csv{ending}")
    assert rows_of(table) == [tuple(map(str, row)) for row in ROWS]
    assert table.blocks.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(("ending", "pack"), PACKED.items())
@pytest.mark.parametrize("harm", [lambda data: data[:-9], lambda data: data + b"more bytes"])
def test_a_packed_table_that_is_damaged_is_refused(opened, ending, pack, harm):
    with pytest.raises(UnreadableError):
        list(opened(harm(pack(text_of(ROWS * 30))), f"t.csv{ending}"))


@pytest.mark.parametrize(("ending", "pack"), PACKED.items())
def test_a_packed_table_unpacks_to_no_more_than_the_limit(opened, ending, pack):
    with pytest.raises(UnreadableError) as refused:
        list(opened(pack(text_of(ROWS * 200)), f"t.csv{ending}", Limits(ratio=1)))
    assert refused.value.kind is ProblemKind.TOO_LARGE


@pytest.mark.parametrize(
    "data", [b"\x50\x2a\x4d\x18" + b"\0" * 90, lzma.compress(b"a,b\n1,2\n", lzma.FORMAT_ALONE)]
)
def test_what_is_packed_in_no_usual_way_is_read_whole(opened, data):
    assert opened(data, "t.csv.zst") is None
    assert opened(data, "t.csv.lzma") is None


def test_a_table_in_blocks_is_the_table_as_a_whole(opened):
    data = text_of(ROWS)
    table = opened(data)
    whole = delimited.parse(data).table
    assert rows_of(table) == [tuple(map(str, row.values())) for row in whole.to_pylist()]
    assert table.type == "text/csv"
    assert table.blocks.sha256 == hashlib.sha256(data).hexdigest()
    assert table.blocks.size == len(data)


def test_a_last_line_without_its_end_is_read(opened):
    assert len(rows_of(opened(text_of(ROWS)[:-1]))) == len(ROWS)


@pytest.mark.parametrize("parts", [1, 40])
def test_gzip_of_one_or_many_members_is_unpacked_on_the_way(opened, parts):
    data = text_of(ROWS)
    size = -(-len(data) // parts)
    packed = b"".join(gzip.compress(data[at : at + size], mtime=0) for at in range(0, len(data), size))
    table = opened(packed, "t.csv.gz")
    assert len(rows_of(table)) == len(ROWS)
    assert table.type == "application/gzip"
    assert table.blocks.sha256 == hashlib.sha256(packed).hexdigest()


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda packed: packed[:-20], ProblemKind.UNREADABLE),
        (lambda packed: packed + b"hidden", ProblemKind.TRAILING_BYTES),
        (lambda packed: packed + packed[:-6] + b"\xff" + packed[-5:], ProblemKind.UNREADABLE),
    ],
    ids=["cut", "trailing", "checksum"],
)
def test_damaged_gzip_is_refused(opened, spoil, kind):
    with pytest.raises(UnreadableError) as refused:
        rows_of(opened(spoil(gzip.compress(text_of(ROWS))), "t.csv.gz"))
    assert refused.value.kind is kind


def test_a_bomb_is_refused_before_it_has_unpacked(opened):
    bomb = gzip.compress(b"a,b\n" + b"1,2\n" * 3_000_000)
    with pytest.raises(UnreadableError) as refused:
        for _ in opened(bomb, "t.csv.gz", Limits(ratio=20)):
            pass
    assert refused.value.kind is ProblemKind.TOO_LARGE


def test_a_type_is_widened_when_a_later_block_needs_it(opened):
    rows = [[number, number, ""] for number in range(600)]
    rows[300][0], rows[400][1], rows[500][2] = 0.5, "none", 7
    batches = [batch.table for batch in opened(text_of([[*row, "x"] for row in rows]))]
    assert batches[0].schema.types[:3] == [pa.int64(), pa.int64(), pa.null()]
    assert batches[-1].schema.types[:3] == [pa.float64(), pa.string(), pa.int64()]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"1,2\n", ProblemKind.UNREADABLE),
        (b"1,2,3,4,5\n", ProblemKind.UNREADABLE),
        (b"1,2,0.5,\x00\n", ProblemKind.UNREADABLE),
        (b"1,2,0.5,\xff\xfe\n", ProblemKind.UNREADABLE),
        (b"1,2,0.5,\xed\xa0\x80\n", ProblemKind.UNREADABLE),
        (b"1,2,0.5," + b"A" * 9_000 + b"\n", ProblemKind.TOO_LARGE),
    ],
    ids=["short", "long", "nul", "not utf-8", "surrogate", "endless"],
)
def test_a_bad_line_far_down_is_a_problem(opened, line, kind):
    data = text_of(ROWS)
    middle = data.index(b"\n", 9_000) + 1
    with pytest.raises(UnreadableError) as refused:
        rows_of(opened(data[:middle] + line + data[middle:]))
    assert refused.value.kind is kind


def test_cells_that_hold_lines_are_not_cut(opened):
    rows = [(number, f'"first, {"x" * (number % 50)}\nsecond ""{number}"""') for number in range(400)]
    data = "".join(f"{number},{text}\n" for number, text in [("n", "note"), *rows]).encode()
    whole = delimited.parse(data).table
    assert rows_of(opened(data)) == [tuple(map(str, row.values())) for row in whole.to_pylist()]


def test_columns_parted_by_runs_of_spaces_are_read(opened):
    lines = [
        f"  {1:>4} {1_000_000 + number:>12}   rs{number}  {number / 1_000:.3f} \n" for number in range(500)
    ]
    data = f"   CHR     BP   SNP    P\n{''.join(lines)}".encode()
    table = opened(data, "t.assoc")
    read = pa.concat_tables([batch.table for batch in table])
    assert read.column_names == ["CHR", "BP", "SNP", "P"]
    assert read.column("BP").to_pylist() == [1_000_000 + number for number in range(500)]
    assert read.schema.types == [pa.int64(), pa.int64(), pa.string(), pa.float64()]


def test_names_may_stand_twice(opened):
    data = b"a,a,b\n" + b"1,2.5,x\n" * 400
    read = [batch.table for batch in opened(data)]
    assert read[0].column_names == read[-1].column_names == ["a", "a", "b"]
    assert read[-1].column(1).to_pylist()[-1] == 2.5


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"words and more words\nand fewer words\n" * 200, "t.txt"),
        (b'{"a": 1}\n' * 500, "t.json"),
        (b"\x89PNG\r\n\x1a\n" + bytes(3_000), "t.csv"),
        (b"1000001\n" * 500, "t.csv"),
        (b"a,b\n1,2\n" * 500, "t.pdf"),
        (gzip.compress(b"%PDF-1.7 " + os.urandom(2_000)), "t.pdf.gz"),
    ],
    ids=["prose", "json", "png", "one column", "a false name", "a packed pdf"],
)
def test_what_is_no_table_is_read_whole(opened, data, name):
    assert opened(data, name) is None


@given(st.lists(st.text('ab",\n', max_size=30).map(str.encode), max_size=30))
def test_a_block_ends_with_a_line_and_outside_quotes(pieces):
    data = bytearray(b"\n".join(pieces))
    cut = blocks.last_line_end(data, 0, len(data))
    assert data[:cut].endswith(b"\n") or cut == 0
    assert data[:cut].count(b'"') % 2 == 0


@given(st.lists(st.binary(max_size=200), max_size=8), st.integers(1, 50), st.integers(1, 80))
def test_inflating_in_steps_is_inflating_at_once(members, fed, most):
    packed = b"".join(gzip.compress(member) for member in members)
    source = iter([packed[at : at + fed] for at in range(0, len(packed), fed)])
    inflater = gz.Inflater(lambda: next(source, b""), 1 << 20)
    pieces = []
    while piece := inflater.unpack(most):
        assert len(piece) <= most
        pieces.append(piece)
    assert b"".join(pieces) == b"".join(members)
    assert inflater.left == 0


def test_numbers_with_leading_zeros_keep_their_spelling_for_the_copy(opened):
    table = opened(b"code,n\n" + b"".join(b"%03d,%d\n" % (n, n) for n in range(400)))
    seen = []
    for batch in table:
        assert batch.table.schema.types == [pa.int64(), pa.int64()]
        [codes] = table.spellings([0])
        seen += codes.to_pylist()
    assert seen == [f"{number:03}" for number in range(400)]
    assert np.all(np.char.str_len(seen) == 3)
