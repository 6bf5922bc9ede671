"""UK Biobank's public field list is read as it is published."""

from collections import Counter

import pytest

from strongroom.cohort.dictionary import Role, ValueType, read_dictionary
from strongroom.errors import DictionaryError

HEADER = '"Path","FieldID","Field","ValueType","Units","Coding"\n'


@pytest.fixture(scope="module")
def showcase(shared_data):
    return read_dictionary(shared_data / "ukb_schema" / "Data_Dictionary_Showcase_2024.csv")


def test_all_published_fields_are_read(showcase):
    assert len(showcase.fields) == 8_272
    assert Counter(field.type for field in showcase.fields.values())[ValueType.REAL] == 3_253


def test_a_field_stands_for_all_its_visits_in_every_spelling(showcase):
    found = [showcase.resolve(column) for column in ("21001-2.0", "f.21001.2.0", "p21001_i2", "P21001_I2")]
    assert {(field.name, field.field_id, field.instance) for field in found} == {("p21001_i2", 21001, 2)}
    assert showcase.resolve("p20003_i1_a7").array == 7
    assert showcase.resolve("p9999999_i0") is None
    assert showcase.resolve("something else") is None


@pytest.mark.parametrize(
    ("column", "role"),
    [
        ("33-0.0", Role.DIRECT_IDENTIFIER),
        ("31-0.0", Role.QUASI_IDENTIFIER),
        ("34-0.0", Role.QUASI_IDENTIFIER),
        ("21000-0.0", Role.QUASI_IDENTIFIER),
        ("54-0.0", Role.QUASI_IDENTIFIER),
        ("53-0.0", Role.QUASI_IDENTIFIER),
        ("20075-0.0", Role.QUASI_IDENTIFIER),
        ("40000-0.0", Role.QUASI_IDENTIFIER),
        ("40001-0.0", Role.SENSITIVE),
        ("2050-0.0", Role.SENSITIVE),
        ("20002-0.0", Role.SENSITIVE),
        ("41270-0.0", Role.SENSITIVE),
        ("21001-0.0", Role.MEASUREMENT),
        ("30690-0.0", Role.MEASUREMENT),
        ("4080-0.0", Role.MEASUREMENT),
    ],
)
def test_guessed_roles_follow_the_stated_rules(showcase, column, role):
    assert showcase.resolve(column).role is role


def test_every_text_field_is_taken_for_free_text(showcase):
    assert all(
        field.role is Role.FREE_TEXT for field in showcase.fields.values() if field.type is ValueType.TEXT
    )


def test_codings_come_from_a_folder_when_there_is_one(shared_data):
    schema = shared_data / "ukb_schema"
    folder = schema / "codings" / "ukb_data_codes" / "data_codes"
    known = read_dictionary(schema / "Data_Dictionary_Showcase_2024.csv", codings=folder)
    assert dict(known.resolve("31-0.0").coding.values) == {"0": "Female", "1": "Male"}
    assert known.resolve("1558-0.0").coding.values["-3"] == "Prefer not to answer"


def test_without_a_folder_only_the_coding_number_is_known(showcase):
    assert showcase.resolve("31-0.0").coding.name == "9"
    assert not showcase.resolve("31-0.0").coding.values


def test_codes_of_a_number_are_its_sentinels(tmp_path):
    (tmp_path / "datacode-7.tsv").write_text("coding\tmeaning\n-1\tunknown\n-3\trefused\n")
    path = tmp_path / "showcase.csv"
    path.write_text(HEADER + '"A > B",5,"Cups","Integer","cups/day","7"\n')
    assert read_dictionary(path, codings=tmp_path).resolve("5-1.0").sentinels == (-1.0, -3.0)


def test_the_tab_separated_form_and_quotes_inside_it(tmp_path):
    path = tmp_path / "showcase.tsv"
    path.write_text('Path\tFieldID\tField\tValueType\tUnits\tCoding\nA > B\t5\tCups of "tea"\tInteger\t\t\n')
    assert read_dictionary(path).resolve("5-0.0").title == 'Cups of "tea"'


def test_a_quote_escaped_with_a_backslash_stays_in_its_cell(tmp_path):
    path = tmp_path / "showcase.csv"
    path.write_text(HEADER + '"A > B",5,"Cups of \\"tea\\", daily","Integer","",""\n')
    assert read_dictionary(path).resolve("5-0.0").title == 'Cups of "tea", daily'


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('"A",x,"T","Integer","",""', "FieldID"),
        ('"A",99999999,"T","Integer","",""', "FieldID"),
        ('"A",5,"T","Whole","",""', "ValueType"),
        ('"A",4,"T","Integer","",""', "FieldID"),
        ('"A",5,"T","Integer",""', None),
    ],
)
def test_a_bad_line_is_named_by_row_and_column(tmp_path, line, column):
    path = tmp_path / "showcase.csv"
    path.write_text(HEADER + '"A",4,"T","Integer","",""\n' + line + "\n")
    with pytest.raises(DictionaryError) as caught:
        read_dictionary(path)
    assert (caught.value.file, caught.value.row, caught.value.column) == (str(path), 2, column)
