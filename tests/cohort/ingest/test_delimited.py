"""CSV and TSV, as they really come: what is read is exactly what the file says."""

import gzip
from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.cohort import PARTICIPANT, Cohort, ingest_cohort
from strongroom.cohort.dictionary import read_dictionary
from strongroom.cohort.ingest.delimited import DelimitedSource
from strongroom.cohort.ingest.plan import plan_table
from strongroom.cohort.ingest.record_blocks import split_header, whole_records

KEY = b"d" * 32


def values(taken, column):
    return taken.cohort.participants.read([column]).column(0).to_pylist()


def test_columns_are_typed_by_the_dictionary(take_in):
    taken = take_in(
        "eid,31-0.0,f.21001.0.0,p34_i0,53-0.0,20-0.0,country,smoker\n"
        "1000005,1,27.5,1950,2008-03-04,2008-03-04 10:11:12,A,true\n"
        "1000002,0,,,,,,\n"
    )
    first, second = taken.cohort.participants.read().to_pylist()
    assert first == {
        PARTICIPANT: 0,
        "eid": 1000005,
        "p31_i0": 1,
        "p21001_i0": 27.5,
        "p34_i0": 1950,
        "p53_i0": date(2008, 3, 4),
        "p20_i0": datetime(2008, 3, 4, 10, 11, 12),  # noqa: DTZ001 - stored without a zone
        "country": "A",
        "smoker": True,
    }
    assert [second[name] for name in first if name not in (PARTICIPANT, "eid", "p31_i0")] == [None] * 6
    assert taken.cohort.participants.schema.field(PARTICIPANT).type == pa.uint32()
    assert taken.cohort.participants.schema.field("p31_i0").type == pa.int32()


@pytest.mark.parametrize("header", ["21001-0.0", "f.21001.0.0", "p21001_i0", "P21001_I0", " p21001_i0"])
def test_every_spelling_is_stored_under_one_name(take_in, header):
    assert values(take_in(f"eid,{header}\n1,2.5\n"), "p21001_i0") == [2.5]


def test_whole_numbers_written_with_a_decimal_point_are_whole(take_in):
    """Pandas writes 1950.0 for 1950 as soon as one value is missing."""
    assert values(take_in("eid,p34_i0\n1,1950.0\n2,\n3,1951\n"), "p34_i0") == [1950, None, 1951]


@pytest.mark.parametrize("word", ["", "NA", "NaN", "NULL", "N/A"])
def test_spellings_of_missing(take_in, word):
    assert values(take_in(f"eid,p21001_i0,icd10\n1,{word},{word}\n"), "p21001_i0") == [None]


def test_a_code_may_be_spelled_like_a_missing_value(take_in):
    """The coding says that NA is Namibia; in every other column it is missing."""
    taken = take_in("eid,country,icd10,p34_i0\n1,NA,NA,NA\n2,A,I10,1950\n")
    assert values(taken, "country") == ["NA", "A"]
    assert values(taken, "icd10") == [None, "I10"]
    assert values(taken, "p34_i0") == [None, 1950]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.tsv", b"eid\tnote\n1\ta,b\n2\tc\n"),
        ("p.txt", b"eid\tnote\n1\ta,b\n2\tc\n"),
        ("p.csv.gz", gzip.compress(b'eid,note\n1,"a,b"\n2,c\n', mtime=0)),
        ("P.CSV", b'eid,note\n1,"a,b"\n2,c'),
        ("p.csv", b'\xef\xbb\xbf"eid",note\r\n1,"a,b"\r\n\r\n2,c\r\n'),
    ],
)
def test_the_ways_files_come(take_in, name, content):
    """Delimiters, gzip, byte order mark, Windows line ends, blank lines, no newline at the end."""
    assert values(take_in(content, name=name), "note") == ["a,b", "c"]


def test_newlines_and_quotes_in_values(take_in):
    taken = take_in('eid,note\n1,"one\ntwo ""three"""\n2,four\n')
    assert values(taken, "note") == ['one\ntwo "three"', "four"]


def test_ordinals_count_rows_and_ids_are_kept(take_in):
    taken = take_in("note,eid\nx,1000007\ny,1000003\n")
    assert taken.cohort.ids().tolist() == [1000007, 1000003]
    assert taken.cohort.ordinals().tolist() == [0, 1]


def test_ids_that_are_not_whole_numbers_are_text(take_in):
    """007 is not 7: a leading zero makes all ids text."""
    taken = take_in("eid,note\n12,a\n007,b\nfake3,c\n")
    assert taken.cohort.ids().tolist() == ["12", "007", "fake3"]


def test_small_blocks_give_the_same_rows(tmp_path, dictionary):
    path = tmp_path / "p.csv"
    path.write_text("eid,note\n" + "".join(f'{row},"line\n{row}"\n' for row in range(50)))
    source = DelimitedSource(path, delimiter=b",", gzipped=False, block=40)
    plan = plan_table(source.header(), dictionary=dictionary, id_column="eid", file=path)
    chunks = list(source.chunks(plan))
    assert len(chunks) > 10
    assert [note for chunk in chunks for note in chunk.arrays[1].to_pylist()] == [
        f"line\n{n}" for n in range(50)
    ]
    assert [chunk.first_row for chunk in chunks][:2] == [1, 1 + chunks[0].rows]


@given(
    rows=st.lists(st.text(st.sampled_from('ab,"\n'), max_size=8), min_size=1, max_size=20),
    block=st.integers(1, 40),
)
def test_blocks_are_cut_only_between_records(rows, block):
    """Cut anywhere, a properly quoted file falls into its records whole, in order, and loses no byte."""
    records = [b'"%s"\n' % row.replace('"', '""').encode() for row in rows]
    content = b"".join(records)
    position = 0

    def read(size):
        nonlocal position
        position += size
        return content[position - size : position]

    pieces = list(whole_records(read, block=block))
    assert b"".join(pieces) == content
    ends = {sum(len(record) for record in records[: n + 1]) for n in range(len(records))}
    assert all(sum(len(piece) for piece in pieces[: n + 1]) in ends for n in range(len(pieces)))


def test_the_header_may_hold_a_newline():
    assert split_header(b'a,"b\nc"\n1,2\n') == (b'a,"b\nc"', b"1,2\n")
    assert split_header(b"a,b") == (b"a,b", b"")


def test_a_cohort_shaped_like_uk_biobank_under_its_own_dictionary(tmp_path, shared_data):
    """A gzipped CSV of 20,000 invented people with text ids, described by the public showcase."""
    manifest, report = ingest_cohort(
        "showcase",
        participants=shared_data / "ukb_synth_tofu" / "dev_20000.csv.gz",
        dictionary=read_dictionary(shared_data / "ukb_schema" / "Data_Dictionary_Showcase_2024.csv"),
        id_column="eid",
        into=tmp_path / "cohort",
        key=KEY,
    )
    cohort = Cohort(tmp_path / "cohort", manifest, KEY)
    assert (report.participants, len(report.tables[0].columns)) == (20_000, 71)
    assert cohort.ids()[:2].tolist() == ["fake1", "fake2"]
    first = (
        cohort.participants.read(["p21001_i0", "p4080_i1", "p53_i0", "p6138_i2_a4"]).slice(0, 1).to_pylist()
    )
    assert first == [
        {"p21001_i0": 21.0125, "p4080_i1": 148, "p53_i0": date(1979, 1, 15), "p6138_i2_a4": "1"},
    ]
