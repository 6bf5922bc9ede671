"""A witness: a second key that signs only if the log's history is unchanged.

It stores the size and root of each log that it last cosigned, and cosigns a checkpoint only with a proof that
the new tree begins with the old one. The holder of the log and its key therefore cannot show two people
different histories without the witness's help. A witness protects best on another machine, run by another
party.
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


_FORGOTTEN = (
    "Restore it from a backup, or give the witness a checkpoint that was kept elsewhere: "
    "strongroom ledger checkpoint --from FILE."
)

_COMPARE = "Compare the database with backups and exports; docs/how-to/backup.md says how."


class WitnessRefusedError(LedgerError):
    """The witness refuses to cosign: the log shrank, forked, or is not signed by a trusted key."""


class WitnessMemory(Protocol):
    """Storage for the last head that a witness cosigned of each log."""

    def last(self, origin: str) -> TreeHead:
        """Return the last cosigned head of a log; the empty tree for a new log."""

    def advance(self, origin: str, step: Advance) -> None:
        """Replace the last head by `step(last)`, durably and atomically."""


class FileMemory:
    """A memory in one JSON file, {origin: [size, root in hex]}."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path) -> "FileMemory":
        """Make an empty memory for a new witness; FileExistsError if there is one."""
        with path.open("x", encoding="utf-8") as file:
            file.write("{}")
            file.flush()
            os.fsync(file.fileno())
        return cls(path)

    def last(self, origin: str) -> TreeHead:
        """Return the last cosigned head of a log; the empty tree for a new log."""
        try:
            size, root = self._read().get(origin, (0, EMPTY_ROOT.hex()))
            return TreeHead(origin, int(size), bytes.fromhex(root))
        except (ValueError, TypeError) as error:
            raise self._unreadable() from error

    def advance(self, origin: str, step: Advance) -> None:
        """Replace the last head by `step(last)` under a file lock, and flush it to disk."""
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
        try:
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise WitnessRefusedError(
                f"the witness's memory {self.path} is missing, so it does not cosign.", hint=_FORGOTTEN
            ) from error
        except (ValueError, TypeError) as error:
            raise self._unreadable() from error

    def _unreadable(self) -> LedgerError:
        return LedgerError(
            f"the witness's memory {self.path} cannot be read, so it does not cosign.", hint=_FORGOTTEN
        )


@dataclass(frozen=True)
class Witness:
    """Cosigns checkpoints of logs whose history is unchanged.

    `memory` is a file or a WitnessMemory; `log_keys` are the logs' verifier keys as text. An independent
    witness must have them; if there are none, as for a witness in the log's own home, the log's signature is
    not verified.
    """

    memory: Path | WitnessMemory
    signer: Signer
    log_keys: Sequence[str] = ()

    def last_size(self, origin: str) -> int:
        """Return the size this witness last cosigned, from which the next consistency proof starts."""
        return self._memory.last(origin).size

    def relearn(self, note: SignedNote) -> TreeHead:
        """Continue from a checkpoint that this witness cosigned before it lost its memory; return its head.

        Raises WitnessRefusedError where the witness did not sign it, or remembers a newer one.
        """
        head = self.signed_head(note)
        memory = self._memory
        if isinstance(memory, FileMemory) and not memory.path.exists():
            FileMemory.create(memory.path)
        if memory.last(head.origin).size > head.size:
            raise WitnessRefusedError("the witness remembers more entries than that checkpoint covers.")
        memory.advance(head.origin, lambda _: head)
        return head

    def signed_head(self, note: SignedNote) -> TreeHead:
        """Return the head of a checkpoint that this witness cosigned; WitnessRefusedError if it did not."""
        if not note.signed_by(VerifierKey.parse(self.signer.witness_key)):
            raise WitnessRefusedError("this witness did not sign that checkpoint.")
        return TreeHead.parse(note.text)

    def cosign(self, note: SignedNote, proof: ConsistencyProof, *, clock: Clock) -> NoteSignature:
        """Verify that a checkpoint extends the last one, store it, and return the cosignature.

        Raises WitnessRefusedError, and stores nothing, if the proof does not show an unchanged history.
        """
        head = TreeHead.parse(note.text)
        if self.log_keys and not any(note.signed_by(VerifierKey.parse(key)) for key in self.log_keys):
            raise WitnessRefusedError(
                f"the checkpoint of {head.origin} is not signed by a key this witness trusts."
            )
        self._memory.advance(head.origin, lambda last: continued(last, head, proof))
        return self.signer.cosign(note.text, clock=clock)

    @property
    def _memory(self) -> WitnessMemory:
        return FileMemory(self.memory) if isinstance(self.memory, Path) else self.memory


def _flush_folder(folder: Path) -> None:
    # Otherwise a power failure could restore the old memory, and the witness could then cosign a fork.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def continued(last: TreeHead, head: TreeHead, proof: ConsistencyProof) -> TreeHead:
    """Return `head` if the proof shows that it extends `last`; WitnessRefusedError otherwise."""
    if head.size < last.size:
        raise WitnessRefusedError(
            f"the log {head.origin} shrank from {last.size} to {head.size} entries; the witness refused.",
            hint=f"Entries were lost or removed. {_COMPARE}",
        )
    if (proof.old, proof.new) != (last.size, head.size) or not proof.verify(last.root, head.root):
        raise WitnessRefusedError(
            f"the log {head.origin} does not continue its first {last.size} entries; the witness refused.",
            hint=f"Its history was rewritten. {_COMPARE}",
        )
    return head
