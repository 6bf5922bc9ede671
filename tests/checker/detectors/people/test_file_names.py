"""Which names and which sameness of content are found, and which are everyday."""

from types import SimpleNamespace

import pyarrow as pa
import pytest

from strongroom.checker.contents.found import FoundTable, FoundText
from strongroom.checker.detectors import JudgedFile
from strongroom.checker.detectors.people import file_names
from strongroom.checker.detectors.people.file_names import Names
from strongroom.checker.policy import Policy

EVIDENCE = SimpleNamespace(policy=Policy())
VALUES = [23.4, 31.27, 27.9, 19.85, 40.2, 25.5, 33.33, 28.01, 22.2, 36.6, 29.9]


@pytest.fixture(autouse=True)
def _nobody_is_compared(monkeypatch):
    monkeypatch.setattr(file_names, "_COMPARING", ())


def fired(files):
    return [name for name, _ in Names().run_request(files, EVIDENCE)]


def texts(names_of_files, content="run {place} ended\n"):
    return [
        JudgedFile(name, (FoundText(name, content.format(place=place)),))
        for place, name in enumerate(names_of_files)
    ]


def test_values_in_names_count_against_every_file():
    called = [f"plot_{value}.txt" for value in VALUES]
    assert fired(texts(called)) == called


def test_names_of_an_archives_members_are_names():
    found = tuple(FoundText(f"all.zip > bmi_{value}.txt", f"{value}") for value in VALUES)
    assert fired([JudgedFile("all.zip", found)]) == ["all.zip"]


def test_names_of_columns_are_names():
    table = pa.table({f"x{value}": [1, 2] for value in VALUES})
    assert fired([JudgedFile("t.csv", (FoundTable("t.csv", table),))]) == ["t.csv"]


def test_even_steps_whole_numbers_and_a_few_are_no_values():
    assert fired(texts([f"p_{place / 10}.txt" for place in range(12)])) == []
    assert fired(texts([f"field_{place * place + 30_000}.txt" for place in range(12)])) == []
    assert fired(texts([f"plot_{value}.txt" for value in VALUES[:5]])) == []


def test_many_files_of_one_content_are_found_whatever_their_blanks():
    files = [
        JudgedFile(f"{letter}.txt", (FoundText(f"{letter}.txt", "done" + " " * place),))
        for place, letter in enumerate("abcdefghij")
    ]
    assert fired(files) == [file.name for file in files]
    assert fired(files[:9]) == []
