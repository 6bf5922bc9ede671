"""Every way of tampering with an export is detected, and named as well as what is left of it allows."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.exports import Export, Line
from ledger.samples import KEYS, LOG, ORIGIN, OTHER, WITNESS, add, entry, seal
from strongroom import canonical
from strongroom.ledger import (
    Fault,
    LedgerFaultError,
    SignedNote,
    TreeHead,
    merkle,
    offline_verifier,
    verify_export,
)

SIZES = (40, 70, 100)
TOTAL = SIZES[-1]
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def export(ledger, witness, tmp_path) -> Export:
    for start, stop in zip((0, *SIZES), SIZES, strict=False):
        add(ledger, start, stop)
        seal(ledger, witness)
    ledger.export(tmp_path / "export.jsonl")
    return Export.read(tmp_path / "export.jsonl")


@pytest.fixture
def fault(tmp_path):
    """Verify a tampered export; the fault it is refused for, and the index named with it."""

    def find(tampered: Export, keys=KEYS, **options) -> tuple[Fault, int | None]:
        with pytest.raises(LedgerFaultError) as refusal:
            verify_export(tampered.write(tmp_path / "tampered.jsonl"), keys, **options)
        assert refusal.value.hint
        return refusal.value.fault, refusal.value.index

    return find


def json_line(value: dict[str, str]) -> bytes:
    return canonical.encode(value) + b"\n"


def forged(line: Line) -> Line:
    return replace(line, body=line.body.replace(b"rosalind", b"mallory!"))


def test_the_untouched_export_verifies(export, tmp_path):
    report = verify_export(export.write(tmp_path / "same.jsonl"), KEYS)
    assert (report.entries, report.sealed, report.checkpoints) == (TOTAL, TOTAL, len(SIZES))
    assert report.witnesses == (WITNESS.name,)
    assert report.warnings == ()


@pytest.mark.parametrize("place", [0, 39, 40, 64, 99])
def test_a_changed_entry_is_named(export, fault, place):
    lines = [*export.entries]
    lines[place] = forged(lines[place])
    assert fault(export.with_entries(lines)) == (Fault.CHANGED, place)


@pytest.mark.parametrize(("place", "span"), [(0, 0), (39, 0), (40, 40), (99, 70)])
def test_a_change_with_its_hash_recomputed_is_placed_between_checkpoints(export, fault, place, span):
    lines = [*export.entries]
    lines[place] = forged(lines[place])
    assert fault(export.with_entries(lines, relabel=True)) == (Fault.CHANGED, span)


def test_a_changed_leaf_hash_is_named(export, fault):
    lines = [*export.entries]
    lines[8] = replace(lines[8], leaf="00" * 32)
    assert fault(export.with_entries(lines)) == (Fault.CHANGED, 8)


@pytest.mark.parametrize("place", [0, 39, 40, 98])
def test_a_removed_entry_is_named(export, fault, place):
    lines = export.entries[:place] + export.entries[place + 1 :]
    assert fault(export.with_entries(lines)) == (Fault.REMOVED, place)


def test_a_removed_entry_with_the_rest_renumbered_is_missed(export, fault):
    lines = export.entries[:5] + export.entries[6:]
    assert fault(export.with_entries(lines, relabel=True))[0] is Fault.REMOVED


@pytest.mark.parametrize("place", [0, 39, 40, 99])
@pytest.mark.parametrize("relabel", [False, True])
def test_an_inserted_entry_is_named(export, fault, place, relabel):
    lines = [*export.entries]
    lines.insert(place, forged(lines[place]))
    found, index = fault(export.with_entries(lines, relabel=relabel))
    assert found is Fault.INSERTED
    assert relabel is False or index == place


def test_an_entry_added_after_the_last_checkpoint_is_named(export, fault):
    lines = [*export.entries, forged(export.entries[3])]
    assert fault(export.with_entries(lines, relabel=True)) == (Fault.INSERTED, TOTAL)


@pytest.mark.parametrize("relabel", [False, True])
@pytest.mark.parametrize("places", [(0, 1), (3, 30), (50, 51), (98, 99)])
def test_reordered_entries_are_named(export, fault, places, relabel):
    first, second = places
    lines = [*export.entries]
    lines[first], lines[second] = lines[second], lines[first]
    assert fault(export.with_entries(lines, relabel=relabel)) == (Fault.REORDERED, first)


def test_reordered_entries_are_named_though_another_was_changed(export, fault):
    """Two faults at once must not hide each other: the leaf hashes are no longer the signed ones."""
    lines = [*export.entries]
    lines[3], lines[30] = lines[30], lines[3]
    lines[60] = forged(lines[60]).relabelled(60)
    assert fault(export.with_entries(lines)) == (Fault.REORDERED, 3)


def test_a_wrong_index_beside_an_entry_is_named(export, fault):
    lines = [*export.entries]
    lines[20:] = [replace(line, index=line.index + 1) for line in lines[20:]]
    assert fault(export.with_entries(lines)) == (Fault.INDEX_GAP, 20)
    # A checkpoint held elsewhere that agrees with the log does not change what is wrong with it.
    assert fault(export.with_entries(lines), checkpoints=[export.note(2)]) == (Fault.INDEX_GAP, 20)


def test_a_signed_entry_without_a_time_is_refused(fault):
    """Even the log's own key cannot make an auditor accept an entry that says nothing of when."""
    bodies = [entry(number).to_bytes() for number in range(3)]
    bodies[1] = b'{"kind":"view.issued"}'
    tree = merkle.Frontier()
    for body in bodies:
        tree.add(merkle.leaf_hash(body))
    text = TreeHead(ORIGIN, len(bodies), tree.root()).text
    lines = [Line(body, 0, "").relabelled(place) for place, body in enumerate(bodies)]
    header = json_line({"format": offline_verifier.FORMAT, "origin": ORIGIN})
    signed = json_line({"checkpoint": str(SignedNote(text, (LOG.sign(text),)))})
    assert fault(Export(header, [signed], lines), [LOG.verifier_key]) == (Fault.MALFORMED, None)


