"""One dummy column: every code, missing values where people have none, and the stored type."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.cohort.dictionary import Coding, Field, Role, ValueType
from strongroom.cohort.model import TableKind
from strongroom.disclosure.dummy.columns import DummyColumn

SMOKING = Coding("smoking", {"0": "Never", "1": "Former", "2": "Current", "-3": "Declined"})


def values(stored, field=None, *, kind=TableKind.PARTICIPANTS, rows=1_000, nullable=True):
    column = DummyColumn(pa.field(*stored, nullable=nullable), field, kind)
    made = column.values(rows, np.random.default_rng(3))
    assert (made.type, len(made)) == (stored[1], rows)
    return made.to_pylist()


def coded(name, coding, kind=ValueType.CATEGORY, **facts):
    return Field.named(name, kind, Role.MEASUREMENT, coding=coding, **facts)


def test_every_code_occurs_in_equal_shares_and_special_ones_seldom():
    found = values(("p20116_i0", pa.int8()), coded("p20116_i0", SMOKING))
    counts = {code: found.count(code) for code in (0, 1, 2, -3)}
    assert 0 < counts[-3] < 40
    assert max(counts[code] for code in (0, 1, 2)) - min(counts[code] for code in (0, 1, 2)) <= 1
    assert set(values(("x", pa.int8()), coded("x", SMOKING), rows=12)) == {0, 1, 2, -3, None}


def test_a_coding_of_special_values_alone_is_drawn_from():
    assert set(values(("x", pa.int8()), coded("x", Coding("none", {"-1": "No", "-7": "None"})))) == {
        -1,
        -7,
        None,
    }


def test_a_coded_column_without_known_rows_is_empty():
    assert values(("x", pa.int8()), coded("x", SMOKING), rows=0) == []


def test_the_coding_of_a_number_has_its_special_values():
    coding = Coding("special", {"-1": "Not known", "-10": "Less than one", "text": "not a number"})
    found = values(("p1", pa.int16()), coded("p1", coding, ValueType.INTEGER, range=(0.0, 5.0)))
    assert set(found) == {0, 1, 2, 3, 4, 5, -1, -10, None}


@pytest.mark.parametrize(
    ("name", "field", "kind", "share"),
    [
        ("p50_i0", Field.named("p50_i0", ValueType.REAL, Role.MEASUREMENT), TableKind.PARTICIPANTS, 0.1),
        ("p50_i2", Field.named("p50_i2", ValueType.REAL, Role.MEASUREMENT), TableKind.PARTICIPANTS, 0.5),
        (
            "p50_i0_a3",
            Field.named("p50_i0_a3", ValueType.REAL, Role.MEASUREMENT),
            TableKind.PARTICIPANTS,
            0.5,
        ),
        ("age_at_death", None, TableKind.PARTICIPANTS, 0.5),
        ("age_at_death", None, TableKind.EVENTS, 0.1),
    ],
)
def test_repeats_and_deaths_are_often_missing(name, field, kind, share):
    found = values((name, pa.float64()), field, kind=kind, rows=4_000)
    assert found.count(None) / 4_000 == pytest.approx(share, abs=0.03)


def test_a_column_that_cannot_be_missing_is_complete():
    assert None not in values(("alive", pa.bool_()), nullable=False)


def test_a_long_or_unlisted_classification_gives_its_common_codes():
    long = Coding(
        "19", {f"I{number:04}": "" for number in range(600)} | {"I21": "Infarction", "E11": "Diabetes"}
    )
    assert set(values(("diag_icd10", pa.string()), coded("diag_icd10", long))) == {"I21", "E11", None}
    strange = Coding("own", {f"x{number}": "" for number in range(600)})
    assert set(values(("code", pa.string()), coded("code", strange))) - {None} <= set(strange.values)
    assert "E11" in values(("cause_icd10", pa.string()), coded("cause_icd10", None, ValueType.TEXT))
    assert "I21" in values(("diag_icd10", pa.string()))


def test_values_are_on_the_grid_of_the_dictionary_and_fit_the_stored_type():
    found = values(
        ("bmi", pa.float64()), coded("bmi", None, ValueType.REAL, precision=0.5, range=(15.0, 50.0))
    )
    assert {2 * each % 1 for each in found if each is not None} == {0.0}
    assert (
        max(
            each or 0
            for each in values(("n", pa.int8()), coded("n", None, ValueType.INTEGER, range=(0.0, 1e6)))
        )
        == 127
    )
    whole = values(("n", pa.float64()), coded("n", None, ValueType.INTEGER))
    assert all(each is None or each.is_integer() for each in whole)


def test_other_types_have_plain_values():
    assert {each[:6] for each in values(("remark", pa.string()), nullable=False)} == {"dummy "}
    assert set(values(("rs1", pa.int8()), kind=TableKind.GENOTYPES)) == {0, 1, 2}
    assert str(min(values(("seen", pa.timestamp("us")), nullable=False))) >= "1997-04-01"
