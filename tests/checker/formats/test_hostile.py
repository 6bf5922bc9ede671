"""Whatever the bytes, reading them does not raise; what is random is never silently nothing."""

import io
import zipfile

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.checker.contents.found import Limits
from strongroom.checker.contents.frames import FrameError, read_artefact
from strongroom.checker.disguises.search_file import read_bytes

NAMES = ["x.csv", "x.tsv", "x.txt", "x.json", "x.ndjson", "x.ipynb", "x.gz", "x.zip", "x.xlsx", "x.parquet"]
NAMES += ["x.feather", "x.png", "x", "x.pdf"]
STARTS = [
    b"",
    b"PAR1",
    b"ARROW1\x00\x00",
    b"\x89PNG\r\n\x1a\n",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b\x08",
    b"{",
]
LIMITS = Limits(unpacked_bytes=10_000_000, members=50)


@settings(max_examples=150, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400), name=st.sampled_from(NAMES))
def test_random_bytes_never_raise(start, rest, name):
    found = list(read_bytes(start + rest, name, limits=LIMITS))
    assert found or not (start + rest) or name


@settings(max_examples=60, deadline=None)
@given(content=st.text(max_size=300), name=st.sampled_from(NAMES))
def test_random_text_never_raises(content, name):
    assert list(read_bytes(content.encode(), name, limits=LIMITS))


@pytest.fixture(scope="module")
def valid():
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("b.csv", "a,b\n1,2\n")
    return sink.getvalue()


@settings(max_examples=100, deadline=None)
@given(place=st.floats(0, 0.999), value=st.integers(0, 255))
def test_an_archive_with_one_changed_byte_never_raises(valid, place, value):
    data = bytearray(valid)
    data[int(place * len(data))] = value
    assert list(read_bytes(bytes(data), "x.zip", limits=LIMITS))


def _stream(opener):
    sink = pa.BufferOutputStream()
    table = pa.table({"a": [1, None], "b": pa.array(["x", "y"]).dictionary_encode(), "c": [[1], None]})
    with opener(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


CHANGES = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4)


def _changed(data, changes):
    changed = bytearray(data)
    for place, value in changes:
        changed[int(place * len(changed))] = value
    return bytes(changed)


@settings(max_examples=200, deadline=None)
@given(changes=CHANGES)
def test_a_damaged_arrow_file_is_checked_before_it_is_believed(changes):
    """Arrow's native code crashed on unchecked offsets once; a crash would end this test run."""
    assert list(read_bytes(_changed(_stream(pa.ipc.new_file), changes), "x.feather", limits=LIMITS))


@settings(max_examples=200, deadline=None)
@given(changes=CHANGES)
def test_a_damaged_answer_of_the_child_is_refused_or_valid(changes):
    body = _changed(_stream(pa.ipc.new_stream), changes)
    try:
        found = read_artefact({"frame": "table", "where": "x"}, body)
    except FrameError:
        return
    found.table.validate(full=True)