def test_another_format_is_refused(export, fault):
    """An auditor's verifier must not guess at what a later format means."""
    later = json_line({"format": "strongroom-ledger-export/2", "origin": ORIGIN})
    assert fault(replace(export, header=later))[0] is Fault.MALFORMED


@pytest.mark.parametrize(
    "respelt",
    [
        lambda line: line.replace("=\n", "\n"),
        lambda line: f"{line[:-3]}{chr(ord(line[-3]) + 1)}=\n",
    ],
    ids=["no padding", "other unused bits"],
)
def test_a_signature_spelt_otherwise_is_refused(export, fault, respelt):
    """A checkpoint has one spelling, so that two copies of a log can be compared byte by byte."""
    text = export.note(2).partition("\n\n")[0] + "\n"
    line = str(LOG.sign(text))
    for spelling, refused in ((line, False), (respelt(line), True)):
        signed = json_line({"checkpoint": f"{text}\n{spelling}"})
        tampered = replace(export, checkpoints=[*export.checkpoints[:2], signed])
        expected = Fault.MALFORMED if refused else Fault.WITNESS_MISSING
        assert fault(tampered)[0] is expected


def test_a_tail_cut_off_under_a_checkpoint_is_named(export, fault):
    assert fault(export.with_entries(export.entries[:80])) == (Fault.TRUNCATED, 80)
    assert fault(export.with_entries([])) == (Fault.TRUNCATED, 0)


def test_a_tail_cut_off_with_its_checkpoints_shows_against_one_held_elsewhere(export, fault, tmp_path):
    cut = replace(export, checkpoints=export.checkpoints[:2], entries=export.entries[: SIZES[1]])
    assert verify_export(cut.write(tmp_path / "cut.jsonl"), KEYS).entries == SIZES[1]
    assert fault(cut, checkpoints=[export.note(2)]) == (Fault.TRUNCATED, SIZES[1])
    assert fault(replace(cut, checkpoints=[]), checkpoints=[export.note(2)])[0] is Fault.TRUNCATED


@pytest.fixture
def fork(new_ledger, tmp_path) -> Export:
    """The same keys over another history: what an operator who rewrites everything can make."""
    other = new_ledger("fork")
    add(other, 0, SIZES[0])
    seal(other)
    add(other, 500, 500 + TOTAL - SIZES[0])
    seal(other)
    other.export(tmp_path / "fork.jsonl")
    return Export.read(tmp_path / "fork.jsonl")


def test_another_history_shows_against_a_checkpoint_held_elsewhere(export, fork, fault):
    for held in (export.note(1), export.note(2)):
        assert fault(fork, [LOG.verifier_key], checkpoints=[held])[0] is Fault.FORKED


def test_two_histories_in_one_export_are_named(export, fork, fault):
    same_size = replace(export, checkpoints=[*export.checkpoints, fork.checkpoints[1]])
    assert fault(same_size)[0] is Fault.FORKED
    earlier = replace(fork, checkpoints=[export.checkpoints[0], export.checkpoints[1], fork.checkpoints[1]])
    assert fault(earlier, [LOG.verifier_key])[0] is Fault.FORKED


