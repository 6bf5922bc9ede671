"""Files that carry genotypes, calls of shape (people, variants) with -1 for a missing one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks.leak import Draw
from numpy.typing import NDArray

Calls = NDArray[np.int8]
FORMS = ("bed", "vcf", "dosage", "matrix", "letters", "packed")


def write(form: str, calls: Calls, people: Sequence[str], folder: Path, draw: Draw) -> list[Path]:
    """Write the calls in one of the forms, beside them what belongs to it; returns the files."""
    if form == "bed":
        return _plink(calls, people, folder)
    if form == "vcf":
        return [_vcf(calls, people, folder / "cohort.vcf")]
    if form == "packed":
        target = folder / "mask.dat"
        target.write_bytes(packed(calls))
        return [target]
    values: NDArray[np.generic] = np.where(calls < 0, 0, calls)
    if form == "dosage":
        values = np.round(np.clip(values + draw.normal(0, 0.02, values.shape), 0, 2), 3)
    elif form == "letters":
        values = np.array(["CC", "CT", "TT"])[values.astype(int)]
    table = pl.DataFrame({f"x{place}": column for place, column in enumerate(values.T)})
    target = folder / f"{form}.csv"
    table.insert_column(0, pl.Series("id", people)).write_csv(target)
    return [target]


def packed(calls: Calls) -> bytes:
    """Return the calls person by person, two bits each, four to a byte."""
    codes = np.where(calls < 0, 3, calls).astype(np.uint8)
    codes = np.pad(codes, ((0, 0), (0, -codes.shape[1] % 4))).reshape(len(codes), -1, 4)
    return bytes((codes << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(axis=2).astype(np.uint8))


def _plink(calls: Calls, people: Sequence[str], folder: Path) -> list[Path]:
    # Variant by variant: 00 both first alleles, 10 one of each, 11 none, 01 missing (PLINK 1 .bed).
    codes = np.array([1, 3, 2, 0], dtype=np.uint8)[calls + 1].T
    codes = np.pad(codes, ((0, 0), (0, -codes.shape[1] % 4))).reshape(len(codes), -1, 4)
    body = (codes << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(axis=2).astype(np.uint8)
    (folder / "set.bed").write_bytes(b"\x6c\x1b\x01" + body.tobytes())
    (folder / "set.bim").write_text(
        "".join(
            f"1\trs{place + 100}\t0\t{1_000_000 + place * 997}\tC\tT\n" for place in range(calls.shape[1])
        )
    )
    (folder / "set.fam").write_text("".join(f"{name} {name} 0 0 0 -9\n" for name in people))
    return [folder / "set.bed", folder / "set.bim", folder / "set.fam"]


def _vcf(calls: Calls, people: Sequence[str], target: Path) -> Path:
    words = np.array(["./.", "0/0", "0/1", "1/1"])[calls + 1].T
    head = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t" + "\t".join(people)
    lines = ["##fileformat=VCFv4.2", '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">', head]
    for place, row in enumerate(words):
        lines.append(
            f"1\t{1_000_000 + place * 997}\trs{place + 100}\tC\tT\t.\tPASS\t.\tGT\t" + "\t".join(row)
        )
    target.write_text("\n".join(lines) + "\n")
    return target
