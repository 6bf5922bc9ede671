"""Direct identifiers are found by content, whatever the column is called; ordinary data is left in peace."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from strongroom.clock import fixed
from strongroom.cohort.dictionary import Field, Role, ValueType
from strongroom.cohort.ingest.identifiers import DETECTORS, IdentifierScan
from strongroom.cohort.ingest.identifiers.nhs_number import check_digit_is_right
from strongroom.errors import IngestError

NOW = fixed(datetime(2026, 4, 1, tzinfo=UTC))
PEOPLE = 300


def kinds(values, *, title="", chunks=1):
    array = values if isinstance(values, pa.Array) else pa.array(values)
    field = Field.named("p1_i0", ValueType.TEXT, Role.MEASUREMENT, title=title)
    scan = IdentifierScan(field, array.type, clock=NOW)
    for part in np.array_split(np.arange(len(array)), chunks):
        scan.add(array.take(pa.array(part)))
    return [kind for kind, *_ in scan.found()]


def nhs_numbers(count, seed=1):
    random = np.random.default_rng(seed)
    drawn = random.integers(4_000_000_000, 8_000_000_000, count * 20)
    return drawn[check_digit_is_right(drawn)][:count]


def days(first, last, count=PEOPLE, seed=2):
    span = (last - first).days
    return [first + timedelta(int(each)) for each in np.random.default_rng(seed).integers(0, span, count)]


BIRTHS = days(date(1934, 1, 1), date(1971, 1, 1))
POSTCODES = ["SW1A 1AA", "M1 1AE", "EC1A1BB", "b33 8th", "CR2 6XH", "DN55 1PT", "W1A 0AX"]
PHONES = ["020 7946 0958", "07700 900123", "+44 7700 900 456", "(0161) 496 0000", "00441632960001"]
GIVEN, FAMILY = (
    ["Mary", "Zsófia", "James", "Priya", "Olena", "Susan"],
    ["Smith", "Nowak", "Patel", "Jones", "Okafor"],
)
NAMES = [f"{given} {family}" for given in GIVEN for family in FAMILY]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("nhs-number", nhs_numbers(50).tolist()),
        ("nhs-number", nhs_numbers(50).astype(float).tolist()),
        ("nhs-number", [str(each) for each in nhs_numbers(50)]),
        (
            "nhs-number",
            [f"{each // 10**7} {each // 10**4 % 1000:03} {each % 10**4:04}" for each in nhs_numbers(9)],
        ),
        ("nhs-number", [f"seen, NHS {each}" for each in nhs_numbers(9)]),
        ("nhs-number", [None] * 500 + nhs_numbers(9).tolist()),
        ("postcode", POSTCODES),
        ("postcode", ["moved to SW1A 1AA", "now in M1 1AE", "left CR2 6XH in May"]),
        ("email", ["ok"] * 5000 + ["write to a.person@example.org please"]),
        ("phone", PHONES),
        ("phone", [f"ring {each}, evenings" for each in PHONES]),
        ("phone", list(range(7_700_900_000, 7_700_900_050))),
        ("person-name", NAMES),
        ("person-name", [name.upper() for name in NAMES]),
        ("person-name", [f"{family}, {given}" for given in GIVEN for family in FAMILY]),
        ("person-name", ["Margaret", "John", "Susan", "Ahmed", "Agnieszka", "Derek", "Sinéad", "Patricia"]),
        ("person-name", NAMES * 3 + [f"code {n}" for n in range(900)]),
        ("date-of-birth", BIRTHS),
        ("date-of-birth", [each.isoformat() for each in BIRTHS]),
        ("date-of-birth", [f"{each:%d/%m/%Y}" for each in BIRTHS]),
        ("date-of-birth", [datetime(each.year, each.month, each.day) for each in BIRTHS]),  # noqa: DTZ001
    ],
)
def test_identifiers_are_found_whatever_the_column_is_called(kind, values):
    assert kind in kinds(values)
    assert kind in kinds(values, chunks=3), "however the file is cut into pieces"


ICD = [f"{letter}{number:02}{end}" for letter in "ABCEHIJKM" for number in range(100) for end in ("", "9")]


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(3).integers(1_000_000_000, 9_999_999_999, 5000).tolist(),
        np.random.default_rng(3).integers(1_000_000, 6_000_000, 500).tolist(),
        np.random.default_rng(3).normal(140, 20, 500).round(1).tolist(),
        [1.5e12, 3e300, 2.5],
        ICD,
        ["White", "Brown", "Black", "Green", "Hazel", "Grey", "Blue"],
        ["January", "April", "May", "June", "August"],
        ["Parkinson disease", "Hodgkin lymphoma", "Crohn disease", "Wilson disease", "Asthma"] * 20,
        ["aspirin 75 mg", "metformin", "ramipril 2.5mg", "salbutamol", "simvastatin"],
        ["rs429358", "rs7412", "1:12345:A:G"],
        ["A1", "B2", "C3", "A10 2", "v1.2.3"],
        [f"0{n}" for n in range(100_000, 100_400)],
        ["2", "1", "-3"],
        [None, None],
        days(date(2006, 3, 1), date(2010, 10, 1)),
        days(date(1990, 1, 1), date(2022, 1, 1)),
        days(date(1960, 1, 1), date(2022, 1, 1)),
        [date(each.year, 1, 1) for each in BIRTHS],
        [date(each.year, each.month, 15) for each in BIRTHS],
        [date(1900, 1, 1)] * 200 + days(date(1990, 1, 1), date(2022, 1, 1)),
        BIRTHS[:5],
    ],
)
def test_ordinary_data_is_left_in_peace(values):
    """Random ten-digit numbers, codes, colours, drugs, attendance and event dates, months of birth."""
    assert kinds(values) == []


def test_a_title_that_says_birth_needs_no_distribution():
    """Birth dates of children, or few of them, lie as no adult's do."""
    assert kinds(days(date(2012, 1, 1), date(2020, 1, 1)), title="Date of birth") == ["date-of-birth"]
    assert kinds(BIRTHS[:3], title="DOB") == ["date-of-birth"]
    assert kinds([date(year, 6, 15) for year in range(1940, 1980)], title="Month of birth") == []


