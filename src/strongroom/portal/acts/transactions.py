"""No state change without a ledger entry in the same transaction.

Every action opens an `act`, changes rows inside it, and writes what it did with the recorder it is given. An
act that wrote no entry, or whose entry cannot be written, rolls back. Models of `RecordedModel` refuse to
be saved outside an act, so a page or command cannot bypass it by mistake.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models, transaction

from strongroom.clock import parse_timestamp
from strongroom.errors import LedgerError, RefusedError
from strongroom.ids import readable_name
from strongroom.ledger import Checkpoint, Entry, Ledger
from strongroom.portal.acts.state import keep_salt, state_of, with_state
from strongroom.portal.database import DjangoDatabase, queue_for_writing
from strongroom.portal.home import LEDGER_KEY, Home
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    checkpoint_every: int = threshold(
        64,
        "entries",
        "judgement: at most this many entries could be rewritten before a checkpoint covers them",
    )
    checkpoint_seconds: int = threshold(
        60, "seconds", "judgement: an entry is unsealed for no longer than this once the next act comes"
    )


LIMITS = _Limits()
CHECKPOINT_EVERY = LIMITS.checkpoint_every


# Acts that matter most in a dispute are covered by a checkpoint at once.
SEALED = frozenset(
    {
        "budget.extended",
        "cohort.withdrawn",
        "output.checked",
        "output.decided",
        "output.released",
        "output.releasing",
        "project.revoked",
        "view.issued",
        "witness.relearned",
    }
)

AFTER_INTERRUPTION = "strongroom (after an interruption)"
"""Who acts where the next command records what a killed one left."""

Recorder = Callable[..., int]
_acting: ContextVar["_Act | None"] = ContextVar("acting", default=None)


def ledger(home: Home) -> Ledger:
    """Return the ledger kept in the portal's database."""
    return Ledger(DjangoDatabase(), origin=home.origin)


@dataclass
class _Act:
    """An act under way: its entries, and the keys of the rows it wrote, by model."""

    home: Home
    by: str
    policy: str
    first: int
    entries: list[Entry] = field(default_factory=list)
    written: dict[type[models.Model], set[Any]] = field(default_factory=dict)

    def record(self, kind: str, subject: str, **facts: Any) -> int:
        """Add an entry and return its index; LedgerError if it cannot be encoded."""
        # Names of files need not be UTF-8, which an entry is.
        plain = {name: readable_name(fact) if type(fact) is str else fact for name, fact in facts.items()}
        entry = Entry(
            kind=kind,
            actor=self.by,
            subject=readable_name(subject),
            facts=plain,
            time=self.home.clock(),
            policy=self.policy,
        )
        entry.to_bytes()
        self.entries.append(entry)
        return self.first + len(self.entries) - 1

    def finish(self) -> None:
        """Append the entries at once; the last ones hold the digests of the rows that the act wrote."""
        if not self.entries:
            raise LedgerError("an act without a ledger entry was rolled back")
        digests = state_of(self.home, self.written)
        ledger(self.home).append(with_state(self.entries, digests))


@contextmanager
def act(home: Home, *, by: str, policy: str = "") -> Iterator[Recorder]:
    """Open one transaction for `by`; yields `record(kind, subject, **facts)`, which returns the index.

    `policy` is the hash of the rules that were applied, where the act applied any. Raises LedgerError where
    the block ends without an entry; nothing is then changed.
    """
    if not by:
        raise RefusedError("every act needs an acting person", hint="Pass `by`.")
    with transaction.atomic():
        queue_for_writing()
        acting = _Act(home, by, policy, first=ledger(home).size())
        token = _acting.set(acting)
        try:
            yield acting.record
        finally:
            _acting.reset(token)
        acting.finish()
    keep_salt(home)
    # In a transaction of its own: a checkpoint that was signed and rolled back would be a fork.
    _witness(home, urgent=any(entry.kind in SEALED for entry in acting.entries))


def seal(home: Home) -> Checkpoint:
    """Sign the ledger's present state, cosigned by the witness."""
    with transaction.atomic():
        return ledger(home).checkpoint(home.signer(LEDGER_KEY), clock=home.clock, witnesses=[home.witness])


def enter_relearned(home: Home, *, by: str) -> None:
    """Enter that the witness continued from a checkpoint; `home.relearning` says so until then."""
    covered = home.relearning.read_text(encoding="ascii")
    # Empty where the command was killed before the witness took anything.
    if covered:
        with act(home, by=by) as record:
            record("witness.relearned", home.origin, entries=int(covered))
    home.relearning.unlink()


def _witness(home: Home, *, urgent: bool) -> None:
    """Have the witness cosign the ledger if that is due, and otherwise remember it.

    A database that is rolled back to before this act is then refused.
    """
    log = ledger(home)
    last = log.last_checkpoint()
    if last is None or urgent:
        seal(home)
        return
    grown = log.size() - last.head.size
    if grown >= CHECKPOINT_EVERY or home.clock() - parse_timestamp(last.time) >= timedelta(
        seconds=LIMITS.checkpoint_seconds
    ):
        seal(home)
        return
    with transaction.atomic():
        # Sealing holds this lock too: the memory does not change between its proof and its signature.
        queue_for_writing()
        home.memory.advance(home.origin, log.continuing)


class RecordedModel(models.Model):
    """A row that only an act may write."""

    recorded = True

    class Meta:
        """Has no table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save inside an act; LedgerError elsewhere."""
        acting = _require_act()
        super().save(*args, **kwargs)
        acting.written.setdefault(type(self), set()).add(self.pk)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete inside an act; LedgerError elsewhere."""
        acting = _require_act()
        acting.written.setdefault(type(self), set()).add(self.pk)
        return super().delete(*args, **kwargs)


def _require_act() -> _Act:
    acting = _acting.get()
    if acting is None:
        raise LedgerError("state can only change inside an act, which writes a ledger entry")
    return acting
