"""Recognise participants in any table: which of its columns are the cohort's, and whose rows it holds.

Used by the airlock before a file leaves and, in parts, by the tracer after one has surfaced. Column names,
ids and the order of rows and columns are ignored; only values count. From bottom to top:

    values      one comparable form for every value, however it is written
    storage     the index: each cohort column as codes, encrypted; sketches, value lists, events, genotypes
    columns     file columns are paired with cohort columns: candidates, votes, assignment
    records     single records and short rows, found by looking values up in all columns
    disguised   rows whose values were scaled, ranked, rounded, recoded or perturbed
    rows        `match_rows` scores rows; rare tuples and association help where columns are few
    alignment   single cells of rows whose values were changed or marked, for a trace
    lineup      rows of people outside the cohort, such as decoys, in tables that were aligned
    recognition `recognise` tries the ways it is given in turn; `recognised` is what each of them returns
    chance      the bound on how often unrelated rows give as much evidence
    noise_models how a file's values differ from the cohort's: noise, a second mark, replaced cells

`docs/explanation/row-matching.md` explains the method.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.matching.chance import log10_tail
    from strongroom.matching.columns.cohort_columns import CohortColumns
    from strongroom.matching.disguised.kernels import load_kernels
    from strongroom.matching.recognised import RecognisedColumn, Recognition
    from strongroom.matching.recognition import (
        ALL_WAYS,
        BEYOND_CHANCE,
        EXACT_VALUES,
        UNCHANGED_VALUES,
        by_cells,
        recognise,
    )
    from strongroom.matching.rows.match_rows import match_all_rows, match_rows
    from strongroom.matching.sampled_table import spread_sample
    from strongroom.matching.storage.build import build_index, write_index
    from strongroom.matching.storage.index import ColumnProfile, Index

_PLACES = {
    "log10_tail": "chance",
    "CohortColumns": "columns.cohort_columns",
    "load_kernels": "disguised.kernels",
    "Recognition": "recognised",
    "RecognisedColumn": "recognised",
    "ALL_WAYS": "recognition",
    "BEYOND_CHANCE": "recognition",
    "EXACT_VALUES": "recognition",
    "UNCHANGED_VALUES": "recognition",
    "by_cells": "recognition",
    "recognise": "recognition",
    "match_all_rows": "rows.match_rows",
    "match_rows": "rows.match_rows",
    "spread_sample": "sampled_table",
    "build_index": "storage.build",
    "write_index": "storage.build",
    "ColumnProfile": "storage.index",
    "Index": "storage.index",
}

__all__ = [
    "ALL_WAYS",
    "BEYOND_CHANCE",
    "EXACT_VALUES",
    "UNCHANGED_VALUES",
    "CohortColumns",
    "ColumnProfile",
    "Index",
    "RecognisedColumn",
    "Recognition",
    "build_index",
    "by_cells",
    "load_kernels",
    "log10_tail",
    "match_all_rows",
    "match_rows",
    "recognise",
    "spread_sample",
    "write_index",
]

__getattr__ = on_first_use(__name__, _PLACES)
