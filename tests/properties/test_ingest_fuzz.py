"""Whatever bytes are handed in, ingest stores a readable cohort, or refuses and leaves nothing behind."""

import csv
import gzip
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.cohort import Cohort, ingest_cohort
from strongroom.cohort.dictionary import Coding, Dictionary, Field, Role, ValueType
from strongroom.errors import IngestError

KEY = b"f" * 32
DICTIONARY = Dictionary.of(
    [
        Field.named(
            "p31_i0", ValueType.CATEGORY, Role.QUASI_IDENTIFIER, coding=Coding("s", {"0": "F", "1": "M"})
        ),
        Field.named("bmi", ValueType.REAL, Role.MEASUREMENT),
        Field.named("born", ValueType.INTEGER, Role.MEASUREMENT),
        Field.named("seen", ValueType.DATE, Role.MEASUREMENT),
        Field.named("at", ValueType.DATETIME, Role.MEASUREMENT),
        Field.named("smoker", ValueType.BOOLEAN, Role.MEASUREMENT),
        Field.named("note", ValueType.TEXT, Role.FREE_TEXT),
    ]
)
ROWS = 12
VALID = pa.table(
    {
        "eid": pa.array(range(1_000_000, 1_000_000 + ROWS)),
        "p31_i0": pa.array([0, 1] * (ROWS // 2)),
        "bmi": pa.array([27.5, None] * (ROWS // 2)),
        "born": pa.array([1950] * ROWS),
        "seen": pa.array(["2008-01-02"] * ROWS),
        "at": pa.array(["2008-01-02 03:04:05"] * ROWS),
        "smoker": pa.array([True, False] * (ROWS // 2)),
        "note": pa.array(['said "no"', "a, b", "line\nline"] * (ROWS // 3)),
    }
)
KINDS = ("csv", "tsv", "csv.gz", "parquet", "arrow")


def _written(kind: str) -> bytes:
    if kind == "parquet":
        sink = io.BytesIO()
        pq.write_table(VALID, sink)
        return sink.getvalue()
    if kind == "arrow":
        sink = io.BytesIO()
        pyarrow.feather.write_feather(VALID, sink)
        return sink.getvalue()
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t" if kind == "tsv" else ",")
    writer.writerow(VALID.column_names)
    writer.writerows(row.values() for row in VALID.to_pylist())
    content = text.getvalue().encode()
    return gzip.compress(content, mtime=0) if kind.endswith(".gz") else content


FILES = {kind: _written(kind) for kind in KINDS}


def take_in(content: bytes, kind: str) -> Cohort | None:
    """Take a participants' file in; None if it was refused, and then nothing may be left."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, into = folder / f"p.{kind}", folder / "vault" / "cohort"
        source.write_bytes(content)
        refused = None
        try:
            manifest, report = ingest_cohort(
                "fuzz", participants=source, dictionary=DICTIONARY, id_column="eid", into=into, key=KEY
            )
        except IngestError as refusal:
            refused = refusal
        if refused is not None:
            assert refused.file == str(source)
            assert list((folder / "vault").glob("**/*")) == []
            return None
        cohort = Cohort(into, manifest, KEY)
        rows = cohort.participants.read().num_rows
        assert rows == manifest.participants == report.participants > 0
        assert sorted(path.name for path in into.iterdir()) == ["participants.parquet"]
        assert [path.name for path in (folder / "vault").iterdir()] == ["cohort"]
        return cohort


def take_in_with_genotypes(folder: Path) -> None:
    try:
        ingest_cohort(
            "fuzz",
            participants=folder / "g.csv",
            dictionary=DICTIONARY,
            id_column="eid",
            into=folder / "vault" / "cohort",
            key=KEY,
            genotypes=folder / "g",
        )
    except IngestError:
        assert list((folder / "vault").glob("**/*")) == []


CELLS = (
    st.text(max_size=6)
    | st.sampled_from(
        ["", "0", "1.0", "NaN", "inf", "-0", "1e999", "2008-01-02", "9999-12-31", "true", '"', '""']
    )
    | st.integers().map(str)
    | st.floats().map(str)
    | st.dates().map(str)
    | st.datetimes().map(str)
)
COLUMNS = st.one_of(
    st.lists(st.none() | values, min_size=1, max_size=ROWS).map(pa.array)
    for values in (
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        st.text(st.characters(codec="utf-8"), max_size=8),
        st.binary(max_size=8),
        st.dates(),
        st.booleans(),
        st.decimals(-1000, 1000, places=3),
        st.lists(st.integers(0, 5), max_size=2),
    )
)

PIECES = st.binary(max_size=12) | st.sampled_from([b'"', b",", b"\n", b"\0", b"\xff"])


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, str]:
    """Return a valid file after a few edits: bytes changed, cut, put in, doubled, or its end cut off."""
    kind = draw(st.sampled_from(KINDS))
    content = bytearray(FILES[kind])
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        stop = min(len(content), start + draw(st.integers(0, 12)))
        edit = draw(st.sampled_from(["replace", "cut", "double", "end", "flip"]))
        if edit == "replace":
            content[start:stop] = draw(PIECES)
        elif edit == "cut":
            del content[start:stop]
        elif edit == "double":
            content[start:start] = content[start:stop]
        elif edit == "end":
            del content[start:]
        elif start < len(content):
            content[start] ^= 1 << draw(st.integers(0, 7))
    return bytes(content), kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_undamaged_files_are_taken_in(kind):
    cohort = take_in(FILES[kind], kind)
    assert cohort is not None
    assert cohort.manifest.participants == ROWS


@settings(max_examples=250, deadline=None)
@given(damaged())
def test_damaged_files(file):
    take_in(*file)


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(KINDS))
def test_any_bytes(content, kind):
    take_in(content, kind)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.sampled_from([*VALID.column_names, "x", "", "_participant", "EID"]), min_size=1, max_size=6),
    st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_cells(header, rows, newline):
    text = newline.join(
        ",".join(row) for row in [["eid", *header], *([str(n), *row] for n, row in enumerate(rows))]
    )
    take_in(text.encode("utf-8", "surrogatepass"), "csv")


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(VALID.column_names), COLUMNS)
def test_any_column_of_a_parquet_file(name, column):
    """Types and values that pass through Arrow, but not as the dictionary says."""
    sink = io.BytesIO()
    kept = {other: VALID.column(other).slice(0, len(column)) for other in VALID.column_names if other != name}
    pq.write_table(pa.table({**kept, name: column}), sink)
    take_in(sink.getvalue(), "parquet")


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["bed", "bim", "fam"]), st.binary(max_size=60), st.integers(0, 60), st.integers(0, 20))
def test_damaged_genotypes(suffix, piece, start, length):
    files = {
        "bed": b"\x6c\x1b\x01" + bytes(range(9)),
        "bim": b"".join(b"1 rs%d 0 %d A G\n" % (n, n) for n in range(3)),
        "fam": b"".join(b"F %d 0 0 1 -9\n" % (1_000_000 + n) for n in range(ROWS)),
    }
    files[suffix] = files[suffix][:start] + piece + files[suffix][start + length :]
    with tempfile.TemporaryDirectory() as name:
        for each, content in (*files.items(), ("csv", FILES["csv"])):
            (Path(name) / f"g.{each}").write_bytes(content)
        take_in_with_genotypes(Path(name))
