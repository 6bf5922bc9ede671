"""The protected data: dictionary, ingest, encrypted store, pseudonyms, views, withdrawals, synthesis."""

from strongroom.cohort.ingest import IngestReport, ingest_cohort
from strongroom.cohort.model import PARTICIPANT, Cohort, CohortManifest, StoredTable, TableKind
from strongroom.cohort.revise import rewrite_without

__all__ = [
    "PARTICIPANT",
    "Cohort",
    "CohortManifest",
    "IngestReport",
    "StoredTable",
    "TableKind",
    "ingest_cohort",
    "rewrite_without",
]
