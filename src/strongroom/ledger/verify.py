"""Verification within strongroom: the offline verifier's steps, for an export or the live tables.

offline_verifier alone defines what a valid log is. For the live tables three more parts are verified, which
an export does not have: the stored tree, the head, and the columns stored with each body.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from strongroom.errors import UsageError, VerificationError
from strongroom.ledger import offline_verifier
from strongroom.ledger.database import Database
from strongroom.ledger.entry import VERSION
from strongroom.ledger.merkle import leaves_before, node_hash
from strongroom.ledger.note import SignedNote, TreeHead, VerifierKey
from strongroom.ledger.offline_verifier import Fault, LogFaultError, Row, VerificationReport
from strongroom.ledger.rows import PAGE, StoredRow, as_bytes, stored_nodes, stored_pages

_HINT = "Do not change the database or any copy; compare with checkpoints held elsewhere."


class LedgerFaultError(VerificationError):
    """The ledger failed verification: `fault` is the kind, `index` the entry where it was found, if known."""

    def __init__(self, fault: Fault, message: str, index: int | None = None) -> None:
        super().__init__(f"the ledger failed verification ({fault.value}): {message}.", hint=_HINT)
        self.fault, self.index = fault, index


def verify_export(
    path: Path, keys: Sequence[str], *, witnesses: int | None = None, checkpoints: Sequence[str] = ()
) -> VerificationReport:
    """Verify an exported file; LedgerFaultError if it fails verification.

    `keys` are the trusted verifier keys of the log and its witnesses, `witnesses` is how many witnesses must
    have cosigned the newest checkpoint (default: all), `checkpoints` are signed notes kept elsewhere.
    """
    _require_keys(keys)
    with _named_fault():
        return offline_verifier.verify_file(path, keys, witnesses=witnesses, checkpoints=checkpoints)


def verify_database(
    db: Database,
    origin: str,
    notes: Sequence[str],
    keys: Sequence[str],
    *,
    witnesses: int | None = None,
    checkpoints: Sequence[str] = (),
) -> VerificationReport:
    """Verify the log in the tables; LedgerFaultError if it fails verification.

    Others may continue to write: only the log up to the current head is verified, and that part is immutable.
    """
    _require_keys(keys)
    with _named_fault():
        size = _head_size(db)
        rows = _Rows(db, size)
        report = offline_verifier.verify_log(
            origin, notes, rows.read, keys, witnesses=witnesses, checkpoints=checkpoints, growing=True
        )
        _require_head(db, report.entries, size)
        _require_columns(db, rows)
        _require_tree(db, size, rows)
    return report


@dataclass
class _Rows:
    """Reads the entries for the verifier, and compares with them, page by page, what is stored beside them.

    `mistimed` is the first entry whose time column is not the time in its body: the last field but one of
    its canonical form. `intact` is whether the stored nodes within each page are those of its entries; `tops`
    are the roots of complete pages, and `above` the stored nodes above pages.
    """

    db: Database
    size: int
    mistimed: int | None = None
    intact: bool = True
    tops: list[bytes] = field(default_factory=list)
    above: dict[int, bytes] = field(default_factory=dict)

    def read(self) -> Iterator[Row]:
        """Yield every entry."""
        self.mistimed, self.intact, self.tops, self.above = None, True, [], {}
        for page in stored_pages(self.db, stop=self.size):
            self._compare(page)
            for index, time, body, leaf in page:
                if not body.endswith(f',"time":"{time}","v":{VERSION}}}'.encode()) and self.mistimed is None:
                    self.mistimed = index
                yield Row(index, leaf, body)

    def _compare(self, page: Sequence[StoredRow]) -> None:
        first = page[0].number
        nodes = dict(_nodes([row.leaf_hash for row in page], first=first))
        stored = self.within(stored_nodes(self.db, 2 * first, 2 * (first + PAGE)))
        beyond = 2 * (first + PAGE) - 1
        if beyond in stored:
            self.above[beyond] = stored.pop(beyond)
        self.intact = self.intact and stored == nodes
        if len(page) == PAGE:
            self.tops.append(nodes.get(2 * first + PAGE - 1, b""))

    def within(self, nodes: dict[int, bytes]) -> dict[int, bytes]:
        """Return the nodes of this size; others may have added entries since."""
        if not nodes or leaves_before(max(nodes)) <= self.size:
            return nodes
        return {number: digest for number, digest in nodes.items() if leaves_before(number) <= self.size}


@contextmanager
def _named_fault() -> Iterator[None]:
    try:
        yield
    except LogFaultError as fault:
        raise LedgerFaultError(fault.fault, fault.message, fault.index) from fault


def _require_keys(keys: Sequence[str]) -> None:
    if not keys:
        raise UsageError("no verifier key was given.", hint="Give the log's verifier key.")
    for key in keys:
        VerifierKey.parse(key)


def _head_size(db: Database) -> int:
    rows = db.execute("SELECT size FROM ledger_head")
    if len(rows) != 1:
        raise LogFaultError(Fault.TREE_CHANGED, "the ledger's head is missing")
    return int(rows[0][0])


def _require_head(db: Database, entries: int, size: int) -> None:
    if entries < size:
        raise LogFaultError(Fault.TRUNCATED, f"{entries} of {size} entries remain", entries)
    # A single statement reads one consistent state, even if a writer commits at the same time.
    beyond = 'SELECT count(*) FROM ledger_entry WHERE "index" >= (SELECT size FROM ledger_head)'
    if db.execute(beyond) != [(0,)]:
        raise LogFaultError(Fault.INSERTED, "there are entries after the ledger's head", size)


def _require_columns(db: Database, rows: _Rows) -> None:
    """Compare the columns stored with each entry and checkpoint, for searching, with the hashed content."""
    if rows.mistimed is not None:
        raise LogFaultError(
            Fault.CHANGED, f"the time column of entry {rows.mistimed} was changed", rows.mistimed
        )
    for size, root, note in db.execute("SELECT size, root, note FROM ledger_checkpoint"):
        head = TreeHead.parse(SignedNote.parse(note).text)
        if (head.size, head.root) != (size, as_bytes(root)):
            raise LogFaultError(
                Fault.CHANGED, f"the columns of the checkpoint of {head.size} entries were changed"
            )


def _require_tree(db: Database, size: int, rows: _Rows) -> None:
    """Require that the stored nodes are those of the tree over the entries, within pages and above them."""
    above = dict(_nodes(rows.tops, level=PAGE.bit_length() - 1))
    beyond = "SELECT count(*) FROM ledger_node WHERE number >= (SELECT 2 * size FROM ledger_head)"
    if not rows.intact or rows.within(rows.above) != above or db.execute(beyond) != [(0,)]:
        raise LogFaultError(
            Fault.TREE_CHANGED, f"the nodes of the stored tree over {size} entries do not match the entries"
        )


def _nodes(hashes: Sequence[bytes], *, level: int = 0, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield number and hash of the complete subtrees above those of one level, from leaf `first`."""
    while len(hashes) > 1:
        level += 1
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)]
        start, step = 2 * first + (1 << level) - 1, 1 << (level + 1)
        yield from zip(range(start, start + len(hashes) * step, step), hashes, strict=True)
