"""Ingest data files: typed by the dictionary, counted, searched for identifiers, encrypted; or refused."""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.cohort.ingest.cohort import ingest_cohort
    from strongroom.cohort.ingest.report import ColumnReport, FoundIdentifier, IngestReport, TableReport

_PLACES = {
    "ingest_cohort": "cohort",
    "ColumnReport": "report",
    "FoundIdentifier": "report",
    "IngestReport": "report",
    "TableReport": "report",
}

__all__ = ["ColumnReport", "FoundIdentifier", "IngestReport", "TableReport", "ingest_cohort"]

__getattr__ = on_first_use(__name__, _PLACES)
