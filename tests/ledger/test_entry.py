"""An entry has one form in bytes, and nothing else is read back as one."""

import json
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.samples import START, entry
from strongroom.errors import LedgerError
from strongroom.ledger import LARGEST_ENTRY, Entry

moments = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year >= 1000)
texts = st.text(st.characters(codec="utf-8"), max_size=40)
facts = st.dictionaries(
    st.text(st.characters(max_codepoint=127), max_size=10),
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=8,
    ),
    max_size=5,
)


@given(kind=texts, actor=texts, subject=texts, facts=facts, policy=texts, time=moments)
def test_what_is_written_is_read_back(kind, actor, subject, facts, policy, time):  # noqa: PLR0917 - by Hypothesis
    written = Entry(kind, actor, subject, facts, time, policy)
    assert Entry.from_bytes(written.to_bytes()) == written
    assert b"\n" not in written.to_bytes()


def test_the_bytes_are_canonical_json_with_a_version():
    assert entry(3).to_bytes() == (
        b'{"actor":"rosalind","facts":{"marks":["decoy",null,true],"rows":3,"view":"view_3"},'
        b'"kind":"view.issued","policy":"' + b"9f" * 32 + b'","subject":"project/3",'
        b'"time":"2026-04-01T09:00:03.000000Z","v":1}'
    )


def test_facts_changed_after_encoding_change_nothing():
    facts = {"rows": 1}
    written = Entry("a", "b", "c", facts, START)
    before = written.to_bytes()
    facts["rows"] = 2
    assert written.to_bytes() == before


def test_a_large_entry_is_refused_with_what_to_do():
    with pytest.raises(LedgerError, match="SHA-256") as refusal:
        Entry("a", "b", "c", {"payload": "x" * LARGEST_ENTRY}, START).to_bytes()
    assert "60,000" in refusal.value.message


@pytest.mark.parametrize("bad", [0.5, {1: 2}, {"é": 1}, 2**53, b"bytes", "\ud800", object()])
def test_facts_without_a_canonical_form_are_refused(bad):
    with pytest.raises(LedgerError, match="cannot be encoded"):
        Entry("a", "b", "c", {"fact": bad}, START).to_bytes()


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(LedgerError, match="time zone"):
        Entry("a", "b", "c", {}, START.replace(tzinfo=None)).to_bytes()


GOOD = json.loads(entry(1).to_bytes())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"3",
        b"\xff",
        b"[" * 50_000,
        json.dumps(GOOD).encode(),
        json.dumps({**GOOD, "v": 2}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "more": 1}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "facts": 1}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps({**GOOD, "time": "yesterday"}, sort_keys=True, separators=(",", ":")).encode(),
        entry(1).to_bytes() + b" ",
    ],
)
def test_other_bytes_are_not_an_entry(body):
    with pytest.raises(LedgerError):
        Entry.from_bytes(body)
