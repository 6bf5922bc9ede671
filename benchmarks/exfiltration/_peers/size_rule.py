"""OpenSAFELY's automatic rule for what may be put forward: type, 16 MiB, 5,000 rows, no `patient_id` column.

Written anew from its public documentation. A file of another type is refused, which counts as a block.
"""

import csv
import gzip
from pathlib import Path

TYPES = frozenset(
    [
        ".bmp",
        ".gif",
        ".gph",
        ".jpeg",
        ".jpg",
        ".png",
        ".svg",
        ".svgz",
        ".csv",
        ".tsv",
        ".dta",
        ".feather",
        ".json",
        ".doc",
        ".docx",
        ".pdf",
        ".ppt",
        ".pptx",
        ".rtf",
        ".txt",
        ".html",
        ".log",
        ".md",
        ".csv.gz",
        ".xlsx",
        ".ipynb",
        ".do",
        ".py",
        ".r",
        ".rmd",
        ".yml",
        ".yaml",
        ".smcl",
        ".out",
    ]
)
_BYTES = 16 * 2**20
_ROWS = 5_000


def fires(path: Path) -> bool:
    """Say whether the rule stops the file."""
    name = path.name.lower()
    if not any(name.endswith(each) for each in TYPES) or path.stat().st_size > _BYTES:
        return True
    if not name.endswith((".csv", ".csv.gz")):
        return False
    opened = gzip.open if name.endswith(".gz") else open
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            return "patient_id" in header or sum(1 for _ in rows) > _ROWS
    except (UnicodeDecodeError, csv.Error, OSError):
        return True
