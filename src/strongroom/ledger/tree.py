"""The stored tree: reads from the tables only those hashes that a proof or root needs."""

from collections.abc import Iterable, Mapping, Sequence

from strongroom.errors import LedgerError
from strongroom.ledger.database import Database
from strongroom.ledger.merkle import Frontier, Node, complete_subtrees, range_hash
from strongroom.ledger.rows import as_bytes

Range = tuple[int, int]


def frontier(db: Database, size: int) -> Frontier:
    """Return the right edge of the tree over the first `size` entries."""
    nodes = complete_subtrees(0, size)
    hashes = _read(db, nodes)
    return Frontier(size, [hashes[node] for node in nodes])


def range_hashes(db: Database, ranges: Sequence[Range]) -> tuple[bytes, ...]:
    """Return the hash of the subtree over each range of leaves, reading all nodes in one query per table."""
    hashes = _read(db, [node for start, stop in ranges for node in complete_subtrees(start, stop)])
    return tuple(range_hash(*span, lambda level, position: hashes[Node(level, position)]) for span in ranges)


def _read(db: Database, nodes: Iterable[Node]) -> Mapping[Node, bytes]:
    """Return the hashes of nodes: leaves from ledger_entry, inner nodes from ledger_node."""
    wanted = list(nodes)
    leaves = {node.position: node for node in wanted if node.level == 0}
    inner = {node.number: node for node in wanted if node.level > 0}
    found = {
        **_select(db, 'SELECT "index", leaf_hash FROM ledger_entry WHERE "index" IN', leaves),
        **_select(db, "SELECT number, hash FROM ledger_node WHERE number IN", inner),
    }
    if len(found) != len(leaves) + len(inner):
        raise LedgerError(
            "part of the ledger's tree is missing from the database.", hint="Run 'strongroom ledger verify'."
        )
    return found


def _select(db: Database, sql: str, wanted: Mapping[int, Node]) -> dict[Node, bytes]:
    if not wanted:
        return {}
    placeholders = ", ".join(["%s"] * len(wanted))
    return {
        wanted[key]: as_bytes(digest) for key, digest in db.execute(f"{sql} ({placeholders})", list(wanted))
    }
