"""Real files labelled benign in the shared folder, each distinct content once; doubtful labels apart."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.exfiltration._cohorts import SHARED

CORRECTIONS = Path(__file__).with_name("label_corrections.csv")
GWAS_LARGEST = 10
_OF_VARIANTS = frozenset(
    [
        "chrom",
        "chr",
        "#chrom",
        "snp",
        "rsid",
        "rs_id",
        "gene",
        "gene_name",
        "beta",
        "zscore",
        "a1",
        "allele1",
        "genpos",
        "pvalue",
        "p",
        "effect_allele",
    ]
)


@dataclass(frozen=True)
class RealFile:
    """A file, the group it is counted in, its kind in the manifest, and its size in bytes."""

    path: Path
    group: str
    kind: str
    size: int


def real_files() -> Iterator[RealFile]:
    """Yield the files; nothing where the folder is absent."""
    if not (SHARED / "manifest.csv").exists():
        return
    corrected = {row["sha256"]: row["label"] for row in _rows(CORRECTIONS)}
    seen: set[str] = set()
    for row in _rows(SHARED / "manifest.csv"):
        label = corrected.get(row["sha256"], row["label"])
        was_benign = row["label"] == "benign"
        if (not was_benign and label != "benign") or row["sha256"] in seen:
            continue
        seen.add(row["sha256"])
        path = SHARED / row["root"] / row["file"]
        yield RealFile(path, _group(row, label), row["kind"], int(row["bytes"]))


def largest_gwas(files: list[RealFile]) -> list[RealFile]:
    """Return the ten largest tables of variants among the files."""
    tables = [
        each
        for each in files
        if each.kind == "gwas_summary_or_genetics_output"
        and each.group != "corrected: rows of people"
        and _is_of_variants(each.path)
    ]
    return sorted(tables, key=lambda each: -each.size)[:GWAS_LARGEST]


def _is_of_variants(path: Path) -> bool:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            first = file.readline(4_096).lower().replace(",", " ").split()
    except (OSError, UnicodeDecodeError):
        return False
    return len(_OF_VARIANTS.intersection(first)) > 1


def _group(row: dict[str, str], label: str) -> str:
    if label != "benign":
        return "corrected: rows of people"
    if row["repo"].startswith("opensafely/"):
        return "OpenSAFELY outputs"
    return "many rows, no people" if row["root"].startswith("benign_hard") else "other benign"


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
