"""Bad files: one clear error with file, row and column that quotes no value, and nothing left on disk."""

import gzip

import pytest

from strongroom.errors import AlreadyExistsError, IngestError, UsageError

GOOD = "".join(f"{1000000 + n},{n % 2},1950\n" for n in range(50))
HEADER = "eid,31-0.0,p34_i0\n"


@pytest.mark.parametrize(
    ("content", "row", "column", "says"),
    [
        (HEADER + GOOD + "1,1\n" + "2,1,1950\n", 51, None, "2 cells where the header has 3"),
        (HEADER + GOOD + "1,1,1950,7\n", 51, None, "4 cells"),
        (HEADER + GOOD + "1,secret,1950\n2,1,secret\n", 51, "31-0.0", "not a whole number"),
        (HEADER + GOOD + "1,1,1950.5\n", 51, "p34_i0", "not a whole number"),
        ("eid,p21001_i0\n1,2.5\n2,inf\n", 2, "p21001_i0", "finite"),
        ("eid,p53_i0\n1,2008-01-01\n2,2008-13-01\n", 2, "p53_i0", "YYYY-MM-DD"),
        ("eid,p53_i0\n1,04/03/2008\n", 1, "p53_i0", "YYYY-MM-DD"),
        ("eid,p20_i0\n1,secret\n", 1, "p20_i0", "date and time"),
        ("eid,smoker\n1,true\n2,secret\n", 2, "smoker", "true or false"),
        (b"eid,note\n1,ok\n2,caf\xe9\n", 2, "note", "not UTF-8"),
        (b"eid,p34_i0\n1,1950\n2,caf\xe9\n", 2, "p34_i0", "not UTF-8"),
        (b"eid,note\n1,ok\n2,a\0b\n", 2, "note", "NUL"),
        (b"eid,not\0e\n1,ok\n", 0, None, "NUL"),
        (b"eid,caf\xe9\n1,ok\n", 0, None, "UTF-8"),
        ("eid,note\n1,ok\n".encode("utf-16"), 0, None, "UTF-16"),
        (HEADER + GOOD + ",1,1950\n", 51, "eid", "id is missing"),
        (HEADER + GOOD + "NA,1,1950\n", 51, "eid", "id is missing"),
        (HEADER + GOOD + "1000004,1,1950\n", 51, "eid", "repeats the id of row 5"),
        ("eid,note\na,x\nb,x\na,x\n", 3, "eid", "repeats the id of row 1"),
        ("id,31-0.0\n1,1\n", 0, None, "no id column 'eid'"),
        ("eid,31-0.0,31-0.0\n1,1,1\n", 0, "31-0.0", "twice"),
        ("eid,31-0.0,f.31.0.0\n1,1,1\n", 0, "f.31.0.0", "twice"),
        ("eid,_participant\n1,1\n", 0, "_participant", "reserved"),
        ("eid,colour,31-0.0,shoe\n1,1,1,1\n", 0, "colour", "2 columns .*: colour, shoe"),
        ("\neid,31-0.0\n1,1\n", 0, None, "empty line"),
        (HEADER, None, None, "no participants"),
        ("eid", None, None, "no participants"),
        ("", None, None, "is empty"),
        ('eid,note\n1,x\n2,"a\n3,b\n', 2, None, "quoted value is not closed"),
    ],
)
def test_the_place_is_named(take_in, content, row, column, says):
    with pytest.raises(IngestError, match=says) as caught:
        take_in(content)
    assert caught.value.file.endswith("p.csv")
    assert caught.value.row == row
    assert caught.value.column == column
    assert "secret" not in str(caught.value), "a message may be read by anyone"


def test_a_refusal_leaves_nothing_behind(take_in, left_behind):
    with pytest.raises(IngestError):
        take_in(HEADER + GOOD + "1,secret,1950\n")
    assert left_behind() == []


def test_the_first_of_several_faults_is_named(take_in):
    with pytest.raises(IngestError) as caught:
        take_in("eid,p53_i0,p34_i0\n1,2008-01-01,1950\n2,2008-01-01,x\n3,y,1950\n")
    assert (caught.value.row, caught.value.column) == (2, "p34_i0")


@pytest.mark.parametrize("keep", [5, 30, -8])
def test_a_truncated_gzip_file(take_in, left_behind, keep):
    with pytest.raises(IngestError, match="incomplete gzip file"):
        take_in(gzip.compress((HEADER + GOOD).encode())[:keep], name="p.csv.gz")
    assert left_behind() == []


def test_text_that_only_claims_to_be_gzip(take_in):
    with pytest.raises(IngestError, match="incomplete gzip file"):
        take_in(HEADER + GOOD, name="p.csv.gz")


@pytest.mark.parametrize("name", ["p.xlsx", "p", "p.parquet.gz", "p.csv.zip"])
def test_unsupported_file_types(take_in, name):
    with pytest.raises(IngestError, match="not a supported file type") as caught:
        take_in(HEADER, name=name)
    assert "CSV" in caught.value.hint


def test_a_missing_file(take_in, tmp_path):
    with pytest.raises(IngestError, match="cannot be opened"):
        take_in(tmp_path / "gone.csv")


def test_an_existing_directory_is_not_touched(take_in, tmp_path):
    (tmp_path / "here").mkdir()
    with pytest.raises(AlreadyExistsError):
        take_in(HEADER + GOOD, into=tmp_path / "here")


@pytest.mark.parametrize("name", ["participants", "genotypes", "Has Space", "../up"])
def test_event_tables_need_a_name_of_their_own(take_in, tmp_path, name):
    with pytest.raises(UsageError):
        take_in(HEADER + GOOD, events={name: tmp_path / "p.csv"})


def test_an_interruption_leaves_nothing(take_in, left_behind):
    """Ctrl-C in the middle, wherever it falls."""
    from contextlib import contextmanager

    @contextmanager
    def interrupting(_title, _total=None):
        def advance(_done):
            raise KeyboardInterrupt

        yield advance

    with pytest.raises(KeyboardInterrupt):
        take_in(HEADER + GOOD, progress=interrupting)
    assert left_behind() == []
