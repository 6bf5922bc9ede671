"""Verify an export of a strongroom ledger offline, with this file alone.

    python offline_verifier.py ledger.jsonl --key 'strongroom/ledger+1a2b3c4d+AQ...' [--key WITNESS]

It needs Python 3.11 and the package `cryptography`. Obtain the keys, this file, and an older
checkpoint (--checkpoint FILE) from a source other than that of the export: anything supplied with the export
proves nothing.

An export is a file of JSON lines: a header {"format", "origin"}; each {"checkpoint": signed note}, oldest
first; each {"entry": its canonical bytes, "index", "leaf": SHA-256 of 0x00 and those bytes, in hexadecimal}.
The verifier checks that:

 1. The file has exactly this format and names a log whose key is trusted: the key's name is the origin.
 2. Every checkpoint is signed by a trusted key of the log (c2sp.org/signed-note), and no signature line of a
    trusted key is invalid. The same applies to checkpoints given with --checkpoint.
 3. No two checkpoints of the same size have different roots.
 4. The newest checkpoint is cosigned by as many trusted witnesses as required (c2sp.org/tlog-cosignature).
 5. Indices count 0, 1, 2 ... and every entry's leaf hash is the one in its line.
 6. The tree (RFC 6962, section 2.1) over the entries has the signed root at the size of every checkpoint.
 7. The newest checkpoint covers every entry, and every entry it covers is present.
 8. Times do not go backwards. If they do, this is a warning, not a failure: a clock may be corrected.

Verification does not show that the entries are true or complete, or that all parties were given the same
history: for that, compare checkpoints with other parties, or require a witness.

This file shares no code with the ledger that writes entries, so that one error cannot affect both.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum
from itertools import combinations
from pathlib import Path
from typing import NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "strongroom-ledger-export/1"
LOG_KEY, WITNESS_KEY = 0x01, 0x04  # fixed: c2sp.org/signed-note, signature types
# fixed: bytes; twice the largest entry of the ledger, so that an endless line cannot exhaust memory. This
# file is given to auditors and imports nothing from strongroom, so its limits are declared here.
LONGEST_LINE = 131_072  # fixed: see above
# Entries: the search for a moved entry is quadratic and takes too long for more than this many.
SEARCHED = 128  # fixed: see above

_ENTRY = re.compile(rb'\{"entry":(\{.*\}),"index":(0|[1-9][0-9]{0,18}),"leaf":"([0-9a-f]{64})"\}\n')
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")
_SIGNATURES = re.compile(f"(?:{_SIGNATURE.pattern})+")
_CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
_decode_json = json.JSONDecoder().raw_decode
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class Fault(Enum):
    """The kinds of fault in a log."""

    MALFORMED = "malformed"
    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    INDEX_GAP = "index gap"
    TRUNCATED = "truncated"
    FORKED = "forked"
    WRONG_KEY = "wrong key"
    BAD_SIGNATURE = "bad signature"
    WITNESS_MISSING = "witness missing"
    NO_CHECKPOINT = "no checkpoint"
    TREE_CHANGED = "stored tree changed"


class LogFaultError(Exception):
    """The log failed verification: the fault, a message, and the index of the entry where it was found."""

    def __init__(self, fault: Fault, message: str, index: int | None = None) -> None:
        super().__init__(message)
        self.fault, self.message, self.index = fault, message, index


@dataclass(frozen=True)
class VerificationReport:
    """What was verified. `root` is hexadecimal; the newest checkpoint covers `sealed` entries."""

    origin: str
    entries: int
    sealed: int
    checkpoints: int
    root: str
    witnesses: tuple[str, ...]
    first_time: str
    last_time: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """A trusted public key, written name+id+base64(algorithm, key) (c2sp.org/signed-note)."""

    name: str
    key_id: bytes
    algorithm: int
    public: Ed25519PublicKey

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Parse a key; ValueError if it is malformed or its algorithm is unknown."""
        name, key_id, encoded = text.strip().split("+", 2)
        material = base64.b64decode(encoded, validate=True)
        digest = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        if digest.hex() != key_id or material[0] not in (LOG_KEY, WITNESS_KEY):
            raise ValueError(f"{text!r} is not a verifier key")
        return cls(name, digest, material[0], Ed25519PublicKey.from_public_bytes(material[1:]))

    def require_signed(self, text: str, signature: bytes) -> None:
        """Raise LogFaultError unless `signature` is this key's signature of a note's text."""
        message = text.encode()
        if self.algorithm == WITNESS_KEY:
            seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        try:
            self.public.verify(signature, message)
        except InvalidSignature as error:
            raise LogFaultError(Fault.BAD_SIGNATURE, f"a signature of {self.name} is invalid") from error


