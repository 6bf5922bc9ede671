"""Steps on bits tell of every byte of a text what steps on its bytes would."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from strongroom.checker.formats.tables.id_search.bits import where_digits, where_equal
from strongroom.checker.formats.tables.id_search.scratch import Scratch

TEXTS = st.one_of(st.text("a17\n", min_size=1, max_size=300), st.integers(1, 400).map("1".__mul__))


def bits_of(text):
    codes = np.frombuffer(text.encode(), np.uint8)
    return where_digits(codes, Scratch()), where_equal(codes, np.uint8(ord("a")), Scratch())


def places(text, told):
    return [place for place in range(len(text)) if told(place)]


@given(TEXTS)
def test_bits_are_set_where_a_text_has_what_is_asked(text):
    digits, letters = bits_of(text)
    assert digits.places().tolist() == places(text, lambda at: text[at].isdigit())
    assert letters.places().tolist() == places(text, lambda at: text[at] == "a")
    assert (digits | letters).places().tolist() == places(text, lambda at: text[at] != "\n")
    assert not (digits & letters).places().size
    assert digits.but(letters).places().tolist() == digits.places().tolist()


@given(TEXTS, st.integers(1, 63))
def test_bits_are_moved_across_words(text, count):
    digits, _ = bits_of(text)
    here = digits.places()
    assert digits.ahead(count).places().tolist() == [at - count for at in here.tolist() if at >= count]
    after = digits.behind().places().tolist()
    assert [at for at in after if at < len(text)] == [at + 1 for at in here.tolist() if at + 1 < len(text)]


@given(TEXTS, st.integers(1, 12))
def test_runs_begin_where_of_the_wanted_length_start(text, length):
    digits, _ = bits_of(text)
    expected = places(
        text, lambda at: len(text[at : at + length]) == length and text[at : at + length].isdigit()
    )
    assert digits.runs_of(1, length).places().tolist() == expected


@given(TEXTS)
def test_what_stands_before_a_place_is_counted_and_found(text):
    digits, _ = bits_of("1" + text)
    at = np.arange(1, len(text) + 1)
    here = digits.places()
    assert digits.before(at).tolist() == [int((here < place).sum()) for place in at]
    last = digits.last_before(at, most=8)
    assert last is None or last.tolist() == [int(here[here < place].max()) for place in at]


def test_what_is_too_far_away_is_not_looked_for():
    digits, _ = bits_of("1" + "x" * 1_000)
    assert digits.last_before(np.array([1_000]), most=4) is None
    assert digits.last_before(np.array([100]), most=4).tolist() == [0]
