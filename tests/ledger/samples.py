"""A small ledger's entries and keys, which never change."""

from datetime import UTC, datetime, timedelta

from strongroom.clock import fixed
from strongroom.ledger import Entry, Ledger, Signer, Witness

ORIGIN = "strongroom/ledger"
START = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
LOG = Signer.from_bytes(name=ORIGIN, seed=bytes(range(32)))
WITNESS = Signer.from_bytes(name="strongroom/witness", seed=bytes(range(1, 33)))
OTHER = Signer.from_bytes(name=ORIGIN, seed=bytes(range(2, 34)))
KEYS = [LOG.verifier_key, WITNESS.witness_key]
CLOCK = fixed(START)


def entry(number: int) -> Entry:
    return Entry(
        kind="view.issued",
        actor="rosalind",
        subject=f"project/{number % 7}",
        facts={"view": f"view_{number}", "rows": number, "marks": ["decoy", None, True]},
        time=START + timedelta(seconds=number),
        policy="9f" * 32,
    )


def add(ledger: Ledger, start: int, stop: int) -> list[int]:
    with ledger.db.transaction():
        return ledger.append([entry(number) for number in range(start, stop)])


def seal(ledger: Ledger, *witnesses: Witness, signer: Signer = LOG):
    with ledger.db.transaction():
        return ledger.checkpoint(signer, clock=CLOCK, witnesses=witnesses)
