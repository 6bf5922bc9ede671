"""A process that appends to a ledger: `writer.py DATABASE FIRST COUNT`; COUNT 0 goes on until it is killed.

It says each index on its own line once the entry is durable.
"""

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ledger.samples import ORIGIN, entry
from strongroom.ledger import Ledger, SqliteDatabase


def main(path: str, first: int, count: int) -> None:
    database = SqliteDatabase.open(Path(path))
    ledger = Ledger(database, origin=ORIGIN)
    for number in itertools.count(first) if count == 0 else range(first, first + count):
        with database.transaction():
            index = ledger.append([entry(number)])[0]
        sys.stdout.write(f"{index}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