@dataclass(frozen=True)
class Head:
    """A verified checkpoint: the log's key and these witnesses signed this size and root."""

    size: int
    root: bytes
    witnesses: frozenset[str]


class Row(NamedTuple):
    """An entry as stored: its index, leaf hash and bytes."""

    number: int
    leaf: bytes
    body: bytes


Rows = Callable[[], Iterator[Row]]


def verify_file(
    path: Path, keys: Sequence[str], *, witnesses: int | None = None, checkpoints: Sequence[str] = ()
) -> VerificationReport:
    """Verify an export; LogFaultError if it fails verification, ValueError if a key is malformed.

    `keys` are the trusted keys of the log and its witnesses; `witnesses` is how many witnesses must have
    cosigned the newest checkpoint (default: all); `checkpoints` are signed notes kept elsewhere.
    """
    origin, notes, skip = _read_beginning(path)
    return verify_log(
        origin, notes, lambda: _read_entries(path, skip), keys, witnesses=witnesses, checkpoints=checkpoints
    )


def verify_log(
    origin: str,
    notes: Sequence[str],
    rows: Rows,
    keys: Sequence[str],
    *,
    witnesses: int | None = None,
    checkpoints: Sequence[str] = (),
    growing: bool = False,
) -> VerificationReport:
    """Apply steps 2 to 8 to a log from any source; each call of `rows` starts again at the first entry.

    A `growing` log may have entries after the newest checkpoint, because it is still being written.
    """
    trusted = [Key.parse(key) for key in keys]
    heads = [_verified_head(note, origin, trusted) for note in (*notes, *checkpoints)]
    if not heads:
        raise LogFaultError(Fault.NO_CHECKPOINT, "the log has no checkpoint")
    inside, outside = heads[: len(notes)], heads[len(notes) :]
    if [head.size for head in inside] != sorted(head.size for head in inside):
        raise LogFaultError(Fault.MALFORMED, "the checkpoints are not in order of size")
    _require_one_history(heads)
    newest = max(heads, key=lambda head: head.size)
    cosigners = frozenset().union(*(head.witnesses for head in heads if head.size == newest.size))
    _require_witnesses(cosigners, trusted, witnesses)
    walk = _walk(rows, {head.size for head in heads})
    if walk.disorder or any(walk.roots.get(head.size) != head.root for head in heads):
        own = inside or sorted(outside, key=lambda head: head.size)
        _diagnose(rows, own, outside, growing=growing)
    if walk.size > newest.size and not growing:
        raise LogFaultError(
            Fault.INSERTED,
            f"{walk.size - newest.size} entries follow the newest checkpoint",
            newest.size,
        )
    return VerificationReport(
        origin=origin,
        entries=walk.size,
        sealed=newest.size,
        checkpoints=len(inside),
        root=newest.root.hex(),
        witnesses=tuple(sorted(cosigners)),
        first_time=walk.first_time,
        last_time=walk.last_time,
        warnings=tuple(walk.warnings),
    )


# Step 1: the file format


def _read_beginning(path: Path) -> tuple[str, list[str], int]:
    """Return the origin, the checkpoints, and the offset in bytes of the first entry."""
    with path.open("rb") as file:
        header = _read_json(file.readline(LONGEST_LINE), {"format", "origin"})
        if header["format"] != FORMAT:
            raise LogFaultError(Fault.MALFORMED, f"this is not a {FORMAT} file")
        notes: list[str] = []
        skip = file.tell()
        while (line := file.readline(LONGEST_LINE)).startswith(b'{"checkpoint":'):
            notes.append(_read_json(line, {"checkpoint"})["checkpoint"])
            skip = file.tell()
    return header["origin"], notes, skip


