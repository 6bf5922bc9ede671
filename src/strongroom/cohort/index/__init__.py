"""Recognising participants in any table: which of its columns are the cohort's, and whose rows they are.

Used by the airlock before a file leaves, and by the tracer after one has surfaced. Column names, ids and the
order of rows and columns play no part.
"""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.cohort.index.build import build_index, write_index
    from strongroom.cohort.index.chance import log10_tail
    from strongroom.cohort.index.columns import CohortColumns
    from strongroom.cohort.index.disguised.kernels import load_kernels
    from strongroom.cohort.index.match import (
        BEYOND_CHANCE,
        ColumnMatch,
        RowMatch,
        match_all_rows,
        match_rows,
        recognise_rows,
        spread_sample,
    )
    from strongroom.cohort.index.profile import ColumnProfile, Index

_PLACES = {
    "BEYOND_CHANCE": "match",
    "CohortColumns": "columns",
    "ColumnMatch": "match",
    "ColumnProfile": "profile",
    "Index": "profile",
    "RowMatch": "match",
    "build_index": "build",
    "load_kernels": "disguised.kernels",
    "log10_tail": "chance",
    "match_all_rows": "match",
    "match_rows": "match",
    "recognise_rows": "match",
    "spread_sample": "match",
    "write_index": "build",
}

__all__ = [
    "BEYOND_CHANCE",
    "CohortColumns",
    "ColumnMatch",
    "ColumnProfile",
    "Index",
    "RowMatch",
    "build_index",
    "load_kernels",
    "log10_tail",
    "match_all_rows",
    "match_rows",
    "recognise_rows",
    "spread_sample",
    "write_index",
]

__getattr__ = on_first_use(__name__, _PLACES)
