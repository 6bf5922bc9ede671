"""Large tables are watched as they pass: detectors get an even sample, scanners see every row."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from strongroom.checker.artefacts import FoundTable
from strongroom.checker.detectors.base import Evidence, Scanner, ScanningDetector
from strongroom.checker.gathering import EvenSample
from strongroom.checker.report import Finding, Verdict
from strongroom.cohort.keys import derive

_KEEPING = "rows kept of a large table by the airlock"


class Watched:
    """Gathers a large table and shows each of its batches to the scanners."""

    def __init__(self, where: str, evidence: Evidence, detectors: Sequence[ScanningDetector]) -> None:
        self._where = where
        # Drawn the same way each time, so that a decision can be replayed, and in secret, so that nobody can
        # place rows where the sample does not look.
        self._sample = EvenSample(
            where, seed=int.from_bytes(derive(evidence.cohort.key, f"{_KEEPING}: {where}", 8))
        )
        self._scanners: dict[str, Scanner] = {
            detector.name: detector.scanner(where, evidence) for detector in detectors
        }
        self._failed: dict[str, Exception] = {}

    def feed(self, batch: pa.Table) -> None:
        """Show a batch to the sample and to every scanner that has not failed."""
        self._sample.feed(batch)
        for name, scanner in self._scanners.items():
            if name not in self._failed:
                try:
                    scanner.feed(batch)
                except Exception as error:  # noqa: BLE001 - a scanner that fails must block, whatever its failure
                    self._failed[name] = error

    def found(self) -> FoundTable:
        """Return the sample."""
        return self._sample.found()

    def findings(self, name: str) -> Iterator[Finding]:
        """Yield what the scanner of a detector found in all rows."""
        if name in self._failed:
            raise self._failed[name]
        yield from self._scanners[name].findings()


class Watch:
    """Watches the large tables of one file; `tables` are those that came, by place."""

    def __init__(self, evidence: Evidence, detectors: Sequence[ScanningDetector]) -> None:
        self.tables: dict[str, Watched] = {}
        self._start: Callable[[str], Watched] = lambda where: Watched(where, evidence, detectors)

    def __call__(self, where: str) -> Watched:
        """Start to watch the table at a place."""
        return self.tables.setdefault(where, self._start(where))


def failed(detector: str, where: str, error: Exception) -> Finding:
    """Return the finding of a detector that failed: what cannot be judged does not leave."""
    message = "This could not be judged, and what cannot be judged does not leave."
    return Finding(detector, Verdict.BLOCK, where, message, type(error).__name__)
