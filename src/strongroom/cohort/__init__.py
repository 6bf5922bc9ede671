"""The protected data: dictionary, ingest, encrypted store, pseudonyms, views, withdrawals, synthesis."""

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
