"""The overlap audit: sets that differ by a few people are one, however the second was come by."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.release import Audit, Partition

SIZE = 1_003


def bits(people):
    mask = np.zeros(SIZE, bool)
    mask[list(people)] = True
    return np.packbits(mask)


def audit(*sets):
    made = Audit(similar=10)
    for each in sets:
        made.watch(bits(each)[None])
    return made


@given(st.sets(st.integers(0, SIZE - 1), min_size=60), st.sets(st.integers(0, SIZE - 1), max_size=30))
def test_a_set_is_near_an_earlier_one_if_fewer_than_ten_people_differ(people, others):
    assert audit(people).watch(bits(people ^ others)[None]) == (0 < len(others) < 10)


def test_a_set_that_was_asked_before_is_neither_near_nor_kept_twice():
    known = audit(range(100), range(300, 500))
    assert known.watch(bits(range(100))[None]) == 0
    assert len(known.groups) == 2
    assert known.watch(np.array([bits(range(101)), bits(range(600, 700))])) == 1
    assert len(known.groups) == 4


def test_sets_known_from_before_are_compared_with():
    known = Audit(similar=10, groups=[bits(range(100))])
    assert known.watch(bits(range(5, 100))[None]) == 1


def test_a_partition_packs_each_group():
    people, cells = np.arange(SIZE), np.arange(SIZE) % 3
    partition = Partition.of(people, cells, groups=4, size=SIZE)
    assert partition.sizes.tolist() == [335, 334, 334, 0]
    assert (np.unpackbits(partition.bits[1], count=SIZE) == (cells == 1)).all()
