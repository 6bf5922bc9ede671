"""Classes 7 to 15: values untouched, names, order, shape and ids changed."""

import hashlib
import json

import numpy as np
import polars as pl
from benchmarks.exfiltration._attacks import tables, writers
from benchmarks.exfiltration._attacks.leak import Handed, Leak, attack, renamed

_FORMS = ("csv", "tsv", "xlsx", "parquet", "json_records")


@attack(7, form=_FORMS)
def renamed_columns(leak: Leak, *, form: str) -> Handed:
    """Class 7: no ids, columns under other names."""
    return leak.hand_in(getattr(writers, form)(renamed(leak.rows), leak.path("model_input")))


@attack(8, form=_FORMS)
def shuffled_rows(leak: Leak, *, form: str) -> Handed:
    """Class 8: no ids, rows shuffled, names kept."""
    shuffled = leak.rows[leak.draw.permutation(len(leak.people))]
    return leak.hand_in(getattr(writers, form)(shuffled, leak.path("sample")))


@attack(9, form=_FORMS)
def shuffled_columns(leak: Leak, *, form: str) -> Handed:
    """Class 9: no ids, other names, rows and columns shuffled."""
    return leak.hand_in(getattr(writers, form)(leak.disguised, leak.path("sample")))


@attack(10, form=("csv", "tsv", "xlsx"))
def transposed(leak: Leak, *, form: str) -> Handed:
    """Class 10: the table on its side; a workbook holds at most 16,384 columns."""
    return leak.hand_in(getattr(writers, form)(tables.transposed(leak.disguised), leak.path("wide")))


@attack(11, shape=("melted", "nested", "columns", "ndjson"))
def other_shape(leak: Leak, *, shape: str) -> Handed:
    """Class 11: one value a row, nested JSON, JSON by column, or one object a line."""
    table = leak.disguised
    if shape == "melted":
        return leak.hand_in(writers.csv(tables.melted(table, leak.draw), leak.path("long")))
    if shape == "ndjson":
        return leak.hand_in(writers.ndjson(table, leak.path("lines")))
    rows = writers.plain_rows(table)
    if shape == "nested":
        held: object = {"runs": [{"n": place, "state": {"x": row}} for place, row in enumerate(rows)]}
    else:
        held = {name: [row[name] for row in rows] for name in table.columns}
    target = leak.path("state.json")
    target.write_text(json.dumps(held), encoding="utf-8")
    return leak.hand_in(target)


@attack(12, form=("csv", "parquet"), most=10_000)
def columns_over_files(leak: Leak, *, form: str) -> Handed:
    """Class 12: one column a file, all in one request."""
    table = leak.disguised
    files = [getattr(writers, form)(table.select(name), leak.path(f"part_{name}")) for name in table.columns]
    return leak.hand_in(*files)


@attack(13, share=(0.3, 0.5, 0.8, 0.9))
def among_fakes(leak: Leak, *, share: float) -> Handed:
    """Class 13: mixed with rows that are nobody's."""
    return leak.hand_in(
        writers.csv(tables.with_fakes(leak.disguised, leak.draw, share=share), leak.path("mix"))
    )


@attack(14, how=("hashed", "sequence", "offset", "permuted digits"))
def ids_replaced(leak: Leak, *, how: str) -> Handed:
    """Class 14: ids hashed, numbered, shifted, or put through a format-preserving cipher."""
    ids = leak.ids.cast(pl.Int64)
    if how == "hashed":
        new = pl.Series("key", [hashlib.sha256(f"pepper{each}".encode()).hexdigest()[:16] for each in ids])
    elif how == "sequence":
        new = pl.Series("key", np.arange(1, len(ids) + 1))
    elif how == "offset":
        new = (ids + int(leak.draw.integers(10_000, 900_000))).alias("key")
    else:
        # Affine over the 7-digit numbers: the multiplier has no factor in common with their count.
        new = ((ids - 1_000_000) * 1_000_003 % 9_000_000 + 1_000_000).alias("key")
    return leak.hand_in(writers.csv(renamed(leak.rows).insert_column(0, new), leak.path("cases")))


@attack(15, form=_FORMS)
def ids_removed(leak: Leak, *, form: str) -> Handed:
    """Class 15: the id column dropped, everything else as it is."""
    return leak.hand_in(getattr(writers, form)(leak.rows, leak.path("anonymous")))