def _read_json(line: bytes, names: set[str]) -> dict[str, str]:
    """Parse a line that must be canonical JSON: an object with string values only."""
    try:
        value = json.loads(line)
        written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        valid = (
            f"{written}\n".encode() == line
            and set(value) == names
            and all(type(text) is str for text in value.values())
        )
    except (ValueError, AttributeError, TypeError, RecursionError):
        valid = False
    if not valid:
        raise LogFaultError(Fault.MALFORMED, f"a line with {' and '.join(sorted(names))} was expected")
    return dict(value)


def _read_entries(path: Path, skip: int) -> Iterator[Row]:
    with path.open("rb") as file:
        file.seek(skip)
        position = 0
        while line := file.readline(LONGEST_LINE):
            match = _ENTRY.fullmatch(line)
            if match is None:
                raise LogFaultError(
                    Fault.MALFORMED, f"line {position} of the entries is not a complete entry", position
                )
            yield Row(int(match[2]), bytes.fromhex(match[3].decode()), match[1])
            position += 1


# Steps 2 to 4: checkpoints


def _verified_head(note: str, origin: str, trusted: Sequence[Key]) -> Head:
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    match = _CHECKPOINT.fullmatch(text)
    if not separator or _CONTROL.search(note) or not match or not _SIGNATURES.fullmatch(lines):
        raise LogFaultError(Fault.MALFORMED, "a checkpoint is not a signed note")
    signers = set()
    for name, encoded in _SIGNATURE.findall(lines):
        signature = _decode(encoded)
        for key in trusted:
            if (key.name, key.key_id) == (name, signature[:4]):
                key.require_signed(text, signature[4:])
                signers.add((key.algorithm, key.name))
    if match[1] != origin or (LOG_KEY, origin) not in signers:
        raise LogFaultError(
            Fault.WRONG_KEY, f"no trusted key of {origin!r} signed its checkpoint of {match[2]}"
        )
    witnesses = frozenset(name for algorithm, name in signers if algorithm == WITNESS_KEY)
    return Head(int(match[2]), _decode(match[3]), witnesses)


def _decode(encoded: str) -> bytes:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except ValueError:
        decoded = b""
    if base64.b64encode(decoded).decode() != encoded:
        raise LogFaultError(Fault.MALFORMED, "a checkpoint has base64 that is not in canonical form")
    return decoded


def _require_one_history(heads: Sequence[Head]) -> None:
    roots: dict[int, bytes] = {}
    for head in heads:
        if roots.setdefault(head.size, head.root) != head.root:
            raise LogFaultError(Fault.FORKED, f"the log signed two histories of {head.size} entries")


def _require_witnesses(cosigners: frozenset[str], trusted: Sequence[Key], required: int | None) -> None:
    known = {key.name for key in trusted if key.algorithm == WITNESS_KEY}
    needed = len(known) if required is None else required
    if len(cosigners) < needed:
        raise LogFaultError(
            Fault.WITNESS_MISSING, f"{len(cosigners)} of {needed} witnesses cosigned the newest checkpoint"
        )


# Steps 5 to 8: the entries and the tree over them


class Tree:
    """The roots of the complete subtrees of a growing tree, largest first (RFC 6962, section 2.1)."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        self.size, self.edge = size, list(edge)

    def add(self, leaf: bytes) -> None:
        """Add a leaf's hash; it completes as many subtrees as the size has trailing one bits."""
        size = self.size
        while size & 1:
            leaf = hashlib.sha256(b"\x01" + self.edge.pop() + leaf).digest()
            size >>= 1
        self.edge.append(leaf)
        self.size += 1

    def root(self, leaves: Sequence[bytes] = ()) -> bytes:
        """Return the root of the tree, or of the tree with these further leaves."""
        tree = Tree(self.size, self.edge)
        for leaf in leaves:
            tree.add(leaf)
        if not tree.edge:
            return hashlib.sha256(b"").digest()
        root = tree.edge.pop()
        while tree.edge:
            root = hashlib.sha256(b"\x01" + tree.edge.pop() + root).digest()
        return root


@dataclass
class Walk:
    """The result of one pass over the entries: `roots` by size; `disorder` if an invalid entry ended it."""

    size: int = 0
    roots: dict[int, bytes] = field(default_factory=dict)
    first_time: str = ""
    last_time: str = ""
    warnings: list[str] = field(default_factory=list)
    disorder: bool = False


