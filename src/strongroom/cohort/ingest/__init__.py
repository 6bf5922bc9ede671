"""Taking data files in: typed by the dictionary, counted, searched for identifiers, encrypted; or refused."""

from strongroom.cohort.ingest.cohort import ingest_cohort
from strongroom.cohort.ingest.report import ColumnReport, FoundIdentifier, IngestReport, TableReport

__all__ = ["ColumnReport", "FoundIdentifier", "IngestReport", "TableReport", "ingest_cohort"]
