"""What a detector is, and what it may look at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from strongroom.checker.artefacts import Artefact
from strongroom.checker.carried import incompressible_bytes
from strongroom.checker.detectors.id_scan import IdMap
from strongroom.checker.history import History
from strongroom.checker.policy import Policy
from strongroom.checker.report import Finding
from strongroom.cohort import Cohort
from strongroom.cohort.index import CohortColumns, Index


@dataclass(frozen=True)
class KnownIds:
    """Ids that mean participants: `values` are int64 or text of shape (participants,), `label` says whose."""

    label: str
    values: NDArray[Any]

    @cached_property
    def ordered(self) -> NDArray[Any]:
        """The ids in order, each once."""
        return np.unique(self.values)

    @cached_property
    def numbered(self) -> IdMap:
        """The ids, if they are numbers, as a map in which many are looked up."""
        return IdMap(self.ordered)


@dataclass(frozen=True)
class RowOrder:
    """An order in which people were handed out: stored rows, shape (rows,); `label` says to whom."""

    label: str
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class JudgedFile:
    """A file of a request, for what shows only across files: its name and all that was found in it."""

    name: str
    artefacts: tuple[Artefact, ...]

    @cached_property
    def carried(self) -> Counter[str]:
        """How many bytes its content compresses to, by kind of output."""
        return incompressible_bytes(self.artefacts)


@dataclass(frozen=True)
class Evidence:
    """What artefacts are compared with."""

    cohort: Cohort
    index: Index
    known_ids: Sequence[KnownIds]
    policy: Policy
    orders: Sequence[RowOrder] = ()
    history: History = field(default_factory=History)

    @cached_property
    def columns(self) -> CohortColumns:
        """The cohort's columns, read once for all the artefacts of a request."""
        return CohortColumns(self.cohort, self.index)


class Detector(Protocol):
    """Looks at one artefact at a time."""

    name: str
    protects_against: str

    def run(self, artefact: Artefact, evidence: Evidence) -> Iterator[Finding]:
        """Yield what was found; nothing where the artefact is of no concern."""


class Scanner(Protocol):
    """Sees all rows of one table that is too large to be held, batch after batch."""

    def feed(self, batch: pa.Table) -> None:
        """Look at the next rows; their memory is used again afterwards, so what is kept must be copied.

        A column's type may become wider from one batch to the next: null, then numbers, then text.
        """

    def findings(self) -> Iterator[Finding]:
        """Yield what was found in all rows."""


@runtime_checkable
class ScanningDetector(Protocol):
    """A detector for which a sample of a large table is not enough.

    Its `run` looks at all artefacts but such tables; of those, detectors without a scanner see the sample.
    """

    name: str

    def scanner(self, where: str, evidence: Evidence) -> Scanner:
        """Return what is to see the rows of the table at `where`."""


class RequestDetector(Protocol):
    """Looks at all files of a request together, after each was looked at alone."""

    name: str
    protects_against: str

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield what was found, with the name of the file whose verdict it counts against."""
