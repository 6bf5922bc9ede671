"""A witness cosigns only a log whose history is unchanged, regardless of who asks."""

import pytest

from ledger.samples import CLOCK, ORIGIN, OTHER, WITNESS, add, seal
from strongroom.errors import LedgerError
from strongroom.ledger import ConsistencyProof, SignedNote, VerifierKey, Witness, WitnessRefusedError
from strongroom.ledger.witness import FileMemory


def test_a_growing_log_is_cosigned_each_time(ledger, witness):
    key = VerifierKey.parse(WITNESS.witness_key)
    for start in (0, 0, 7, 8, 15):
        add(ledger, start, start + 1)
        assert seal(ledger, witness).note.signed_by(key)
    assert witness.last_size(ORIGIN) == 5


def test_an_unchanged_log_may_be_cosigned_again(ledger, witness):
    add(ledger, 0, 3)
    assert seal(ledger, witness).head == seal(ledger, witness).head


def test_a_forked_log_is_refused_and_nothing_is_stored(ledger, new_ledger, witness):
    add(ledger, 0, 4)
    seal(ledger, witness)
    fork = new_ledger("fork")
    add(fork, 10, 16)
    with pytest.raises(WitnessRefusedError, match="does not continue"):
        seal(fork, witness)
    assert fork.checkpoints() == []
    assert witness.last_size(ORIGIN) == 4


def test_another_history_of_the_same_size_is_refused(ledger, new_ledger, witness):
    """The split view: two people shown two logs of the same size."""
    add(ledger, 0, 4)
    seal(ledger, witness)
    fork = new_ledger("fork")
    add(fork, 10, 14)
    with pytest.raises(WitnessRefusedError):
        seal(fork, witness)


def test_a_shrunk_log_is_refused(ledger, new_ledger, witness):
    add(ledger, 0, 4)
    seal(ledger, witness)
    shrunk = new_ledger("shrunk")
    add(shrunk, 0, 3)
    with pytest.raises(WitnessRefusedError, match="shrank from 4 to 3"):
        seal(shrunk, witness)


def test_a_proof_from_another_size_is_refused(ledger, witness):
    add(ledger, 0, 4)
    seal(ledger, witness)
    add(ledger, 4, 6)
    checkpoint = seal(ledger)
    for proof in (ledger.consistency(3, 6), ledger.consistency(4, 5), ConsistencyProof(0, 6, ())):
        with pytest.raises(WitnessRefusedError):
            witness.cosign(checkpoint.note, proof, clock=CLOCK)
    assert witness.cosign(checkpoint.note, ledger.consistency(4, 6), clock=CLOCK)


def test_a_log_signed_by_an_unknown_key_is_refused(ledger, witness):
    add(ledger, 0, 1)
    with pytest.raises(WitnessRefusedError, match="not signed by a key this witness trusts"):
        seal(ledger, witness, signer=OTHER)
    forged = SignedNote(seal(ledger).note.text.replace("\n1\n", "\n2\n"), seal(ledger).note.signatures)
    with pytest.raises(LedgerError, match="does not verify"):
        witness.cosign(forged, ConsistencyProof(0, 2, ()), clock=CLOCK)


def test_a_witness_without_log_keys_still_keeps_the_past(ledger, new_ledger, tmp_path):
    beside = Witness(FileMemory.create(tmp_path / "beside.json"), WITNESS)
    add(ledger, 0, 2)
    seal(ledger, beside)
    fork = new_ledger("fork")
    add(fork, 5, 8)
    with pytest.raises(WitnessRefusedError):
        seal(fork, beside)


def test_a_witness_remembers_each_log_apart(tmp_path, ledger):
    memory = FileMemory.create(tmp_path / "memory.json")
    add(ledger, 0, 2)
    head = seal(ledger).head
    memory.advance(ORIGIN, lambda _: head)
    assert memory.last(ORIGIN) == head
    assert memory.last("another/log").size == 0


def test_a_lost_memory_is_an_error_and_not_a_fresh_start(ledger, witness):
    """A witness that forgets would cosign any history."""
    add(ledger, 0, 1)
    witness.memory.write_text("{", encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be read"):
        seal(ledger, witness)
    witness.memory.unlink()
    with pytest.raises(WitnessRefusedError, match="missing"):
        seal(ledger, witness)


@pytest.mark.parametrize("kept", ['["x", "y"]', '[1, "no hexadecimal"]', "[1]", "5"])
def test_a_memory_of_another_form_is_an_error_too(ledger, witness, kept):
    add(ledger, 0, 1)
    witness.memory.write_text(f'{{"{ORIGIN}": {kept}}}', encoding="utf-8")
    with pytest.raises(LedgerError, match="cannot be read"):
        seal(ledger, witness)


def test_a_witness_continues_only_from_a_checkpoint_that_it_signed(ledger, witness):
    add(ledger, 0, 3)
    kept = seal(ledger, witness).note
    add(ledger, 3, 5)
    unsigned = seal(ledger).note
    witness.memory.unlink()
    with pytest.raises(WitnessRefusedError, match="did not sign"):
        witness.relearn(unsigned)
    assert witness.relearn(kept).size == 3
    assert seal(ledger, witness).head.size == 5
    with pytest.raises(WitnessRefusedError, match="remembers more"):
        witness.relearn(kept)
