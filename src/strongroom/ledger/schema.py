"""The ledger's tables, the same on SQLite and PostgreSQL.

    ledger_entry       "index" bigint primary key (0, 1, 2 ... without gaps), time text (RFC 3339, as in the
                       body), body blob (canonical JSON), leaf_hash blob (32 bytes)
    ledger_node        number bigint primary key (merkle.Node.number), hash blob (32 bytes): every complete
                       subtree of two or more leaves, so that a proof reads O(log n) rows
    ledger_checkpoint  number bigint primary key (0, 1, 2 ...), size bigint, root blob (32 bytes), note text
                       (the signed note), time text (when it was signed)
    ledger_head        id smallint primary key (1), size bigint: one row, which writers lock

Triggers reject changes to and deletion of rows in the first three tables. They guard against mistakes only:
the owner of the database can drop them. The evidence is the tree together with a signed checkpoint that
another party holds.
"""

from typing import Literal

from strongroom.errors import UsageError
from strongroom.ledger.database import Database

Vendor = Literal["sqlite", "postgresql"]
TABLES = ("ledger_entry", "ledger_node", "ledger_checkpoint", "ledger_head")
_APPEND_ONLY = TABLES[:3]
_BYTES = {"sqlite": "blob", "postgresql": "bytea"}
# SQLite uses the key as rowid only if its type is INTEGER; otherwise it keeps a second index.
_KEY = {"sqlite": "integer", "postgresql": "bigint"}


def statements(vendor: Vendor) -> list[str]:
    """Return the statements that create the tables, triggers and head row; run each once, in order."""
    if vendor not in _BYTES:
        raise UsageError(f"the ledger has no schema for {vendor!r}.", hint="Use 'sqlite' or 'postgresql'.")
    guards = _sqlite_guards() if vendor == "sqlite" else _postgresql_guards()
    return [
        *_tables(key=_KEY[vendor], blob=_BYTES[vendor]),
        "INSERT INTO ledger_head (id, size) VALUES (1, 0)",
        *guards,
    ]


def create_schema(db: Database, vendor: Vendor) -> None:
    """Create the ledger's tables in the caller's transaction."""
    for statement in statements(vendor):
        db.execute(statement)


def drop_statements(vendor: Vendor) -> list[str]:
    """Return the statements that reverse `statements`, for a backward migration."""
    functions = ["DROP FUNCTION ledger_refuse_change()"] if vendor == "postgresql" else []
    return [*(f"DROP TABLE {table}" for table in TABLES), *functions]


def _tables(*, key: str, blob: str) -> list[str]:
    return [
        f"""CREATE TABLE ledger_entry (
    "index" {key} NOT NULL PRIMARY KEY CHECK ("index" >= 0),
    time text NOT NULL,
    body {blob} NOT NULL,
    leaf_hash {blob} NOT NULL
)""",
        f"""CREATE TABLE ledger_node (
    number {key} NOT NULL PRIMARY KEY CHECK (number >= 0),
    hash {blob} NOT NULL
)""",
        f"""CREATE TABLE ledger_checkpoint (
    number {key} NOT NULL PRIMARY KEY CHECK (number >= 0),
    size bigint NOT NULL CHECK (size >= 0),
    root {blob} NOT NULL,
    note text NOT NULL,
    time text NOT NULL
)""",
        """CREATE TABLE ledger_head (
    id smallint NOT NULL PRIMARY KEY CHECK (id = 1),
    size bigint NOT NULL CHECK (size >= 0)
)""",
    ]


def _sqlite_guards() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for table in _APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql_guards() -> list[str]:
    return [
        """CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()"
            for table in _APPEND_ONLY
        ),
    ]