def test_another_key_of_the_same_name_is_a_wrong_key(export, fault):
    assert fault(export, [OTHER.verifier_key])[0] is Fault.WRONG_KEY


def test_a_log_signed_by_another_key_is_a_wrong_key(new_ledger, tmp_path, fault):
    forged_log = new_ledger("forged")
    add(forged_log, 0, 3)
    seal(forged_log, signer=OTHER)
    forged_log.export(tmp_path / "forged.jsonl")
    assert fault(Export.read(tmp_path / "forged.jsonl"), KEYS)[0] is Fault.WRONG_KEY


def test_a_witness_key_is_not_a_log_key(export, fault):
    assert fault(export, [WITNESS.witness_key])[0] is Fault.WRONG_KEY


def test_a_false_signature_is_named(export, fault):
    note = export.note(2).replace(f"\n{TOTAL}\n", f"\n{TOTAL - 1}\n")
    line = json_line({"checkpoint": note})
    assert fault(replace(export, checkpoints=[*export.checkpoints[:2], line]))[0] is Fault.BAD_SIGNATURE


def test_a_missing_witness_is_named_unless_none_is_required(export, fork, fault, tmp_path):
    assert fault(fork)[0] is Fault.WITNESS_MISSING
    assert fault(export, witnesses=2)[0] is Fault.WITNESS_MISSING
    assert verify_export(fork.write(tmp_path / "fork.jsonl"), KEYS, witnesses=0).witnesses == ()


def test_an_export_without_checkpoints_is_refused(export, fault):
    assert fault(replace(export, checkpoints=[]))[0] is Fault.NO_CHECKPOINT


def test_checkpoints_out_of_order_are_refused(export, fault):
    assert fault(replace(export, checkpoints=export.checkpoints[::-1]))[0] is Fault.MALFORMED


@quick
@given(data=st.data())
def test_any_changed_byte_of_header_entries_or_last_checkpoint_is_refused(export, fault, data, tmp_path):
    """Earlier checkpoints may lose a cosignature without harm; the next test covers them."""
    whole = export.write(tmp_path / "whole.jsonl").read_bytes()
    earlier = range(len(export.header), len(export.header) + sum(map(len, export.checkpoints[:2])))
    place = data.draw(st.integers(0, len(whole) - 1).filter(lambda i: i not in earlier))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[place]))
    (tmp_path / "bytes.jsonl").write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])
    with pytest.raises(LedgerFaultError):
        verify_export(tmp_path / "bytes.jsonl", KEYS)


@quick
@given(data=st.data())
def test_no_mutation_of_bytes_lets_other_entries_pass(export, data, tmp_path):
    """Insert, delete, repeat or overwrite any stretch: what still verifies has the very same entries."""
    whole = export.write(tmp_path / "whole.jsonl").read_bytes()
    report = verify_export(tmp_path / "whole.jsonl", KEYS)
    start = data.draw(st.integers(0, len(whole)))
    stop = data.draw(st.integers(start, min(len(whole), start + 600)))
    middle = data.draw(st.binary(max_size=20) | st.just(whole[start:stop] * 2))
    (tmp_path / "bytes.jsonl").write_bytes(whole[:start] + middle + whole[stop:])
    try:
        found = verify_export(tmp_path / "bytes.jsonl", KEYS)
    except LedgerFaultError:
        return
    assert (found.root, found.entries) == (report.root, report.entries)


@quick
@given(data=st.data())
def test_any_rearrangement_of_entries_is_refused(export, data, tmp_path):
    """Whatever list of genuine and forged entries a careful forger writes, only the true one verifies."""
    places = data.draw(
        st.permutations(range(TOTAL)) | st.lists(st.integers(0, TOTAL - 1), max_size=TOTAL + 5)
    )
    lines = [export.entries[place] for place in places]
    relabel = data.draw(st.booleans())
    tampered = export.with_entries(lines, relabel=relabel)
    if list(places) == list(range(TOTAL)):
        return
    with pytest.raises(LedgerFaultError):
        verify_export(tampered.write(tmp_path / "tampered.jsonl"), KEYS)


@quick
@given(junk=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_junk_is_refused_and_never_crashes(junk, tmp_path, export):
    for text in (junk, export.header + junk, export.header + export.checkpoints[0] + junk + b"\n"):
        (tmp_path / "junk.jsonl").write_bytes(text)
        with pytest.raises(LedgerFaultError):
            verify_export(tmp_path / "junk.jsonl", KEYS)
