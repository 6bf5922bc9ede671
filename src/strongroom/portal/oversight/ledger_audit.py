"""The ledger for auditors: verify it, export it, prove one entry."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from strongroom.errors import UsageError
from strongroom.ledger import Checkpoint, VerificationReport, verify_export
from strongroom.portal.acts.transactions import act, enter_relearned, ledger, seal
from strongroom.portal.database import require_intact
from strongroom.portal.home import LEDGER_KEY, WITNESS_KEY, Home, open_home


def trusted_keys(home: Home) -> list[str]:
    """Return the verifier keys of the home's ledger and witness."""
    return [home.verifier_key(name) for name in (LEDGER_KEY, WITNESS_KEY)]


def verify_ledger(home: Home, *, checkpoints: Sequence[str] = ()) -> VerificationReport:
    """Recompute the ledger in the database down to every hash, signature and checkpoint; LedgerFaultError.

    `checkpoints` are notes kept elsewhere, which the ledger must continue. It must also continue what the
    witness remembers (WitnessRefusedError), and the database's own structure must be intact (LedgerError).
    """
    require_intact()
    # First, so that what the witness knows is in the ledger by the time it is read.
    last = home.memory.last(home.origin)
    with transaction.atomic():
        log = ledger(home)
        report = log.verify(trusted_keys(home), checkpoints=checkpoints)
        # The stored tree is that of the entries, so its root at that size decides.
        log.continuing(last)
    return report


def verify_export_file(home: Home, path: Path) -> VerificationReport:
    """Verify an exported copy with this home's keys; LedgerFaultError."""
    return verify_export(path, trusted_keys(home))


def relearn(path: Path, note: str, *, by: str) -> Checkpoint:
    """Open a home whose witness lost its memory, which continues from this checkpoint; record that."""
    home = open_home(path, relearn=note)
    enter_relearned(home, by=by)
    return seal(home)


def export_ledger(home: Home, *, to: Path, by: str) -> Checkpoint:
    """Export the ledger to a new file, with the offline verifier beside it, and record the export."""
    if to.exists():
        raise UsageError(f"{to} already exists.", hint="Choose a new file with --to.")
    with act(home, by=by) as record:
        record("ledger.exported", to.name)
    sealed = seal(home)
    with transaction.atomic():
        ledger(home).export(to)
    return sealed


def prove_entry(home: Home, index: int) -> dict[str, Any]:
    """Return an entry with its inclusion proof: a checkpoint and the path to its root."""
    sealed = seal(home)
    with transaction.atomic():
        log = ledger(home)
        proof = log.prove(index, sealed.head.size)
        entry = log.entry(index)
    return {
        "index": index,
        "entry": entry.to_bytes().decode(),
        "leaf_hash": proof.leaf_hash.hex(),
        "path": [each.hex() for each in proof.path],
        "checkpoint": str(sealed),
        "keys": trusted_keys(home),
    }
