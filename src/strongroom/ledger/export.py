"""Export of the ledger to a file that can be verified without strongroom.

offline_verifier.py defines and reads the format. Every line is canonical JSON, so any changed byte is
detected.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from strongroom import canonical
from strongroom.ledger import offline_verifier
from strongroom.ledger.database import Database
from strongroom.ledger.rows import stored_rows

VERIFIER = Path(offline_verifier.__file__)


def write_export(path: Path, *, db: Database, origin: str, notes: Sequence[str], size: int) -> None:
    """Write the first `size` entries and the checkpoints to `path`, atomically."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(canonical.encode({"format": offline_verifier.FORMAT, "origin": origin}) + b"\n")
        for note in notes:
            file.write(canonical.encode({"checkpoint": note}) + b"\n")
        for row in stored_rows(db, stop=size):
            # The canonical form of {"entry", "index", "leaf"}; the entry's bytes are already canonical.
            file.write(
                b'{"entry":%b,"index":%d,"leaf":"%b"}\n'
                % (row.body, row.number, row.leaf_hash.hex().encode())
            )
        file.flush()
        os.fsync(file.fileno())
    shutil.copyfile(VERIFIER, path.with_name(VERIFIER.name))
    partial.replace(path)
