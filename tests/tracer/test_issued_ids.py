"""Ids left in a file say whose they are, whoever the rows are, and never whose they are not."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.cohort.member_mask import MemberMask
from strongroom.cohort.pseudonyms import Pseudonyms
from strongroom.tracer.content_evidence import IssuedView
from strongroom.tracer.issued_ids import issued_ids

PEOPLE, PROJECTS = 2_000, 30
VIEWS = [
    IssuedView(
        f"p{n}", f"Institution {n}", 1, frozenset(), MemberMask.of(np.ones(PEOPLE, bool)),
        Pseudonyms(bytes([n]) * 32, low=1_000_000, high=1_099_999, capacity=PEOPLE),
    )
    for n in range(PROJECTS)
]  # fmt: skip
DRAW = np.random.default_rng(9)


def ids(project, people):
    return VIEWS[project].pseudonyms.of(DRAW.choice(PEOPLE, people, replace=False).astype(np.uint32))


def found(*tables):
    return {each.project: each for each in issued_ids(tables, VIEWS, bound=1e-9)}


@pytest.mark.parametrize("form", [pa.int32(), pa.float64(), pa.string()], ids=str)
def test_a_few_ids_name_their_project_alone(form):
    table = pa.table({"sex": pa.array([0, 1] * 10), "who": pa.array(ids(3, 20)).cast(form)})
    answer = found(table)
    assert set(answer) == {"p3"}
    assert (answer["p3"].column, answer["p3"].issued, answer["p3"].numbers) == ("who", 20, 20)
    assert answer["p3"].log10_chance < -20
    assert "20 of 20 different numbers in column who" in answer["p3"].sentence


def test_ids_of_two_copies_among_others_name_both():
    mixed = np.concatenate([ids(3, 400), ids(4, 300), DRAW.integers(1_000_000, 1_100_000, 600)])
    assert set(found(pa.table({"id": DRAW.permutation(mixed)}))) == {"p3", "p4"}


@pytest.mark.parametrize(
    "numbers",
    [
        np.arange(1_000_000, 1_100_000),
        DRAW.integers(1_000_000, 1_100_000, 5_000),
        Pseudonyms(bytes([99]) * 32, low=1_000_000, high=1_099_999, capacity=PEOPLE).of(
            np.arange(PEOPLE, dtype=np.uint32)
        ),
        np.arange(4),
        np.array([2**62, -5, 0]),
    ],
    ids=["the whole range", "drawn", "nobody's key", "few", "out of range"],
)
def test_other_numbers_name_nobody(numbers):
    assert found(pa.table({"id": numbers})) == {}


def test_columns_without_numbers_are_passed_over():
    assert found(pa.table({"a": ["x", None, "9" * 30], "b": [1.5, float("nan"), None]}), pa.table({})) == {}
