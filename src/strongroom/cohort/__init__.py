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
    "PARTICIPANT": "model",
    "Coding": "dictionary",
    "Cohort": "model",
    "CohortManifest": "model",
    "ColumnName": "dictionary",
    "Dictionary": "dictionary",
    "Field": "dictionary",
    "IngestReport": "ingest",
    "Role": "dictionary",
    "StoredTable": "model",
    "SyntheticFiles": "synthetic",
    "TableKind": "model",
    "ValueType": "dictionary",
    "ingest_cohort": "ingest",
    "read_dictionary": "dictionary",
    "rewrite_without": "revise",
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
