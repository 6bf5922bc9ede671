"""A witness: a second key that signs only a log that kept its past.

It remembers the last size and root it saw of each log, and cosigns a checkpoint only with a proof that the
new tree begins with the old one. Whoever holds the log and its key can therefore not show two histories to
two people unless the witness helps. A witness is worth most on another machine, in other hands.
"""

import fcntl
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from strongroom.clock import Clock
from strongroom.errors import LedgerError
from strongroom.ledger.merkle import EMPTY_ROOT
from strongroom.ledger.note import NoteSignature, SignedNote, TreeHead, VerifierKey
from strongroom.ledger.proof import ConsistencyProof
from strongroom.ledger.signer import Signer

Advance = Callable[[TreeHead], TreeHead]


class WitnessRefusedError(LedgerError):
    """The witness will not cosign: the log shrank, forked, or is not signed by the key it knows."""


class WitnessMemory(Protocol):
    """Where a witness keeps the last head of each log it has cosigned."""

    def last(self, origin: str) -> TreeHead:
        """Return the last head seen of a log, the empty tree for a log never seen."""

    def advance(self, origin: str, step: Advance) -> None:
        """Replace the last head by `step(last)`, durably, and without another writer in between."""


class FileMemory:
    """A memory in one small JSON file, {origin: [size, root in hex]}."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self, origin: str) -> TreeHead:
        """Return the last head seen of a log, the empty tree for a log never seen."""
        size, root = self._read().get(origin, (0, EMPTY_ROOT.hex()))
        return TreeHead(origin, size, bytes.fromhex(root))

    def advance(self, origin: str, step: Advance) -> None:
        """Replace the last head by `step(last)` under a file lock, and force it to the disk."""
        with self.path.with_name(self.path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            head = step(self.last(origin))
            partial = self.path.with_name(self.path.name + ".partial")
            with partial.open("w", encoding="utf-8") as file:
                json.dump({**self._read(), origin: [head.size, head.root.hex()]}, file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path)
            _flush_folder(self.path.parent)

    def _read(self) -> dict[str, tuple[int, str]]:
        if not self.path.exists():
            return {}
        try:
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise LedgerError(
                f"the witness's memory {self.path} cannot be read; it cosigns nothing.",
                hint="Restore it from a copy: a witness without a memory would cosign any history.",
            ) from error


@dataclass(frozen=True)
class Witness:
    """Cosigns checkpoints of logs that kept their past.

    `memory` is a file or a WitnessMemory; `log_keys` are the logs' verifier keys as text. A witness in
    another's hands names them; without any, as beside the log itself, the log's own signature is not looked
    at.
    """

    memory: Path | WitnessMemory
    signer: Signer
    log_keys: Sequence[str] = ()

    def seen(self, origin: str) -> int:
        """Return the size this witness saw last: the size its next consistency proof begins at."""
        return self._memory.last(origin).size

    def cosign(self, note: SignedNote, proof: ConsistencyProof, *, clock: Clock) -> NoteSignature:
        """Check a checkpoint against what was seen before, remember it, and return the cosignature.

        Raises WitnessRefusedError, and remembers nothing, where the log cannot show that it kept its past.
        """
        head = TreeHead.parse(note.text)
        if self.log_keys and not any(note.signed_by(VerifierKey.parse(key)) for key in self.log_keys):
            raise WitnessRefusedError(f"no key this witness knows signed the checkpoint of {head.origin}.")
        self._memory.advance(head.origin, lambda last: _continued(last, head, proof))
        return self.signer.cosign(note.text, clock=clock)

    @property
    def _memory(self) -> WitnessMemory:
        return FileMemory(self.memory) if isinstance(self.memory, Path) else self.memory


def _flush_folder(folder: Path) -> None:
    # Otherwise a power cut may bring the former memory back, and the witness cosign a fork of what it forgot.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _continued(last: TreeHead, head: TreeHead, proof: ConsistencyProof) -> TreeHead:
    if head.size < last.size:
        raise WitnessRefusedError(
            f"the log {head.origin} shrank from {last.size} to {head.size} entries; it is not cosigned.",
            hint="Entries were lost or removed: compare with a backup and with exports held elsewhere.",
        )
    if (proof.old, proof.new) != (last.size, head.size) or not proof.verify(last.root, head.root):
        raise WitnessRefusedError(
            f"the log {head.origin} does not continue the {last.size} entries seen; it is not cosigned.",
            hint="Its history was rewritten: compare with a backup and with exports held elsewhere.",
        )
    return head
