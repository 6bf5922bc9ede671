"""The overlap audit: sets that differ by a few people are one, however the second was come by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.release import Audit, AuditFinding, Partition

SIZE = 1_003


def bits(people):
    mask = np.zeros(SIZE, bool)
    mask[list(people)] = True
    return np.packbits(mask)


def audit(*sets):
    made = Audit(similar=10)
    for each in sets:
        made.add(bits(each))
    return made


def found(known, people):
    return known.check(bits(people)[None])[0]


@given(st.sets(st.integers(0, SIZE - 1), min_size=60), st.sets(st.integers(0, SIZE - 1), max_size=30))
def test_a_set_is_an_earlier_one_if_fewer_than_ten_people_differ(people, others):
    finding = found(audit(people), people ^ others)
    if len(others) < 10:
        assert finding == AuditFinding(answered=0)
    else:
        assert finding.answered == -1


def test_the_nearest_earlier_set_answers():
    known = audit(range(100), range(5, 105))
    assert found(known, range(4, 104)).answered == 1


@pytest.mark.parametrize("missing", [0, 1, 9])
def test_a_union_of_two_earlier_sets_is_not_answered(missing):
    known = audit(range(100), range(200, 300), range(600, 900))
    both = [*range(missing, 100), *range(200, 300)]
    assert found(known, both).composed


@pytest.mark.parametrize("more", [0, 1, 9])
def test_a_difference_of_two_earlier_sets_is_not_answered(more):
    known = audit(range(500), range(200, 300), range(600, 900))
    rest = [*range(200), *range(300, 500), *range(950, 950 + more)]
    assert found(known, rest).composed


def test_other_sets_are_answered():
    known = audit(range(500), range(200, 300))
    for people in (range(250), range(150, 350), range(400, 700), range(700, 800)):
        assert found(known, people) == AuditFinding()


def test_a_partition_packs_each_group():
    people, cells = np.arange(SIZE), np.arange(SIZE) % 3
    partition = Partition.of(people, cells, groups=4, size=SIZE)
    assert partition.sizes.tolist() == [335, 334, 334, 0]
    assert (np.unpackbits(partition.bits[1], count=SIZE) == (cells == 1)).all()
