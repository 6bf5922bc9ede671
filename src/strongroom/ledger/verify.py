"""Verification within strongroom: the offline verifier's steps, for an export or the live tables.

offline_verifier alone defines what a valid log is. For the live tables three more parts are verified, which
an export does not have: the stored tree, the head, and the columns stored with each body.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from strongroom.errors import UsageError, VerificationError
from strongroom.ledger import offline_verifier
from strongroom.ledger.database import Database
from strongroom.ledger.entry import Entry
from strongroom.ledger.merkle import Frontier, leaves_before
from strongroom.ledger.note import SignedNote, TreeHead, VerifierKey
from strongroom.ledger.offline_verifier import Fault, LogFaultError, Row, VerificationReport
from strongroom.ledger.rows import PAGE, stored_nodes, stored_rows

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
        report = offline_verifier.verify_log(
            origin,
            notes,
            lambda: (Row(row.index, row.leaf_hash, row.body) for row in stored_rows(db, stop=size)),
            keys,
            witnesses=witnesses,
            checkpoints=checkpoints,
            growing=True,
        )
        _require_head(db, report.entries, size)
        _require_columns(db, size)
        _require_tree(db, size)
    return report


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


def _require_columns(db: Database, entries: int) -> None:
    """Compare the columns stored with each entry and checkpoint, for searching, with the hashed content."""
    for row in stored_rows(db, stop=entries):
        if Entry.from_bytes(row.body).time_text != row.time:
            raise LogFaultError(Fault.CHANGED, f"the time column of entry {row.index} was changed", row.index)
    for size, root, note in db.execute("SELECT size, root, note FROM ledger_checkpoint"):
        head = TreeHead.parse(SignedNote.parse(note).text)
        if (head.size, head.root) != (size, bytes(root)):
            raise LogFaultError(
                Fault.CHANGED, f"the columns of the checkpoint of {head.size} entries were changed"
            )


def _require_tree(db: Database, size: int) -> None:
    """Compare every stored node with the tree over the entries, one page of leaves at a time.

    Nodes are numbered from left to right, so those within a page of leaves are contiguous. The few nodes
    above a page are kept until both the stored and the computed hash are known.
    """
    edge = Frontier()
    stored: dict[int, bytes] = {}
    computed: dict[int, bytes] = {}
    for row in stored_rows(db, stop=size):
        if row.index % PAGE == 0:
            page = stored_nodes(db, 2 * row.index, 2 * (row.index + PAGE))
            stored |= {number: digest for number, digest in page.items() if leaves_before(number) <= size}
            _remove_matching(stored, computed)
        computed |= {node.number: digest for node, digest in edge.add(row.leaf_hash)}
    _remove_matching(stored, computed)
    beyond = "SELECT count(*) FROM ledger_node WHERE number >= (SELECT 2 * size FROM ledger_head)"
    if stored or computed or db.execute(beyond) != [(0,)]:
        raise LogFaultError(Fault.TREE_CHANGED, "the nodes of the stored tree do not match the entries")


def _remove_matching(stored: dict[int, bytes], computed: dict[int, bytes]) -> None:
    """Remove matching nodes from both; LogFaultError if a node differs."""
    for number in stored.keys() & computed.keys():
        if stored.pop(number) != computed.pop(number):
            raise LogFaultError(
                Fault.TREE_CHANGED, f"node {number} of the stored tree does not match the entries"
            )
