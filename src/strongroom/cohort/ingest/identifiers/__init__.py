"""Direct identifiers recognised by what a column holds, whatever its name: one detector a kind."""

from strongroom.cohort.ingest.identifiers.scan import DETECTORS, IdentifierScan

__all__ = ["DETECTORS", "IdentifierScan"]
