"""Event tables: many rows a person, found by id; rows of nobody's are counted and left out."""

import pytest

from strongroom.cohort import PARTICIPANT, TableKind
from strongroom.errors import IngestError

PEOPLE = "eid,p34_i0\n1000007,1950\n1000003,1960\n"


@pytest.fixture
def events(tmp_path):
    def write(text):
        (tmp_path / "e.csv").write_text(text)
        return {"diagnoses": tmp_path / "e.csv"}

    return write


def test_events_refer_to_people_by_ordinal(take_in, events):
    taken = take_in(PEOPLE, events=events("eid,icd10\n1000003,I10\n1000007,E11\n1000003,J45\n"))
    table = taken.cohort.events["diagnoses"].read()
    assert table.to_pydict() == {PARTICIPANT: [1, 0, 1], "icd10": ["I10", "E11", "J45"]}


def test_rows_of_nobody_are_counted_and_left_out(take_in, events):
    taken = take_in(PEOPLE, events=events("eid,icd10\n5,I10\n1000007,E11\nx9,J45\n01000007,J45\n"))
    report = taken.report.tables[1]
    assert (report.rows, report.orphans) == (1, 3)
    assert taken.cohort.events["diagnoses"].read(["icd10"]).to_pydict() == {"icd10": ["E11"]}
    assert taken.cohort.table_description("diagnoses").kind is TableKind.EVENTS


def test_text_ids(take_in, events):
    taken = take_in("eid,note\na1,x\nb2,y\n", events=events("eid,icd10\nb2,I10\nc3,I10\n"))
    assert taken.cohort.events["diagnoses"].read([PARTICIPANT]).column(0).to_pylist() == [1]


def test_an_empty_event_table(take_in, events):
    assert take_in(PEOPLE, events=events("eid,icd10\n")).cohort.events["diagnoses"].num_rows == 0


def test_an_event_without_an_id_is_refused(take_in, events, left_behind):
    with pytest.raises(IngestError, match="id is missing") as caught:
        take_in(PEOPLE, events=events("eid,icd10\n1000003,I10\n,I10\n"))
    assert caught.value.row == 2
    assert left_behind() == [], "the participants' table, already written, goes too"


def test_the_fault_of_an_orphan_still_counts(take_in, events):
    """The file is wrong even where the row would be left out."""
    with pytest.raises(IngestError, match="YYYY-MM-DD"):
        take_in(PEOPLE, events=events("eid,p53_i0\n5,yesterday\n"))


def test_the_report_says_what_is_missing_and_outside_its_coding(take_in):
    report = take_in("eid,31-0.0,country,p34_i0\n1,0,A,\n2,7,Z,\n3,-3,,1950\n").report
    columns = {column.name: column for column in report.tables[0].columns}
    assert (columns["p31_i0"].out_of_coding, columns["p31_i0"].missing) == (1, 0), "-3 is a sentinel"
    assert (columns["country"].out_of_coding, columns["country"].missing) == (1, 1)
    assert (columns["p34_i0"].missing, columns["p34_i0"].source) == (2, "p34_i0")
    plain = report.to_json()
    assert plain["participants"] == 3
    assert plain["tables"][0]["columns"][0] == {
        "name": "p31_i0",
        "source": "31-0.0",
        "type": "category",
        "missing": 0,
        "out_of_coding": 1,
    }


def test_the_manifest_holds_the_dictionary_of_what_is_stored(take_in):
    cohort = take_in("eid,21001-2.0\n1,2.5\n").cohort
    assert list(cohort.dictionary.fields) == ["p21001_i2"]
    assert cohort.manifest.from_json(cohort.manifest.to_json()) == cohort.manifest


def test_no_value_or_name_is_on_the_disk(take_in, events, tmp_path):
    take_in("eid,note\n7654321,telltale value\n", events=events("eid,icd10\n7654321,Q4242\n"))
    for path in (tmp_path / "vault" / "cohort").iterdir():
        content = path.read_bytes()
        for word in (b"telltale", b"Q4242", b"note", b"icd10", b"eid", b"7654321"):
            assert word not in content
