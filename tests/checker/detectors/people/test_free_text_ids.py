"""What names people in text is found by its check digits and in bulk, and code and papers are left alone."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.detectors.people.free_text_ids import FreeTextIds
from strongroom.checker.detectors.people.national_ids import nhs_number
from strongroom.checker.policy import Policy
from strongroom.checker.table_types.examined import examine

EVIDENCE = SimpleNamespace(policy=Policy())


def findings(artefact):
    return list(FreeTextIds().run(examine(artefact), EVIDENCE))


def ten_digits(count, *, valid):
    draw = np.random.default_rng(6)
    found = []
    while len(found) < count:
        text = "".join(map(str, draw.integers(0, 10, 10)))
        if not valid or nhs_number(text):
            found.append(text)
    return found


def test_valid_numbers_are_blocked_in_text_and_columns_and_never_shown():
    numbers = [each for each in ten_digits(20, valid=True) if each[0] != "0"]
    spaced = [f"{each[:3]} {each[3:6]} {each[6:]}" for each in numbers]
    for artefact in (
        FoundText("t", "seen: " + ", ".join(spaced)),
        FoundTable("t", pa.table({"x": numbers})),
        FoundTable("t", pa.table({"x": [int(each) for each in numbers]})),
    ):
        (finding,) = [each for each in findings(artefact) if "NHS" in each.message]
        assert finding.severity.value == "block"
        assert not [each for each in numbers if each in finding.message + finding.detail]


def test_random_numbers_are_silent():
    assert findings(FoundTable("t", pa.table({"x": ten_digits(5_000, valid=False)}))) == []


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"person{place}@example.org" for place in range(40)),
        "\n".join(f"AB{place} {place % 9}AB" for place in range(10, 60)),
        "\n".join(f"+44 20 7946 {place:04d}" for place in range(40)),
        "Ann, DOB: 03/04/1951; Bob, date of birth 1962-11-30",
        "In the carrier group one patient who died within a week had the variant.",
    ],
)
def test_bulk_and_single_cases_are_reviewed(text):
    (finding,) = findings(FoundText("t", text))
    assert finding.severity.value == "review"


@pytest.mark.parametrize(
    "text",
    [
        "Corresponding author: a.author@example.org, +44 20 7946 0001, London WC2B 5AH",
        "Of 4,210 participants with diabetes 812 had a stroke; participants born in 1940 to 1950 were older.",
        "pip install numpy==2.1.3  # sha256:0b2a9b0f3a9434765919ffee, id 9434765919",
        "one participant identifier column, two women's health questionnaires",
    ],
)
def test_papers_and_code_are_silent(text):
    assert findings(FoundText("t", text)) == []