def _walk(rows: Rows, sizes: set[int]) -> Walk:
    walk, tree, last = Walk(), Tree(), ""
    for number, leaf, body in rows():
        if tree.size in sizes:
            walk.roots[tree.size] = tree.root()
        time = _time_of(body)
        if number != tree.size or leaf != _leaf_hash(body) or not time:
            walk.disorder = True
            return walk
        if time < last:
            walk.warnings.append(f"entry {number} has an earlier time than the entry before it: {time}")
        walk.first_time, last = walk.first_time or time, time
        tree.add(leaf)
    walk.last_time = last
    walk.size, walk.roots[tree.size] = tree.size, tree.root()
    return walk


def _leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


def _time_of(body: bytes) -> str:
    """Return the time of an entry; an empty string if it has none."""
    try:
        # raw_decode: a canonical entry has no space around it to look for.
        text = body.decode()
        entry, end = _decode_json(text, 0)
        time = entry["time"] if end == len(text) else ""
        return time if _TIME.fullmatch(time) else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


# The log has failed verification by now; the functions below determine the kind of fault as far as possible.


def _diagnose(rows: Rows, heads: Sequence[Head], outside: Sequence[Head], *, growing: bool) -> NoReturn:
    listed = list(rows())
    leaves = [_leaf_hash(row.body) for row in listed]
    roots = _roots(leaves, {head.size for head in (*heads, *outside)})
    bad = next((head for head in heads if roots.get(head.size) != head.root), None)
    if bad is None:
        _blame_outside(outside, roots, len(leaves))
        _blame_labels(listed, leaves)
    elif roots.get(heads[-1].size) == heads[-1].root:
        raise LogFaultError(Fault.FORKED, f"the log also signed another history of {bad.size} entries")
    else:
        _blame_doubles(listed)
        _blame_by_recorded_leaves(listed, leaves, heads[-1])
        _blame_by_numbers(listed, bad, heads[-1])
        good = max((head.size for head in heads if head.size < bad.size), default=0)
        _blame_by_search(leaves, good, bad, surplus=len(leaves) > heads[-1].size and not growing)
    raise LogFaultError(Fault.MALFORMED, "an entry is malformed: it has no time")


def _roots(leaves: Sequence[bytes], sizes: set[int]) -> dict[int, bytes]:
    tree, roots = Tree(), {}
    for leaf in leaves:
        if tree.size in sizes:
            roots[tree.size] = tree.root()
        tree.add(leaf)
    return {**roots, tree.size: tree.root()}


def _blame_outside(outside: Sequence[Head], roots: dict[int, bytes], size: int) -> None:
    """Report a conflict with a checkpoint kept elsewhere when the log agrees with its own."""
    for head in outside:
        if head.size > size:
            raise LogFaultError(Fault.TRUNCATED, f"{size} of {head.size} signed entries remain", size)
        if roots.get(head.size) != head.root:
            raise LogFaultError(
                Fault.FORKED, f"the log earlier signed another history of {head.size} entries"
            )


def _blame_labels(listed: Sequence[Row], leaves: Sequence[bytes]) -> None:
    """Report a wrong index or leaf hash when the entries themselves are unchanged and in order."""
    for position, (row, leaf) in enumerate(zip(listed, leaves, strict=True)):
        if row.number != position:
            raise LogFaultError(Fault.INDEX_GAP, f"entry {position} is numbered {row.number}", position)
        if row.leaf != leaf:
            raise LogFaultError(Fault.CHANGED, f"the leaf hash of entry {position} was changed", position)


def _blame_doubles(listed: Sequence[Row]) -> None:
    if len({row.number for row in listed}) < len(listed):
        place = next(i for i, row in enumerate(listed) if row.number != i)
        raise LogFaultError(Fault.INSERTED, f"an index occurs twice, at or before entry {place}", place)


def _blame_by_recorded_leaves(listed: Sequence[Row], leaves: Sequence[bytes], newest: Head) -> None:
    """Report the entry that does not match its leaf hash when the leaf hashes are the signed ones."""
    for order in (listed, sorted(listed, key=lambda row: row.number)):
        recorded = [row.leaf for row in order]
        if len(recorded) >= newest.size and Tree().root(recorded[: newest.size]) == newest.root:
            position = next(i for i, leaf in enumerate(leaves) if leaf != recorded[i])
            moved = Counter(leaves) == Counter(recorded)
            fault = Fault.REORDERED if moved else Fault.CHANGED
            raise LogFaultError(fault, f"entry {position} is not the signed entry", position)


