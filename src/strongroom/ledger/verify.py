"""Verification inside the house: the offline verifier's steps, over an export or over the live tables.

The steps are offline_verifier's, so there is one statement of what a sound log is. Over the live tables three
things are added that an export does not have: the stored tree, the head, and the columns beside each body.
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

_HINT = "Keep the database and every copy as they are, and compare with checkpoints held elsewhere."


class RecordFaultError(VerificationError):
    """The record does not verify: `fault` names how, `index` is the entry where it shows, if one does."""

    def __init__(self, fault: Fault, message: str, index: int | None = None) -> None:
        super().__init__(f"the ledger does not verify ({fault.value}): {message}.", hint=_HINT)
        self.fault, self.index = fault, index


def verify_export(
    path: Path, keys: Sequence[str], *, witnesses: int | None = None, checkpoints: Sequence[str] = ()
) -> VerificationReport:
    """Verify an exported file; RecordFaultError where it does not verify.

    `keys` are the trusted verifier keys of log and witnesses, `witnesses` how many of the latter must have
    cosigned the newest checkpoint (all, by default), `checkpoints` signed notes that were kept elsewhere.
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
    """Verify the log in the tables; RecordFaultError where it does not verify.

    Others may go on writing: what is verified is the log up to the present head, and nothing of that changes.
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
        raise RecordFaultError(fault.fault, fault.message, fault.index) from fault


def _require_keys(keys: Sequence[str]) -> None:
    if not keys:
        raise UsageError("no key to verify with.", hint="Name the log's verifier key.")
    for key in keys:
        VerifierKey.parse(key)


def _head_size(db: Database) -> int:
    rows = db.execute("SELECT size FROM ledger_head")
    if len(rows) != 1:
        raise LogFaultError(Fault.TREE_CHANGED, "the ledger's head is missing")
    return int(rows[0][0])


def _require_head(db: Database, entries: int, size: int) -> None:
    if entries < size:
        raise LogFaultError(
            Fault.TRUNCATED, f"{entries} entries are left of {size} that were written", entries
        )
    # One statement sees one moment: a writer that commits meanwhile moves head and entries together.
    beyond = 'SELECT count(*) FROM ledger_entry WHERE "index" >= (SELECT size FROM ledger_head)'
    if db.execute(beyond) != [(0,)]:
        raise LogFaultError(Fault.INSERTED, "entries stand after the ledger's head", size)


def _require_columns(db: Database, entries: int) -> None:
    """Compare what stands beside an entry or a checkpoint, for people to search by, with what was hashed."""
    for row in stored_rows(db, stop=entries):
        if Entry.from_bytes(row.body).time_text != row.time:
            raise LogFaultError(Fault.CHANGED, f"the time beside entry {row.index} is not its own", row.index)
    for size, root, note in db.execute("SELECT size, root, note FROM ledger_checkpoint"):
        head = TreeHead.parse(SignedNote.parse(note).text)
        if (head.size, head.root) != (size, bytes(root)):
            raise LogFaultError(
                Fault.CHANGED, f"the columns beside the checkpoint of {head.size} were changed"
            )


def _require_tree(db: Database, size: int) -> None:
    """Compare every stored node with the tree over the entries, one page of leaves and its nodes at a time.

    Nodes are numbered from left to right, so those within a page of leaves lie together; the few above a page
    wait until the other side of the comparison has come to them.
    """
    edge = Frontier()
    stored: dict[int, bytes] = {}
    computed: dict[int, bytes] = {}
    for row in stored_rows(db, stop=size):
        if row.index % PAGE == 0:
            page = stored_nodes(db, 2 * row.index, 2 * (row.index + PAGE))
            stored |= {number: digest for number, digest in page.items() if leaves_before(number) <= size}
            _settle(stored, computed)
        computed |= {node.number: digest for node, digest in edge.add(row.leaf_hash)}
    _settle(stored, computed)
    beyond = "SELECT count(*) FROM ledger_node WHERE number >= (SELECT 2 * size FROM ledger_head)"
    if stored or computed or db.execute(beyond) != [(0,)]:
        raise LogFaultError(Fault.TREE_CHANGED, "the stored tree has nodes that are not the entries'")


def _settle(stored: dict[int, bytes], computed: dict[int, bytes]) -> None:
    """Take out of both what they agree on; LogFaultError where they do not."""
    for number in stored.keys() & computed.keys():
        if stored.pop(number) != computed.pop(number):
            raise LogFaultError(Fault.TREE_CHANGED, f"node {number} of the stored tree is not the entries'")
