"""The ledger: an append-only log of entries with a Merkle tree, in the caller's database.

Writers lock the single row of ledger_head, so indices have no gaps and the tree grows in commit order. All
methods run inside the caller's transaction: an entry and the change it describes are stored together or not
at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from strongroom.clock import Clock, timestamp
from strongroom.errors import LedgerError, NotFoundError
from strongroom.ledger import merkle, tree
from strongroom.ledger.database import Database
from strongroom.ledger.entry import Entry
from strongroom.ledger.export import write_export
from strongroom.ledger.note import SignedNote, TreeHead
from strongroom.ledger.offline_verifier import VerificationReport
from strongroom.ledger.proof import ConsistencyProof, InclusionProof
from strongroom.ledger.rows import as_bytes, stored_rows
from strongroom.ledger.signer import Signer
from strongroom.ledger.verify import verify_database
from strongroom.ledger.witness import Witness, continued

_CHECKPOINTS = "SELECT size, root, note, time FROM ledger_checkpoint ORDER BY number"


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of the log's size and root; `str()` returns the note, `time` is RFC 3339."""

    head: TreeHead
    note: SignedNote
    time: str

    def __str__(self) -> str:
        return str(self.note)


class Ledger:
    """One log in one database; `origin` is its name in every checkpoint."""

    def __init__(self, db: Database, *, origin: str) -> None:
        self.db = db
        self.origin = origin

    def append(self, entries: Sequence[Entry]) -> list[int]:
        """Append entries in order and return their indices.

        Call it inside a transaction (on SQLite, one begun with BEGIN IMMEDIATE); the entries are in the log
        once that transaction is durable. Raises LedgerError, and writes nothing, if an entry cannot be
        encoded.
        """
        bodies = [entry.to_bytes() for entry in entries]
        start = self._lock(grow=len(bodies)) - len(bodies)
        edge = tree.frontier(self.db, start)
        rows: list[Sequence[Any]] = []
        nodes: list[Sequence[Any]] = []
        for index, (entry, body) in enumerate(zip(entries, bodies, strict=True), start):
            leaf = merkle.leaf_hash(body)
            rows.append((index, entry.time_text, body, leaf))
            nodes += [(node.number, digest) for node, digest in edge.add(leaf)]
        self.db.executemany(
            'INSERT INTO ledger_entry ("index", time, body, leaf_hash) VALUES (%s, %s, %s, %s)', rows
        )
        self.db.executemany("INSERT INTO ledger_node (number, hash) VALUES (%s, %s)", nodes)
        return list(range(start, start + len(bodies)))

    def size(self) -> int:
        """Return the number of entries."""
        return _head(self.db.execute("SELECT size FROM ledger_head"))

    def root(self, size: int | None = None) -> bytes:
        """Return the root (32 bytes) of the first `size` entries (default: all)."""
        return tree.frontier(self.db, self._within(size)).root()

    def entry(self, index: int) -> Entry:
        """Return one entry; NotFoundError if the log has no entry with that index."""
        rows = self.db.execute('SELECT body FROM ledger_entry WHERE "index" = %s', [index])
        if not rows:
            raise NotFoundError(
                f"the ledger has no entry {index}.",
                hint=f"The ledger has {self.size()} entries; the first is entry 0.",
            )
        return Entry.from_bytes(as_bytes(rows[0][0]))

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Yield (index, entry) from `start` up to but excluding `stop`, in order, one page at a time."""
        for row in stored_rows(self.db, start, self._within(stop)):
            yield row.number, Entry.from_bytes(row.body)

    def prove(self, index: int, size: int | None = None) -> InclusionProof:
        """Return a proof that entry `index` is among the first `size` entries; reads O(log size) rows."""
        size = self._within(size)
        if not 0 <= index < size:
            raise NotFoundError(f"the ledger has no entry {index} among its first {size}.")
        leaf, *path = tree.range_hashes(self.db, [(index, index + 1), *merkle.inclusion_ranges(index, size)])
        return InclusionProof(index=index, size=size, leaf_hash=leaf, path=tuple(path))

    def consistency(self, old: int, new: int | None = None) -> ConsistencyProof:
        """Return a proof that the first `new` entries (default: all) begin with the first `old`."""
        new = self._within(new)
        if not 0 <= old <= new:
            raise NotFoundError(f"{old} entries cannot be the beginning of the ledger's first {new}.")
        return ConsistencyProof(old, new, tree.range_hashes(self.db, merkle.consistency_ranges(old, new)))

    def continuing(self, last: TreeHead) -> TreeHead:
        """Return the log's present head, which must extend `last`; WitnessRefusedError otherwise."""
        size = self.size()
        head = TreeHead(self.origin, size, self.root(size))
        return continued(last, head, self.consistency(min(last.size, size), size))

    def checkpoint(self, signer: Signer, *, clock: Clock, witnesses: Sequence[Witness] = ()) -> Checkpoint:
        """Sign the log's current size and root, have each witness cosign, and store the note.

        Call it in a transaction that appends nothing: if a signed head were rolled back, the witnesses would
        report every later checkpoint as a fork. Raises LedgerError, without signing, if the log is not
        consistent with its last checkpoint, and if a witness refuses.
        """
        if signer.name != self.origin:
            raise LedgerError(f"the key {signer.name!r} cannot sign for the log {self.origin!r}.")
        head = TreeHead(self.origin, self._lock(grow=0), self.root())
        self._require_continuation(head)
        note = SignedNote(head.text, (signer.sign(head.text),))
        for witness in witnesses:
            proof = self.consistency(min(witness.last_size(self.origin), head.size), head.size)
            note = note.with_signature(witness.cosign(note, proof, clock=clock))
        checkpoint = Checkpoint(head, note, timestamp(clock()))
        self.db.execute(
            "INSERT INTO ledger_checkpoint (number, size, root, note, time) "
            "SELECT count(*), %s, %s, %s, %s FROM ledger_checkpoint",
            [head.size, head.root, str(note), checkpoint.time],
        )
        return checkpoint

    def checkpoints(self) -> list[str]:
        """Return every signed note, oldest first."""
        return [note for _, _, note, _ in self.db.execute(_CHECKPOINTS)]

    def last_checkpoint(self) -> Checkpoint | None:
        """Return the newest checkpoint; None if there is none yet."""
        rows = self.db.execute(f"{_CHECKPOINTS} DESC LIMIT 1")
        if not rows:
            return None
        size, root, note, time = rows[0]
        return Checkpoint(TreeHead(self.origin, size, as_bytes(root)), SignedNote.parse(note), time)

    def export(self, path: Path) -> None:
        """Write all checkpoints and the entries they cover to a file, with the offline verifier beside it.

        Entries after the newest checkpoint are left out; LedgerError if there is none. The file
        deliberately omits the keys that verify it: send them by another channel.
        """
        notes = self.checkpoints()
        if not notes:
            raise LedgerError(
                "the ledger has no checkpoint yet.", hint="Run 'strongroom ledger checkpoint' first."
            )
        # The size is the newest note's, not the head's: others may append or sign at the same time.
        size = TreeHead.parse(SignedNote.parse(notes[-1]).text).size
        write_export(path, db=self.db, origin=self.origin, notes=notes, size=size)

    def verify(
        self, keys: Sequence[str], *, witnesses: int | None = None, checkpoints: Sequence[str] = ()
    ) -> VerificationReport:
        """Verify the log in the database like an export, and also the stored tree, head and columns.

        `keys` are the trusted verifier keys of the log and its witnesses, `witnesses` is how many witnesses
        must have cosigned the newest checkpoint (default: all), `checkpoints` are signed notes kept
        elsewhere. Raises LedgerFaultError.
        """
        return verify_database(
            self.db, self.origin, self.checkpoints(), keys, witnesses=witnesses, checkpoints=checkpoints
        )

    def _lock(self, *, grow: int) -> int:
        """Take the write lock until the transaction ends; return the size after adding `grow` entries.

        One UPDATE takes the row lock on PostgreSQL and the write lock on SQLite, then reads the committed
        size.
        """
        return _head(self.db.execute("UPDATE ledger_head SET size = size + %s RETURNING size", [grow]))

    def _within(self, size: int | None) -> int:
        present = self.size()
        if size is not None and not 0 <= size <= present:
            raise NotFoundError(f"the ledger has {present} entries, not {size}.")
        return present if size is None else size

    def _require_continuation(self, head: TreeHead) -> None:
        """Refuse to sign two histories (tlog-checkpoint: a log must not sign inconsistent checkpoints)."""
        last = self.last_checkpoint()
        if last and (last.head.size > head.size or self.root(last.head.size) != last.head.root):
            raise LedgerError(
                f"the ledger contradicts its checkpoint of {last.head.size} entries; it was not signed.",
                hint="Do not change the database; run 'strongroom ledger verify'.",
            )


def _head(rows: list[tuple[Any, ...]]) -> int:
    if len(rows) != 1:
        raise LedgerError("the ledger's head is missing.", hint="Restore the database from a backup.")
    return int(rows[0][0])
