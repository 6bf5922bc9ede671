"""Notes, keys and cosignatures are C2SP's: its published example parses, and one wrong byte does not pass."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.samples import CLOCK, LOG, ORIGIN, OTHER, WITNESS
from strongroom.errors import LedgerError
from strongroom.ledger import SignedNote, Signer, TreeHead, VerifierKey
from strongroom.ledger.note import Algorithm

HEAD = TreeHead(ORIGIN, 7, bytes(range(32)))
# The example of c2sp.org/tlog-cosignature: structure only, its keys are not published with it.
PUBLISHED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501 - as published


def signed() -> SignedNote:
    note = SignedNote(HEAD.text, (LOG.sign(HEAD.text),))
    return note.with_signature(WITNESS.cosign(HEAD.text, clock=CLOCK))


def test_the_published_example_is_read_and_written_alike():
    note = SignedNote.parse(PUBLISHED)
    head = TreeHead.parse(note.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert [line.name for line in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert int.from_bytes(note.signatures[1].signature[:8], "big") == 1679315147
    assert str(note) == PUBLISHED


def test_log_and_witness_signatures_verify_under_their_own_keys_only():
    log, witness = VerifierKey.parse(LOG.verifier_key), VerifierKey.parse(WITNESS.witness_key)
    note = SignedNote.parse(str(signed()))
    assert note.signed_by(log)
    assert note.signed_by(witness)
    assert not note.signed_by(VerifierKey.parse(OTHER.verifier_key))
    # The same secret as a log's key and as a witness's key are two keys.
    assert not note.signed_by(VerifierKey.parse(WITNESS.verifier_key))


def test_a_signature_over_another_text_is_false():
    forged = SignedNote(TreeHead(ORIGIN, 8, HEAD.root).text, signed().signatures)
    for key in (LOG.verifier_key, WITNESS.witness_key):
        with pytest.raises(LedgerError, match="does not verify"):
            forged.signed_by(VerifierKey.parse(key))


def test_a_key_survives_being_written_down():
    assert Signer.from_bytes(name=ORIGIN, seed=LOG.to_bytes()).verifier_key == LOG.verifier_key
    assert VerifierKey.parse(LOG.verifier_key + "\n").text == LOG.verifier_key
    assert VerifierKey.parse(WITNESS.witness_key).algorithm is Algorithm.COSIGNATURE


def test_a_signer_does_not_show_its_secret():
    assert LOG.to_bytes().hex() not in repr(LOG)


def test_generate_draws_its_seed_from_the_random_source():
    assert Signer.generate(ORIGIN, random=lambda count: b"\x07" * count).to_bytes() == b"\x07" * 32


@given(place=st.integers(0, len(LOG.verifier_key) - 1), letter=st.sampled_from("AZaz09+/="))
def test_a_mistyped_key_is_refused(place, letter):
    mistyped = LOG.verifier_key[:place] + letter + LOG.verifier_key[place + 1 :]
    if mistyped != LOG.verifier_key:
        with pytest.raises(LedgerError):
            VerifierKey.parse(mistyped)


@pytest.mark.parametrize(
    "text", ["", "name", "a+b", "name+00000000+", "name+00000000+AQ==", "a b+00000000+AQAA"]
)
def test_what_is_not_a_key_is_refused(text):
    with pytest.raises(LedgerError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n- name AAAA\n",
        "text\n\n— na me AAAAAAAA\n",
        "text\n\n— name AAAA====\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name AAAAA\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n— name AAAAAAAB==\n",
    ],
)
def test_what_is_not_a_note_is_refused(note):
    with pytest.raises(LedgerError):
        SignedNote.parse(note)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n07\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"\n7\n{ROOT}\n",
        "o\n7\nAAAA\n",
        "o\n7\n!\n",
        f"o\n7\n{ROOT}",
        f"o\n7\n{ROOT}\nextension\n",
        f"o\n٣\n{ROOT}\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(LedgerError):
        TreeHead.parse(text)
