"""Direct identifiers, recognised by a column's content whatever its name: one detector a kind."""

from strongroom.cohort.ingest.identifiers.scan import DETECTORS, IdentifierScan

__all__ = ["DETECTORS", "IdentifierScan"]
