"""Recognise participants in any table: which of its columns are the cohort's, and whose rows it holds.

Used by the airlock before a file leaves and, in parts, by the tracer after one has surfaced. Column names,
ids and the order of rows and columns are ignored; only values count. From bottom to top:

    values      one comparable form for every value, however it is written
    storage     the index: each cohort column as codes, encrypted; sketches, value lists, events, genotypes
    columns     file columns are paired with cohort columns: candidates, votes, assignment
    records     single records and short rows, found by looking values up in all columns
    disguised   rows whose values were scaled, ranked, rounded, recoded or perturbed
    rows        `match_rows` scores rows; rare tuples and association help where columns are few
    recognition `recognise` tries all ways in turn, cheapest first
    chance      the bound on how often unrelated rows give as much evidence

`docs/explanation/row-matching.md` explains the method.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.matching.chance import log10_tail
    from strongroom.matching.columns.cohort_columns import CohortColumns
    from strongroom.matching.disguised.kernels import load_kernels
    from strongroom.matching.recognition import ALL_WAYS, BEYOND_CHANCE, UNCHANGED_VALUES, Way, recognise
    from strongroom.matching.rows.match_rows import (
        ColumnMatch,
        Recognition,
        match_all_rows,
        match_rows,
        spread_sample,
    )
    from strongroom.matching.storage.build import build_index, write_index
    from strongroom.matching.storage.index import ColumnProfile, Index

_PLACES = {
    "log10_tail": "chance",
    "CohortColumns": "columns.cohort_columns",
    "load_kernels": "disguised.kernels",
    "ALL_WAYS": "recognition",
    "BEYOND_CHANCE": "recognition",
    "UNCHANGED_VALUES": "recognition",
    "Way": "recognition",
    "ColumnMatch": "rows.match_rows",
    "Recognition": "rows.match_rows",
    "match_all_rows": "rows.match_rows",
    "match_rows": "rows.match_rows",
    "recognise": "recognition",
    "spread_sample": "rows.match_rows",
    "build_index": "storage.build",
    "write_index": "storage.build",
    "ColumnProfile": "storage.index",
    "Index": "storage.index",
}

__all__ = [
    "ALL_WAYS",
    "BEYOND_CHANCE",
    "UNCHANGED_VALUES",
    "CohortColumns",
    "ColumnMatch",
    "ColumnProfile",
    "Index",
    "Recognition",
    "Way",
    "build_index",
    "load_kernels",
    "log10_tail",
    "match_all_rows",
    "match_rows",
    "recognise",
    "spread_sample",
    "write_index",
]

__getattr__ = on_first_use(__name__, _PLACES)
