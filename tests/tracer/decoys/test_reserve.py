"""Own decoys are taken from the reserve: each by one project alone, and only those that pass its filter."""

import numpy as np
import pyarrow as pa
import pytest

from strongroom.cohort.model import PARTICIPANT
from strongroom.tracer.decoys.register import InventedPeople
from strongroom.tracer.decoys.reserve import Reserve

FIRST, POOL, FREE = 1_000, 3, 10
VIEWED = 5_000


@pytest.fixture
def reserve():
    ordinals = np.arange(FIRST, FIRST + POOL + FREE, dtype=np.uint32)
    people = pa.table({PARTICIPANT: ordinals, "age": np.arange(POOL + FREE)})
    events = pa.table(
        {PARTICIPANT: np.repeat(ordinals, 2), "code": [f"I{n}" for n in range(2 * (POOL + FREE))]}
    )
    return Reserve(InventedPeople({"participants": people, "events": events}, FIRST, POOL))


def everybody(table):
    return np.ones(table.num_rows, bool)


def ages(people):
    return set(people.tables["participants"].column("age").to_pylist())


def test_two_projects_never_have_the_same_decoy(reserve):
    draw = np.random.default_rng(1)
    one, rest = reserve.taken(4, first=VIEWED, passes=everybody, random=draw)
    two, rest = rest.taken(4, first=VIEWED, passes=everybody, random=draw)
    assert ages(one).isdisjoint(ages(two))
    assert rest.free == FREE - 8
    assert ages(rest.pool) == {0, 1, 2}


def test_a_taken_decoy_keeps_its_rows_in_all_tables_under_its_new_ordinal(reserve):
    taken, _ = reserve.taken(5, first=VIEWED, passes=everybody, random=np.random.default_rng(2))
    assert taken.ordinals.tolist() == list(range(VIEWED, VIEWED + 5))
    assert taken.pool == 0
    people, events = taken.tables["participants"], taken.tables["events"]
    age_of = dict(zip(people.column(PARTICIPANT).to_pylist(), people.column("age").to_pylist(), strict=True))
    for ordinal, code in zip(
        events.column(PARTICIPANT).to_pylist(), events.column("code").to_pylist(), strict=True
    ):
        assert int(code[1:]) // 2 == age_of[ordinal]


def test_only_those_who_pass_the_filter_are_taken_and_none_if_too_few_do(reserve):
    def old(table):
        return table.column("age").to_numpy() >= 9

    taken, _ = reserve.taken(4, first=VIEWED, passes=old, random=np.random.default_rng(3))
    assert ages(taken) == {9, 10, 11, 12}
    assert reserve.taken(5, first=VIEWED, passes=old, random=np.random.default_rng(3)) is None


def test_a_refilled_reserve_keeps_its_pool_and_numbers_nobody_twice(reserve):
    more, _ = reserve.taken(6, first=VIEWED, passes=everybody, random=np.random.default_rng(4))
    full = reserve.refilled(more)
    assert full.free == FREE + 6
    assert len(full.kept.ordinals) == POOL + FREE + 6
    assert ages(full.pool) == {0, 1, 2}
