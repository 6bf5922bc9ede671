"""The canonical form is RFC 8785's, for every value the record takes; everything else is refused."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from strongroom import canonical

LARGEST = 2**53 - 1
texts = st.text(st.characters(codec="utf-8"))
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(keys, inner) | st.lists(inner).map(tuple),
    max_leaves=30,
)


@given(value=values)
def test_the_bytes_are_those_of_the_reference(value):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(value=st.dictionaries(keys, values))
def test_the_order_in_which_keys_were_given_does_not_show(value):
    assert canonical.encode(value) == canonical.encode(dict(reversed(value.items())))


@pytest.mark.parametrize("text", ["\x00", "\x1f", "\x7f", "\u2028", '"', "\\", "/", "é", "😀", "\b\f\n\r\t"])
def test_letters_that_encoders_disagree_on(text):
    assert canonical.encode(text) == rfc8785.dumps(text)
    assert json.loads(canonical.encode(text)) == text


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        LARGEST + 1,
        -LARGEST - 1,
        b"",
        {1: 2},
        {"é": 1},
        {"a": {2}},
        object(),
        [0.5],
        {None: 1},
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical.encode(value)


def test_a_surrogate_alone_is_refused():
    with pytest.raises(ValueError, match="surrogates not allowed"):
        canonical.encode("\ud800")


def test_a_digest_is_of_the_canonical_bytes():
    assert canonical.digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
