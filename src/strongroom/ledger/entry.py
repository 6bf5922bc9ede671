"""One ledger entry: actor, action, subject, time, policy and further facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from strongroom import canonical
from strongroom.clock import parse_timestamp, timestamp
from strongroom.errors import LedgerError
from strongroom.thresholds import Thresholds, threshold

VERSION = 1  # fixed: the version of the entry format


class _Limits(Thresholds):
    """The numbers this module decides by."""

    largest_entry: int = threshold(
        60_000,
        "bytes",
        "standard: C2SP tlog-tiles, entries of at most 65,535 bytes; the rest is left for an envelope",
    )


LIMITS = _Limits()
LARGEST_ENTRY = LIMITS.largest_entry


_KEYS = {"v", "kind", "actor", "subject", "facts", "time", "policy"}
State = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Entry:
    """The ledger's account of one act.

    `kind` is a dotted name such as "view.issued"; `facts` contains only dicts with ASCII keys, lists,
    strings, integers, booleans and None (strongroom.canonical); `policy` is the hash of the rules in force.
    `state` has the digests of the rows that the act wrote, by table and key; it is left out where empty.
    """

    kind: str
    actor: str
    subject: str
    facts: Mapping[str, Any] = field(hash=False)
    time: datetime
    policy: str = ""
    state: State = field(default_factory=dict, hash=False)

    def to_bytes(self) -> bytes:
        """Return the canonical JSON that is hashed into the tree.

        Raises LedgerError if the facts have no canonical form or the entry exceeds 60,000 bytes.
        """
        return self._encoded

    @cached_property
    def time_text(self) -> str:
        """The time as written in the body: RFC 3339 in UTC, with microseconds."""
        return timestamp(self.time)

    @cached_property
    def _encoded(self) -> bytes:
        # Encoded once: the bytes stored are the bytes hashed, even if a caller later changes the facts.
        try:
            body = canonical.encode(
                {
                    "actor": self.actor,
                    "facts": dict(self.facts),
                    "kind": self.kind,
                    "policy": self.policy,
                    **({"state": self._plain_state} if self.state else {}),
                    "subject": self.subject,
                    "time": self.time_text,
                    "v": VERSION,
                }
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise LedgerError(
                f"an entry of kind {self.kind!r} cannot be encoded: {error}.",
                hint="Facts may be strings, integers, booleans, None, and lists and dicts of these.",
            ) from error
        if len(body) > LARGEST_ENTRY:
            raise LedgerError(
                f"an entry of kind {self.kind!r} has {len(body):,} bytes; the limit is {LARGEST_ENTRY:,}.",
                hint="Store the content in a file and put its SHA-256 in the facts.",
            )
        return body

    @property
    def _plain_state(self) -> dict[str, dict[str, str]]:
        return {table: dict(rows) for table, rows in self.state.items()}

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """Parse the output of `to_bytes`; LedgerError for anything else, including a different key order."""
        try:
            value = json.loads(body)
            if set(value) - {"state"} != _KEYS or value["v"] != VERSION:
                raise LedgerError("this is not an entry of version 1")
            entry = cls(
                kind=value["kind"],
                actor=value["actor"],
                subject=value["subject"],
                facts=value["facts"],
                time=parse_timestamp(value["time"]),
                policy=value["policy"],
                state=value.get("state", {}),
            )
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise LedgerError(f"these bytes are not a ledger entry: {error}") from error
        if entry.to_bytes() != body:
            raise LedgerError("these bytes are not in canonical form")
        return entry
