"""Digests of the rows of state: each act's entry has those of the rows it wrote.

`strongroom ledger verify --state` compares every row with the last digest that the ledger has of it. A digest
is HMAC-SHA256, shortened to 16 bytes, under a salt that stays in the home: an export of the ledger reveals
nothing about the rows. A field with its
default value is left out of it, so that a field added later changes no digest of an earlier row.
"""

import base64
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

from strongroom.clock import timestamp
from strongroom.cohort.keys import new_key
from strongroom.errors import LedgerError
from strongroom.ledger import LARGEST_ENTRY, Entry, Ledger
from strongroom.portal.database import DjangoDatabase
from strongroom.portal.home import Home, write_secret
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    digest_bytes: int = threshold(
        16, "bytes", "judgement: as hard to forge as a key of 128 bits, and a third of the ledger's growth"
    )
    rows_an_entry: int = threshold(
        1000, "rows", "cost: an entry has at most 60,000 bytes, and a row takes about 45 of them"
    )
    rows_read: int = threshold(
        500,
        "rows",
        "cost: bounds memory; old builds of SQLite take at most 999 parameters",
    )


LIMITS = _Limits()
State = dict[str, dict[str, str]]
Written = Mapping[type[models.Model], Collection[Any]]
GONE = ""  # The digest of a row that was deleted.


def recorded_models() -> list[type[models.Model]]:
    """Return the models whose rows are state: those that only an act may write."""
    return [model for model in apps.get_models() if getattr(model, "recorded", False)]


def table_of(model: type[models.Model]) -> str:
    """Return the name of a model's table."""
    return model._meta.db_table  # noqa: SLF001 - Django's public name


def state_of(home: Home, written: Written) -> State:
    """Return the digests of the rows with these keys, by table and key; `GONE` for a deleted row.

    The first act of a home made by an earlier version adopts all its rows.
    """
    if not written:
        return {}
    if not home.salt.exists() and not _recovered(home):
        secret = new_key(home.random)
        write_secret(_unused(home), secret)
        return {table_of(model): dict(digests(secret, model)) for model in recorded_models()}
    secret = home.salt.read_bytes()
    return {
        table_of(model): dict.fromkeys(map(str, keys), GONE) | dict(digests(secret, model, keys))
        for model, keys in written.items()
    }


def keep_salt(home: Home) -> None:
    """Keep the salt of the digests that are in the ledger now."""
    if _unused(home).exists():
        _unused(home).rename(home.salt)


def _recovered(home: Home) -> bool:
    """Return whether the ledger has digests already; LedgerError if their salt is lost."""
    if not any(entry.state for _, entry in Ledger(DjangoDatabase(), origin=home.origin).entries()):
        return False
    if not _unused(home).exists():
        raise LedgerError(
            f"{home.salt} is missing.",
            hint="Restore it from a backup: without it no row can be compared with the ledger.",
        )
    keep_salt(home)
    return True


def _unused(home: Home) -> Path:
    """Return the file of a salt whose act may not have been committed."""
    return home.salt.with_suffix(".partial")


def with_state(entries: Sequence[Entry], state: State) -> list[Entry]:
    """Return an act's entries with the digests in the last one, and in further ones where they are many."""
    *earlier, last = entries
    parts = list(_parts(state))
    room = LARGEST_ENTRY - len(last.to_bytes())
    if parts and len(json.dumps(parts[0])) < room:
        last = replace(last, state=parts.pop(0))
    return [*earlier, last, *(replace(last, kind="state.written", facts={}, state=part) for part in parts)]


def digests(
    secret: bytes, model: type[models.Model], keys: Collection[Any] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield key and digest of the rows with these keys, by default of all rows."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's public name
    defaults = {field.attname: field.get_default() for field in fields}
    for row in _rows(model, keys):
        values = {name: getattr(row, name) for name in defaults}
        held = {
            name: _plain(value)
            for name, value in values.items()
            if value is not None and value not in ("", b"", defaults[name])
        }
        text = json.dumps([table_of(model), held], sort_keys=True, separators=(",", ":"))
        digest = hmac.digest(secret, text.encode(), "sha256")[: LIMITS.digest_bytes]
        yield str(row.pk), base64.b64encode(digest).decode().rstrip("=")


def _rows(model: type[models.Model], keys: Collection[Any] | None) -> Iterator[models.Model]:
    rows = model._base_manager  # noqa: SLF001 - Django's public name
    if keys is None:
        yield from rows.order_by("pk").iterator(chunk_size=LIMITS.rows_read)
        return
    waiting = iter(sorted(keys))
    while some := list(islice(waiting, LIMITS.rows_read)):
        yield from rows.filter(pk__in=some)


def _plain(value: Any) -> Any:
    """Return a field's value as JSON has it; bytes as text."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return timestamp(value)
    return value.isoformat() if isinstance(value, date) else value


def _parts(state: State) -> Iterator[State]:
    rows = ((table, key, digest) for table in sorted(state) for key, digest in state[table].items())
    while some := list(islice(rows, LIMITS.rows_an_entry)):
        part: State = {}
        for table, key, digest in some:
            part.setdefault(table, {})[key] = digest
        yield part
