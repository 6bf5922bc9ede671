"""Dummy tables have a view's structure and invented values."""

import pyarrow as pa
import pytest

from strongroom.cohort.dictionary import Coding, Dictionary, Field, Role, ValueType
from strongroom.cohort.model import TableKind
from strongroom.disclosure.dummy import DummyTable, dummy_tables

DICTIONARY = Dictionary.of(
    [
        Field(
            "sex",
            ValueType.CATEGORY,
            Role.QUASI_IDENTIFIER,
            coding=Coding("s", {"0": "F", "1": "M"}),
        ),
        Field("bmi", ValueType.REAL, Role.MEASUREMENT, precision=0.1, sentinels=(-1.0, -3.0)),
        Field("visits", ValueType.INTEGER, Role.MEASUREMENT),
        Field("code", ValueType.CATEGORY, Role.SENSITIVE, coding=Coding("icd", {"I21": "x", "E11": "y"})),
    ]
)
TABLES = {
    "participants": DummyTable(
        TableKind.PARTICIPANTS,
        pa.schema(
            [
                ("sex", pa.int8()),
                ("bmi", pa.float64()),
                ("visits", pa.int16()),
                ("born", pa.date32()),
                ("alive", pa.bool_()),
                ("note", pa.string()),
            ]
        ),
    ),
    "hospital": DummyTable(TableKind.EVENTS, pa.schema([("code", pa.string()), ("date", pa.date32())])),
    "genotypes": DummyTable(TableKind.GENOTYPES, pa.schema([("rs1", pa.int8())])),
}


@pytest.fixture(scope="module")
def made():
    return dummy_tables(TABLES, DICTIONARY, id_column="eid", people=500)


def test_tables_have_the_types_of_the_view(made):
    for name, table in TABLES.items():
        assert made[name].schema.names[0] == "eid"
        assert [each.type for each in made[name].schema][1:] == [each.type for each in table.schema]


def test_tables_join_and_events_repeat_people(made):
    people = made["participants"]["eid"].to_pylist()
    assert len(set(people)) == len(people) == 500
    assert set(made["hospital"]["eid"].to_pylist()) <= set(people)
    assert made["hospital"].num_rows > len(people)


def test_values_are_of_the_dictionary(made):
    people = made["participants"].to_pydict()
    assert set(people["sex"]) == {0, 1, None}
    assert set(made["hospital"]["code"].to_pylist()) == {"I21", "E11", None}
    known = [value for value in people["bmi"] if value is not None]
    assert {-1.0, -3.0} & set(known)
    assert all(round(value, 1) == value for value in known)
    assert set(made["genotypes"]["rs1"].to_pylist()) == {0, 1, 2}


def test_every_table_says_what_it_is(made):
    assert all(b"dummy" in table.schema.metadata[b"strongroom"] for table in made.values())


def test_the_same_arguments_give_the_same_tables(made):
    again = dummy_tables(TABLES, DICTIONARY, id_column="eid", people=500)
    assert all(again[name].equals(table) for name, table in made.items())
    other = dummy_tables(TABLES, DICTIONARY, id_column="eid", people=500, seed=1)
    assert not other["participants"].equals(made["participants"])


def test_there_is_at_most_one_death_a_person():
    deaths = {"death": DummyTable(TableKind.EVENTS, pa.schema([("date_of_death", pa.date32())]))}
    found = dummy_tables(deaths, DICTIONARY, id_column="eid", people=11)["death"]["eid"].to_pylist()
    assert len(found) == len(set(found)) == 6
    assert dummy_tables(deaths, DICTIONARY, id_column="eid", people=1)["death"].num_rows == 1


def test_rows_of_a_person_are_numbered_so_that_event_tables_join_by_them():
    numbers = DummyTable(TableKind.EVENTS, pa.schema([("ins_index", pa.int16()), ("level", pa.int8())]))
    found = dummy_tables({"a": numbers, "b": numbers}, DICTIONARY, id_column="eid", people=50)
    for table in found.values():
        rows = table.select(["eid", "ins_index"]).to_pylist()
        assert len({(row["eid"], row["ins_index"]) for row in rows}) == 150
        assert all(
            row["ins_index"] == 0 or {**row, "ins_index": row["ins_index"] - 1} in rows for row in rows
        )
    joined = found["a"].join(found["b"], ["eid", "ins_index"], join_type="inner", right_suffix="_b")
    assert joined.num_rows > 75