def _blame_by_numbers(listed: Sequence[Row], bad: Head, newest: Head) -> None:
    """Report missing or moved indices, or missing entries at the end."""
    indices, size = [row.number for row in listed], len(listed)
    moved = next((i for i, index in enumerate(indices) if index != i), None)
    missing = next((i for i, index in enumerate(sorted(indices)) if index != i), None)
    if missing is not None:
        raise LogFaultError(Fault.REMOVED, f"entry {missing} is missing", missing)
    if moved is not None:
        raise LogFaultError(Fault.REORDERED, f"entry {indices[moved]} is at position {moved}", moved)
    if size < bad.size:
        raise LogFaultError(Fault.TRUNCATED, f"{size} of {newest.size} signed entries remain", size)
    if size < newest.size:
        raise LogFaultError(
            Fault.REMOVED, f"{newest.size - size} entries are missing, some of them before entry {bad.size}"
        )


def _blame_by_search(leaves: Sequence[bytes], good: int, bad: Head, *, surplus: bool) -> NoReturn:
    """Find one insertion or exchange that explains the entries between a good and a bad checkpoint."""
    tree, span = Tree(), list(leaves[good : bad.size])
    for leaf in leaves[:good]:
        tree.add(leaf)
    if len(span) <= SEARCHED:
        for i in range(len(span) if len(leaves) > bad.size else 0):
            if tree.root([*span[:i], *span[i + 1 :], leaves[bad.size]]) == bad.root:
                raise LogFaultError(Fault.INSERTED, f"entry {good + i} was inserted", good + i)
        for i, j in combinations(range(len(span)), 2):
            if tree.root([*span[:i], span[j], *span[i + 1 : j], span[i], *span[j + 1 :]]) == bad.root:
                message = f"entries {good + i} and {good + j} were exchanged"
                raise LogFaultError(Fault.REORDERED, message, good + i)
    fault = Fault.INSERTED if surplus else Fault.CHANGED
    raise LogFaultError(fault, f"an entry was {fault.value} between {good} and {bad.size - 1}", good)


# The command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 if the log is verified, 1 if not."""
    parser = argparse.ArgumentParser(description="Verify an export of a strongroom ledger.")
    parser.add_argument("export", type=Path)
    parser.add_argument(
        "--key", action="append", required=True, help="verifier key of the log or a witness, or @FILE"
    )
    parser.add_argument(
        "--checkpoint", type=Path, action="append", default=[], help="a signed checkpoint kept elsewhere"
    )
    parser.add_argument("--witnesses", type=int, help="how many witnesses must have cosigned (default: all)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    options = parser.parse_args(arguments)
    try:
        keys = [line for key in options.key for line in _lines(key)]
        kept = [path.read_text(encoding="utf-8") for path in options.checkpoint]
        report = verify_file(options.export, keys, witnesses=options.witnesses, checkpoints=kept)
    except LogFaultError as fault:
        name = fault.fault.value
        found = {"verified": False, "fault": name, "message": fault.message, "index": fault.index}
        _write(found, f"NOT VERIFIED ({name}): {fault.message}.", as_json=options.json)
        return 1
    except (OSError, ValueError) as error:
        sys.stderr.write(f"Nothing was verified: {error}\n")
        return 1
    sentence = (
        f"Verified: {report.sealed} entries of {report.origin}, root {report.root}, "
        f"{report.checkpoints} checkpoints, cosigned by {', '.join(report.witnesses) or 'no witness'}."
    )
    warnings = "".join(f"\nWarning: {warning}." for warning in report.warnings)
    _write({"verified": True, **asdict(report)}, sentence + warnings, as_json=options.json)
    return 0


def _lines(key: str) -> list[str]:
    return Path(key[1:]).read_text(encoding="utf-8").split() if key.startswith("@") else [key]


def _write(value: Mapping[str, object], sentence: str, *, as_json: bool) -> None:
    sys.stdout.write((json.dumps(value) if as_json else sentence) + "\n")


if __name__ == "__main__":
    sys.exit(main())
