"""A forged ledger export, as made by somebody who wants to hide a leak."""

import hashlib
import json
from pathlib import Path

from strongroom import canonical
from strongroom.cli.demo.projects import DISHONEST, UNINVOLVED


def tampered_copy(export: Path, to: Path) -> Path:
    """Copy an exported ledger, naming another project as the source, with the leaf hash recomputed."""
    with export.open("rb") as lines, to.open("wb") as copy:
        for line in lines:
            copy.write(_blame_another(line) if b'"kind":"file.traced"' in line else line)
    return to


def _blame_another(line: bytes) -> bytes:
    row = json.loads(line)
    entry = canonical.encode(row["entry"]).replace(DISHONEST.slug.encode(), UNINVOLVED.slug.encode())
    row["entry"] = json.loads(entry)
    row["leaf"] = hashlib.sha256(b"\x00" + entry).hexdigest()
    return canonical.encode(row) + b"\n"
