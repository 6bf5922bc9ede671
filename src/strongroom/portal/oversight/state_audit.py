"""Every row of state beside what the ledger says of it, and every file of the vault, read to its end."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from strongroom.errors import StoreError, VerificationError
from strongroom.ledger import Entry
from strongroom.portal.acts.state import GONE, digests, recorded_models, table_of
from strongroom.portal.acts.transactions import ledger
from strongroom.portal.home import Home
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    named: int = threshold(10, "rows", "cost: a message a person can read; all rows are counted")


LIMITS = _Limits()


@dataclass(frozen=True)
class StateReport:
    """How many rows of state were compared, in how many tables."""

    rows: int
    tables: int


def verify_state(home: Home) -> StateReport:
    """Compare every row of state with its last digest in the ledger; VerificationError where one differs.

    A row that changed, a row that no entry wrote, and a row that is missing are all found. Verify the ledger
    itself as well: this trusts its entries.
    """
    with transaction.atomic():
        told = _digests_of(entry for _, entry in ledger(home).entries())
        if not home.salt.exists():
            if told:
                raise StoreError(f"{home.salt} is missing.", hint="Restore it from a backup.")
            return StateReport(0, 0)
        secret = home.salt.read_bytes()
        stored = {
            (table_of(model), key): digest
            for model in recorded_models()
            for key, digest in digests(secret, model)
        }
    faults = sorted(_faults(told, stored))
    if faults:
        more = f", and {len(faults) - LIMITS.named:,} more" if len(faults) > LIMITS.named else ""
        raise VerificationError(
            f"the state contradicts the ledger: {', '.join(faults[: LIMITS.named])}{more}.",
            hint="Do not change the database; compare it with a backup.",
        )
    return StateReport(len(stored), len({table for table, _ in stored}))


_Rows = dict[tuple[str, str], str]


def _digests_of(entries: Iterator[Entry]) -> _Rows:
    return {
        (table, key): digest
        for entry in entries
        for table, rows in entry.state.items()
        for key, digest in rows.items()
    }


def _faults(told: _Rows, stored: _Rows) -> Iterator[str]:
    for table, key in told.keys() | stored.keys():
        digest, found = told.get((table, key), GONE), stored.get((table, key), GONE)
        if digest == found:
            continue
        if digest == GONE:
            yield f"{table} {key} was inserted"
        else:
            yield f"{table} {key} was {'deleted' if found == GONE else 'changed'}"
