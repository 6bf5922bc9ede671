"""The overlap audit: groups that differ by a few people are found near, however the second was come by."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strongroom.disclosure.answer_noise import Audit, Sketch
from strongroom.disclosure.answer_noise.overlap_audit import from_bytes, sketch_bits, sketch_of, to_bytes

SIZE = 1_003
MARKS = sketch_bits(b"m" * 32, SIZE)


def sketch(people):
    chosen = sorted(people)
    return Sketch(int(np.bitwise_xor.reduce(MARKS[chosen], initial=0)), len(chosen))


def audit(*groups):
    made = Audit(similar=10)
    for each in groups:
        made.add([sketch(each)])
    return made


@given(st.sets(st.integers(0, SIZE - 1), min_size=60), st.sets(st.integers(0, SIZE - 1), max_size=9))
def test_a_group_is_near_an_earlier_one_if_fewer_than_ten_people_differ(people, others):
    other = people ^ others
    same = sketch(people) == sketch(other)
    assert audit(people).add([sketch(other)]) == (not same)
    assert same or others


def test_of_groups_that_differ_by_few_almost_all_are_found_and_of_others_almost_none():
    draw = np.random.default_rng(5)
    found = dict.fromkeys((1, 2, 5, 9, 30, 200), 0)
    for apart in found:
        for _ in range(400):
            order = draw.permutation(SIZE)
            known = audit(order[:300])
            # As many come as go: sizes do not give it away.
            other = np.concatenate([order[(apart + 1) // 2 : 300], order[300 : 300 + apart // 2]])
            found[apart] += known.add([sketch(other)])
    assert found[1] == 400
    assert min(found[2], found[5], found[9]) > 380
    assert max(found[30], found[200]) < 10


def test_a_group_that_was_asked_before_is_neither_near_nor_kept_twice():
    known = audit(range(100), range(300, 500))
    assert known.add([sketch(range(100))]) == 0
    assert len(known.groups) == 2
    assert known.add([sketch(range(101)), sketch(range(600, 700))]) == 1
    assert len(known.groups) == 4


def test_groups_known_from_before_are_compared_with_and_can_be_kept():
    kept = to_bytes([sketch(range(100)), sketch(range(300))])
    assert len(kept) == 32
    known = Audit(10, from_bytes(kept))
    assert known.add([sketch(range(5, 100))]) == 1


def test_the_sketch_of_a_mask_is_that_of_its_people():
    members = np.zeros(SIZE, bool)
    members[5:100] = True
    assert sketch_of(MARKS, members) == sketch(range(5, 100))


def test_marks_follow_the_person_and_not_who_else_is_there():
    assert (sketch_bits(b"m" * 32, 10) == MARKS[:10]).all()
    assert (np.bitwise_count(MARKS) == 1).all()
    assert len(np.unique(MARKS)) == 64
