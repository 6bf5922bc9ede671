"""Parquet and Arrow files: the same rules whatever types they bring."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from strongroom.errors import IngestError

IDS = pa.array([1000001, 1000002, 1000003])


def stored(take_in, tmp_path, **columns):
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({"eid": IDS, **columns}), path)
    table = take_in(path).cohort.participants.read()
    return {name: table.column(name).to_pylist() for name in columns}


@pytest.mark.parametrize(
    ("column", "given", "kept"),
    [
        ("p31_i0", pa.array([0.0, 1.0, float("nan")]), [0, 1, None]),
        ("p31_i0", pa.array(["0", " 1", None]), [0, 1, None]),
        ("p31_i0", pa.array([0, 1, 1], pa.uint8()), [0, 1, 1]),
        ("p31_i0", pa.array(["0", "1", "1"]).dictionary_encode(), [0, 1, 1]),
        ("p34_i0", pa.array(["1950.0", "NA", "1951"]), [1950, None, 1951]),
        ("p21001_i0", pa.array([27, 28, None]), [27.0, 28.0, None]),
        ("p21001_i0", pa.array([Decimal("27.5"), None, None]), [27.5, None, None]),
        ("p21001_i0", pa.nulls(3), [None] * 3),
        ("p53_i0", pa.array([datetime(2008, 1, 2, tzinfo=UTC)] * 3), [date(2008, 1, 2)] * 3),
        ("p53_i0", pa.array(["2008-01-02", "", None]), [date(2008, 1, 2), None, None]),
        ("icd10", pa.array([5.0, 6.0, None]), ["5", "6", None]),
        ("icd10", pa.array(["I10", "", "E11"], pa.large_string()), ["I10", None, "E11"]),
        ("smoker", pa.array([1, 0, None]), [True, False, None]),
        ("smoker", pa.array(["TRUE", "false", "1"]), [True, False, True]),
        ("smoker", pa.array([True, False, None]), [True, False, None]),
    ],
)
def test_other_types_become_the_dictionary_s_exactly(take_in, tmp_path, column, given, kept):
    assert stored(take_in, tmp_path, **{column: given}) == {column: kept}


@pytest.mark.parametrize(
    ("column", "given", "row"),
    [
        ("p34_i0", pa.array([1950.0, 1950.5, 1950.0]), 2),
        ("p34_i0", pa.array(["1950", "1950", "x"]), 3),
        ("p34_i0", pa.array([date(2008, 1, 1)] * 3), 1),
        ("p31_i0", pa.array([1, 2, 2**40]), 3),
        ("p53_i0", pa.array([14000, 14001, 14002]), 1),
        ("p53_i0", pa.array([datetime(2008, 1, 2), datetime(2008, 1, 2, 3), None]), 2),  # noqa: DTZ001
        ("p21001_i0", pa.array([1.5, float("inf"), 1.5]), 2),
        ("smoker", pa.array([1, 0, 2]), 3),
        ("icd10", pa.array([[1], [2], [3]]), 1),
        ("icd10", pa.array([b"I10", b"I10", b"I10"]), 1),
    ],
)
def test_what_is_not_exactly_the_dictionary_s_type_is_refused(take_in, tmp_path, column, given, row):
    """A number is not silently read as a date, nor is a fraction cut off."""
    with pytest.raises(IngestError) as caught:
        stored(take_in, tmp_path, **{column: given})
    assert (caught.value.row, caught.value.column) == (row, column)


@pytest.mark.parametrize("suffix", ["arrow", "feather", "ipc"])
def test_arrow_files_and_streams(take_in, tmp_path, suffix):
    table = pa.table({"eid": IDS, "note": ["a", "b", "c"]})
    path = tmp_path / f"p.{suffix}"
    if suffix == "feather":
        pyarrow.feather.write_feather(table, path)
    else:
        new = pyarrow.ipc.new_file if suffix == "arrow" else pyarrow.ipc.new_stream
        with new(path, table.schema) as writer:
            writer.write_table(table)
    taken = take_in(path)
    assert taken.cohort.participants.read(["eid", "note"]).to_pydict() == table.to_pydict()


def test_rows_count_across_batches(take_in, tmp_path):
    path = tmp_path / "p.parquet"
    ids = pa.array(range(70_000))
    years = pa.array([1950.0] * 69_998 + [1950.5, 1950.0])
    pq.write_table(pa.table({"eid": ids, "p34_i0": years}), path, row_group_size=1000)
    with pytest.raises(IngestError) as caught:
        take_in(path)
    assert caught.value.row == 69_999


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
@pytest.mark.parametrize("keep", [2, 6, 0.5, -3])
def test_a_truncated_file(take_in, tmp_path, left_behind, suffix, keep):
    table = pa.table({"eid": IDS, "note": ["a", "b", "c"]})
    path = tmp_path / f"p.{suffix}"
    (pq.write_table if suffix == "parquet" else pyarrow.feather.write_feather)(table, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep) if isinstance(keep, float) else keep])
    with pytest.raises(IngestError, match="damaged, incomplete") as caught:
        take_in(path)
    assert caught.value.file == str(path)
    assert left_behind() == []


@pytest.mark.parametrize("kind", [pa.date32(), pa.binary(), pa.list_(pa.int64())])
def test_ids_of_an_odd_type(take_in, tmp_path, kind):
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({"eid": pa.nulls(2, kind), "note": ["a", "b"]}), path)
    with pytest.raises(IngestError, match="id"):
        take_in(path)


def test_a_table_without_columns(take_in, tmp_path):
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({}), path)
    with pytest.raises(IngestError, match="no id column"):
        take_in(path)
