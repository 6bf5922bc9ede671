"""One entry of the record: who did what to which thing, when, under which policy, and the facts of it."""

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

    # C2SP tlog-tiles gives an entry 65,535 bytes; the rest is left to whoever wraps it.
    largest_entry: int = threshold(
        60_000,
        "bytes",
        "standard: C2SP tlog-tiles, entries of at most 65,535 bytes; the rest is left for an envelope",
    )


LIMITS = _Limits()
LARGEST_ENTRY = LIMITS.largest_entry


_KEYS = {"v", "kind", "actor", "subject", "facts", "time", "policy"}


@dataclass(frozen=True)
class Entry:
    """What is written down about one act.

    `kind` is a dotted verb such as "view.issued"; `facts` is made of dicts with ASCII keys, lists, strings,
    integers, booleans and None (strongroom.canonical); `policy` is the hash of the rules that were in force.
    """

    kind: str
    actor: str
    subject: str
    facts: Mapping[str, Any] = field(hash=False)
    time: datetime
    policy: str = ""

    def to_bytes(self) -> bytes:
        """Return the canonical JSON that is hashed into the tree.

        Raises LedgerError where the facts have no canonical form or the entry is larger than 60,000 bytes.
        """
        return self._encoded

    @cached_property
    def time_text(self) -> str:
        """The time as it stands in the body: RFC 3339 in UTC, with microseconds."""
        return timestamp(self.time)

    @cached_property
    def _encoded(self) -> bytes:
        # Encoded once: what was measured and hashed is what is stored, even if a caller alters the facts
        # meanwhile.
        try:
            body = canonical.encode(
                {
                    "actor": self.actor,
                    "facts": dict(self.facts),
                    "kind": self.kind,
                    "policy": self.policy,
                    "subject": self.subject,
                    "time": self.time_text,
                    "v": VERSION,
                }
            )
        except (TypeError, ValueError, RecursionError) as error:
            raise LedgerError(
                f"an entry of kind {self.kind!r} cannot be written: {error}.",
                hint="Facts are text, integers, booleans, None, and lists and dicts of them.",
            ) from error
        if len(body) > LARGEST_ENTRY:
            raise LedgerError(
                f"an entry of kind {self.kind!r} has {len(body):,} bytes, more than {LARGEST_ENTRY:,}.",
                hint="Keep the payload in a file and write its SHA-256 into the facts.",
            )
        return body

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """Read what `to_bytes` wrote; LedgerError for anything else, down to a different order of keys."""
        try:
            value = json.loads(body)
            if set(value) != _KEYS or value["v"] != VERSION:
                raise LedgerError("this is not an entry of version 1")
            entry = cls(
                kind=value["kind"],
                actor=value["actor"],
                subject=value["subject"],
                facts=value["facts"],
                time=parse_timestamp(value["time"]),
                policy=value["policy"],
            )
        except (ValueError, TypeError, RecursionError) as error:
            raise LedgerError(f"these bytes are not a ledger entry: {error}") from error
        if entry.to_bytes() != body:
            raise LedgerError("these bytes are not in canonical form")
        return entry
