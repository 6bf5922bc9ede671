"""Two or three disguises one after the other, then a container: a set of its own beside the 43 classes."""

from collections.abc import Callable

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import binary_files, encodings, tables, writers
from benchmarks.exfiltration._attacks.leak import Draw, Handed, Leak, attack

_Disguise = Callable[[pl.DataFrame, Draw], pl.DataFrame]

DISGUISES: dict[str, _Disguise] = {
    "rounded": lambda table, _: tables.rounded(table, decimals=1),
    "noisy": lambda table, draw: tables.noisy(table, draw, level=0.01),
    "affine": lambda table, draw: tables.affine(table, draw, factor=1.8),
    "z-score": lambda table, _: tables.standardised(table),
    "melted": tables.melted,
    "transposed": lambda table, _: tables.transposed(table),
    "with fakes": lambda table, draw: tables.with_fakes(table, draw, share=0.5),
    "recoded": tables.recoded,
    "dates": lambda table, _: tables.dates_as(table, style="%d/%m/%Y"),
    "dates shifted": lambda table, draw: tables.dates_shifted(
        table, np.full(len(table), int(draw.integers(9, 999)))
    ),
}
COMPOSITIONS = (
    ("rounded", "", "zip"),
    ("noisy", "melted", "base64"),
    ("transposed", "", "xlsx hidden"),
    ("affine", "rounded", "parquet"),
    ("z-score", "noisy", "csv"),
    ("recoded", "dates", "json"),
    ("rounded", "with fakes", "gz"),
    ("noisy", "transposed", "csv"),
    ("dates shifted", "noisy", "notebook"),
    ("rounded", "melted", "ndjson"),
    ("affine", "with fakes", "npz"),
    ("dates", "", "rds"),
    ("affine", "noisy", "feather"),
    ("with fakes", "melted", "zip"),
    ("z-score", "", "hdf5"),
    ("recoded", "noisy", "base64"),
)


@attack(0, chain=COMPOSITIONS)
def composed(leak: Leak, *, chain: tuple[str, str, str]) -> Handed:
    """Two or three disguises in a row."""
    first, second, last = chain
    table = leak.disguised
    for name in filter(None, (first, second)):
        table = DISGUISES[name](table, leak.draw)
    if last in {"npz", "rds", "hdf5"}:
        return leak.hand_in(binary_files.write(last, table, leak.folder))
    if last == "base64":
        return leak.hand_in(encodings.as_base64(table, leak.path("run.log")))
    write = {"zip": "zipped", "xlsx hidden": "xlsx_hidden", "json": "json_records"}.get(last, last)
    return leak.hand_in(getattr(writers, write)(table, leak.path("result")))
