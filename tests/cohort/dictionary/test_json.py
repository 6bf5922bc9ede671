"""A dictionary survives its passage through JSON, and keeps its promises when it is made by hand."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.cohort.dictionary import Coding, Dictionary, Field, Role, ValueType

_words = st.text(max_size=12)
_numbers = st.floats(allow_nan=False, allow_infinity=False)
_columns = st.one_of(
    st.from_regex(r"p[1-9][0-9]{0,5}(_i[0-3](_a[1-9])?)?", fullmatch=True), st.text(min_size=1, max_size=12)
)


@st.composite
def dictionaries(draw):
    codings = [Coding(str(number), draw(st.dictionaries(_words, _words, max_size=4))) for number in range(2)]
    fields = {}
    for name in draw(st.lists(_columns, max_size=8)):
        field = Field.named(
            name,
            draw(st.sampled_from(ValueType)),
            draw(st.sampled_from(Role)),
            title=draw(_words),
            units=draw(_words),
            coding=draw(st.sampled_from([None, *codings])),
            precision=draw(st.none() | st.floats(min_value=1e-6, max_value=1e6)),
            sentinels=tuple(draw(st.lists(_numbers, max_size=3))),
            range=draw(st.none() | st.tuples(_numbers, _numbers)),
        )
        try:
            Dictionary.of([*fields.values(), field])
        except ValueError:
            continue
        fields[name] = field
    return Dictionary(fields)


@given(dictionaries())
def test_json_gives_back_the_same_dictionary(dictionary):
    assert Dictionary.from_json(json.loads(json.dumps(dictionary.to_json()))) == dictionary


@given(dictionaries())
def test_every_field_is_found_by_its_own_name(dictionary):
    assert all(dictionary.resolve(name) == field for name, field in dictionary.fields.items())


def test_a_coding_used_by_many_fields_is_written_once():
    coding = Coding("answer", {"0": "No", "1": "Yes"})
    fields = [
        Field.named(f"p{number}_i0", ValueType.CATEGORY, Role.SENSITIVE, coding=coding)
        for number in (1, 2, 3)
    ]
    plain = Dictionary.of(fields).to_json()
    assert plain["codings"] == {"answer": {"0": "No", "1": "Yes"}}
    assert [field["coding"] for field in plain["fields"]] == ["answer"] * 3


def test_a_column_cannot_be_described_twice_in_two_spellings():
    field = Field.named("p31_i0", ValueType.CATEGORY, Role.QUASI_IDENTIFIER)
    with pytest.raises(ValueError, match="one column"):
        Dictionary.of([field, replace(field, name="31-0.0")])
    with pytest.raises(ValueError, match="one name"):
        Dictionary.of([field, field])


def test_two_codings_cannot_have_one_name():
    fields = [
        Field.named(f"p{n}", ValueType.CATEGORY, Role.SENSITIVE, coding=Coding("c", {"0": str(n)}))
        for n in (1, 2)
    ]
    with pytest.raises(ValueError, match="two codings"):
        Dictionary.of(fields)


def test_a_column_described_apart_wins_over_its_whole_field():
    whole = Field.named("p50", ValueType.REAL, Role.MEASUREMENT, title="every visit")
    apart = Field.named("p50_i1", ValueType.REAL, Role.MEASUREMENT, title="second visit")
    dictionary = Dictionary.of([whole, apart])
    assert [dictionary.resolve(f"50-{visit}.0").title for visit in (0, 1, 2)] == [
        "every visit",
        "second visit",
        "every visit",
    ]


def test_a_subset_holds_the_asked_columns_and_refuses_unknown_ones():
    dictionary = Dictionary.of(
        [Field.named("p50", ValueType.REAL, Role.MEASUREMENT), Field.named("eid", ValueType.INTEGER, Role.ID)]
    )
    assert list(dictionary.subset(["50-1.0", "EID"]).fields) == ["p50_i1", "eid"]
    with pytest.raises(KeyError, match="nobody"):
        dictionary.subset(["nobody"])