def test_check_digits():
    """Published examples, a check of 11 that is written 0, and a check of 10 that no number has."""
    numbers = np.array([9434765919, 9434765918, 4010232137, 2000000010])
    assert check_digit_is_right(numbers).tolist() == [True, False, True, True]
    assert not check_digit_is_right(1_000_000_010 + np.arange(10)).any()


def test_about_one_number_in_eleven_passes_by_chance():
    drawn = np.random.default_rng(4).integers(1_000_000_000, 9_999_999_999, 20_000)
    assert abs(check_digit_is_right(drawn).mean() - 1 / 11) < 0.01


def test_every_detector_says_what_it_protects_against():
    assert len({detector.kind for detector in DETECTORS}) == len(DETECTORS) == 6
    assert all(detector.reason for detector in DETECTORS)


TABLE = "eid,note,icd10,p53_i0\n" + "".join(
    f"{1000 + n},p{n}@example.org,I10,{BIRTHS[n]}\n" for n in range(PEOPLE)
)


def test_identifiers_are_refused_all_at_once(take_in, left_behind):
    with pytest.raises(IngestError) as caught:
        take_in(TABLE)
    assert "participants.note (email), participants.p53_i0 (date-of-birth)" in str(caught.value)
    assert "example.org" not in str(caught.value)
    assert left_behind() == []


def test_identifiers_are_refused_in_event_tables_too(take_in, tmp_path):
    (tmp_path / "e.csv").write_text("eid,note\n1,x@example.org\n")
    with pytest.raises(IngestError, match=r"visits\.note") as caught:
        take_in("eid,icd10\n1,I10\n", events={"visits": tmp_path / "e.csv"})
    assert caught.value.file.endswith("e.csv")


@pytest.mark.parametrize("ids", [nhs_numbers(20).tolist(), [f"p{n}@example.org" for n in range(5)]])
def test_an_id_that_identifies_is_refused_too(take_in, ids):
    """Outside the cohort an NHS number names its owner, however it is called here."""
    with pytest.raises(IngestError, match=r"participants\.eid"):
        take_in("eid,icd10\n" + "".join(f"{each},I10\n" for each in ids))


def test_declared_identifiers_are_stored_and_reported(take_in):
    taken = take_in(TABLE, declared=["participants.note", "53-0.0"])
    assert [(found.column, found.kind, found.declared) for found in taken.report.identifiers] == [
        ("note", "email", True),
        ("p53_i0", "date-of-birth", True),
    ]
    assert taken.report.identifiers[0].values == taken.report.identifiers[0].tested == PEOPLE
    assert taken.cohort.participants.read(["note"]).num_rows == PEOPLE


@pytest.mark.parametrize("role", [Role.DIRECT_IDENTIFIER, Role.FREE_TEXT])
def test_a_role_in_the_dictionary_declares_too(take_in, role):
    email = Field.named("contact", ValueType.TEXT, role)
    taken = take_in("eid,contact\n1,x@example.org\n", fields=[email])
    assert taken.report.identifiers[0].declared
