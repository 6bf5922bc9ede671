"""No state change without a ledger entry in the same transaction.

Every action opens an `act`, changes rows inside it, and writes what it did with the recorder it is given. An
act that wrote no entry, or whose entry cannot be written, rolls back. Models of `RecordedModel` refuse to
be saved outside an act, so a page or command cannot bypass it by mistake.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import models, transaction

from strongroom.clock import parse_timestamp
from strongroom.errors import LedgerError, RefusedError
from strongroom.ledger import Checkpoint, Entry, Ledger
from strongroom.portal.acts.database import DjangoDatabase, queue_for_writing
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
SEALED = frozenset({"project.revoked", "cohort.withdrawn", "output.released", "view.issued"})

Recorder = Callable[..., int]
_acting: ContextVar[bool] = ContextVar("acting", default=False)


def ledger(home: Home) -> Ledger:
    """Return the ledger kept in the portal's database."""
    return Ledger(DjangoDatabase(), origin=home.origin)


@contextmanager
def act(home: Home, *, by: str, policy: str = "") -> Iterator[Recorder]:
    """Open one transaction for `by`; yields `record(kind, subject, **facts)`, which returns the index.

    `policy` is the hash of the rules that were applied, where the act applied any. Raises LedgerError where
    the block ends without an entry; nothing is then changed.
    """
    if not by:
        raise RefusedError("every act needs an acting person", hint="Pass `by`.")
    kinds: list[str] = []

    def record(kind: str, subject: str, **facts: Any) -> int:
        entry = Entry(kind=kind, actor=by, subject=subject, facts=facts, time=home.clock(), policy=policy)
        kinds.append(kind)
        return ledger(home).append([entry])[0]

    with transaction.atomic():
        queue_for_writing()
        token = _acting.set(True)
        try:
            yield record
        finally:
            _acting.reset(token)
        if not kinds:
            raise LedgerError("an act without a ledger entry was rolled back")
    # In a transaction of its own: a checkpoint that was signed and rolled back would be a fork.
    _seal_if_due(home, urgent=not SEALED.isdisjoint(kinds))


def seal(home: Home) -> Checkpoint:
    """Sign the ledger's present state, cosigned by the witness."""
    with transaction.atomic():
        return ledger(home).checkpoint(home.signer(LEDGER_KEY), clock=home.clock, witnesses=[home.witness])


def _seal_if_due(home: Home, *, urgent: bool) -> None:
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


class RecordedModel(models.Model):
    """A row that only an act may write."""

    class Meta:
        """Has no table of its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save inside an act; LedgerError elsewhere."""
        _require_act()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete inside an act; LedgerError elsewhere."""
        _require_act()
        return super().delete(*args, **kwargs)


def _require_act() -> None:
    if not _acting.get():
        raise LedgerError("state can only change inside an act, which writes a ledger entry")
