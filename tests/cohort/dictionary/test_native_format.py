"""Our own dictionaries, as a table and as YAML, say the same."""

import pytest

from strongroom.cohort.dictionary import Coding, Role, ValueType, read_dictionary, write_dictionary
from strongroom.errors import DictionaryError

TABLE = """column,type,units,coding,precision,role,title,sentinels
eid,integer,,,,id,Participant,
sex,category,,0=Female|1=Male,,quasi_identifier,Sex,
p2443_i0,category,,answer,,sensitive,"Diabetes, told",
cups,integer,cups/day,,1,,Tea,-1|-3
weight,real,kg,,0.1,measurement,Weight,
"""
YAML = """
codings:
  answer: {0: No, 1: Yes}
columns:
  eid: {type: integer, role: id, title: Participant}
  sex: {type: category, role: quasi_identifier, title: Sex, coding: {0: Female, 1: Male}}
  p2443_i0: {type: category, role: sensitive, title: "Diabetes, told", coding: answer}
  cups: {type: integer, units: cups/day, precision: 1, title: Tea, sentinels: [-1, -3]}
  weight: {type: real, units: kg, precision: 0.1, title: Weight}
"""


def written(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [("own.csv", TABLE), ("own.tsv", TABLE.replace('"', "").replace(",", "\t")), ("own.yaml", YAML)],
)
def test_each_kind_of_file_gives_the_columns(tmp_path, name, text):
    if name.endswith("tsv"):
        text = text.replace("Diabetes\t told", "Diabetes, told")
    dictionary = read_dictionary(written(tmp_path, name, text))
    assert list(dictionary.fields) == ["eid", "sex", "p2443_i0", "cups", "weight"]
    assert dictionary.resolve("SEX").coding == Coding("sex", {"0": "Female", "1": "Male"})
    assert dictionary.resolve("2443-0.0").role is Role.SENSITIVE
    assert dictionary.resolve("2443-0.0").title == "Diabetes, told"
    assert dictionary.resolve("2443-1.0") is None
    assert dictionary.resolve("cups").sentinels == (-1.0, -3.0)
    assert dictionary.resolve("cups").role is Role.MEASUREMENT
    assert (dictionary.resolve("weight").type, dictionary.resolve("weight").precision) == (
        ValueType.REAL,
        0.1,
    )


def test_yaml_words_that_look_like_truth_stay_words(tmp_path):
    path = written(tmp_path, "own.yml", YAML)
    assert read_dictionary(path).resolve("p2443_i0").coding.values == {"0": "No", "1": "Yes"}


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    assert read_dictionary(written(tmp_path, "own.csv", "\ufeff" + TABLE)).resolve("eid") is not None


def test_what_is_written_is_read_back(tmp_path):
    dictionary = read_dictionary(written(tmp_path, "own.yaml", YAML))
    write_dictionary(dictionary, tmp_path / "again.yaml")
    assert read_dictionary(tmp_path / "again.yaml") == dictionary


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("a,integr,,,,,,", "type"),
        ("a,,,,,,,", "type"),
        (",integer,,,,,,", "column"),
        ("a,integer,,,,secret,,", "role"),
        ("a,integer,,,fine,,,", "precision"),
        ("a,integer,,,0,,,", "precision"),
        ("a,integer,,,nan,,,", "precision"),
        ("a,integer,,,,,,-1|x", "sentinels"),
        ("a,category,,0=No|0=Yes,,,,", "coding"),
        ("EID,integer,,,,,,", "column"),
        ("2443-0.0,integer,,,,,,", "column"),
        ("a,integer", None),
        ('a,integer,,,,,"open', None),
    ],
)
def test_a_bad_line_is_named_by_row_and_column(tmp_path, line, column):
    path = written(tmp_path, "own.csv", TABLE + line + "\n")
    with pytest.raises(DictionaryError) as caught:
        read_dictionary(path)
    assert (caught.value.file, caught.value.row, caught.value.column) == (str(path), 6, column)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("", None),
        ("columns: {a: {type: integer}", 2),
        ("columns:\n  a: {type: integer}\n  a: {type: real}\n", 3),
        ("columns:\n  a: {type: integer}\n  b: {kind: real, type: real}\n", 3),
        ("columns:\n  a: integer\n", 2),
        ("columns:\n  a: {type: [integer]}\n", 2),
        ("columns:\n  a: {type: category, coding: {0: {1: 2}}}\n", 2),
        ("columns:\n  ? [a, b]\n  : {type: integer}\n", 2),
        ("fields: {}\n", 1),
        ("- a\n", 1),
        ("columns: {}\n", None),
        ("codings: 3\ncolumns:\n  a: {type: integer}\n", 1),
        ("columns:\n  a: {type: category, coding: {0: x}}\n  b: {type: category, coding: a}\n" * 2, 4),
        ("columns: [[[[[[[[[[[[[a]]]]]]]]]]]]]\n", 1),
        ("[" * 3000, None),
    ],
)
def test_bad_yaml_is_named_by_its_line(tmp_path, text, row):
    with pytest.raises(DictionaryError) as caught:
        read_dictionary(written(tmp_path, "own.yaml", text))
    assert row is None or caught.value.row == row


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"a,b,c\n1,2,3\n",
        b"column,type,type\n",
        b"column,type\n",
        b"\xff\xfe\x00",
        b"PK\x03\x04",
        b"column,type\na,te\x00xt\n",
    ],
)
def test_a_file_that_is_no_dictionary_is_refused_clearly(tmp_path, content):
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(DictionaryError):
        read_dictionary(path)


def test_a_missing_file_or_a_folder_is_refused_clearly(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv", tmp_path / "none.yaml"):
        with pytest.raises(DictionaryError):
            read_dictionary(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.csv", "column,type,range\nage,integer,18|99\nbmi,real,\n"),
        ("own.yaml", "columns:\n  age: {type: integer, range: [18, 99]}\n  bmi: {type: real}\n"),
    ],
)
def test_a_range_is_read_and_written(tmp_path, name, text):
    dictionary = read_dictionary(written(tmp_path, name, text))
    assert dictionary.resolve("age").range == (18.0, 99.0)
    assert dictionary.resolve("bmi").range is None
    write_dictionary(dictionary, tmp_path / "again.yaml")
    assert read_dictionary(tmp_path / "again.yaml") == dictionary


@pytest.mark.parametrize("given", ["18", "18, 99", "99|18", "18|x", "1|2|3"])
def test_a_range_is_two_numbers_in_order(tmp_path, given):
    path = written(tmp_path, "own.csv", f'column,type,range\nage,integer,"{given}"\n')
    with pytest.raises(DictionaryError) as caught:
        read_dictionary(path)
    assert (caught.value.row, caught.value.column) == (1, "range")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.csv", "column,type,description\neid,id,Participant\nage,integer,Age\n"),
        ("own.yaml", "columns:\n  eid: {type: id, description: Participant}\n  age: {type: integer}\n"),
    ],
)
def test_an_id_may_be_typed_as_one_and_a_title_called_a_description(tmp_path, name, text):
    field = read_dictionary(written(tmp_path, name, text)).resolve("eid")
    assert (field.type, field.role, field.title) == (ValueType.TEXT, Role.ID, "Participant")


@pytest.mark.parametrize(
    "line", ["{type: id, role: measurement}", "{type: integer, title: Age, description: Age at visit}"]
)
def test_facts_that_contradict_each_other_are_refused(tmp_path, line):
    with pytest.raises(DictionaryError):
        read_dictionary(written(tmp_path, "own.yaml", f"columns:\n  age: {line}\n"))
