"""The protected data: dictionary, ingest, encrypted store, pseudonyms, views, withdrawals, synthesis."""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.cohort.dictionary import (
        Coding,
        ColumnName,
        Dictionary,
        Field,
        Role,
        ValueType,
        read_dictionary,
    )
    from strongroom.cohort.ingest import IngestReport, ingest_cohort
    from strongroom.cohort.model import PARTICIPANT, Cohort, CohortManifest, StoredTable, TableKind
    from strongroom.cohort.revise import rewrite_without
    from strongroom.cohort.synthetic import SyntheticFiles, write_synthetic_cohort

_PLACES = {
    "Coding": "dictionary",
    "ColumnName": "dictionary",
    "Dictionary": "dictionary",
    "Field": "dictionary",
    "Role": "dictionary",
    "ValueType": "dictionary",
    "read_dictionary": "dictionary",
    "IngestReport": "ingest",
    "ingest_cohort": "ingest",
    "PARTICIPANT": "model",
    "Cohort": "model",
    "CohortManifest": "model",
    "StoredTable": "model",
    "TableKind": "model",
    "rewrite_without": "revise",
    "SyntheticFiles": "synthetic",
    "write_synthetic_cohort": "synthetic",
}

__all__ = [
    "PARTICIPANT",
    "Coding",
    "Cohort",
    "CohortManifest",
    "ColumnName",
    "Dictionary",
    "Field",
    "IngestReport",
    "Role",
    "StoredTable",
    "SyntheticFiles",
    "TableKind",
    "ValueType",
    "ingest_cohort",
    "read_dictionary",
    "rewrite_without",
    "write_synthetic_cohort",
]

__getattr__ = on_first_use(__name__, _PLACES)
