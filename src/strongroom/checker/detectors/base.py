"""What a detector is, and what it may look at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact
from strongroom.checker.contents.id_query import Sought, sought
from strongroom.checker.history import History
from strongroom.checker.information_content import incompressible_bytes, output_kind
from strongroom.checker.policy import Policy
from strongroom.checker.report import Finding
from strongroom.checker.table_types.examined import Examined, examine
from strongroom.cohort import Cohort
from strongroom.cohort.keys import derive
from strongroom.matching import CohortColumns, Index
from strongroom.tracer.decoys import DecoyRegister


@dataclass(frozen=True)
class KnownIds:
    """Ids that mean participants: `values` are int64 or text of shape (participants,), `label` says whose."""

    label: str
    values: NDArray[Any]

    @cached_property
    def ordered(self) -> NDArray[Any]:
        """The ids in order, each once."""
        return np.unique(self.values)


@dataclass(frozen=True)
class RowOrder:
    """An order in which people were handed out: stored rows, shape (rows,); `label` says to whom.

    A row of -1 is the place of somebody whom the cohort does not have.
    """

    label: str
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class JudgedFile:
    """A file of a request, for what shows only across files: its name and all that was found in it."""

    name: str
    artefacts: tuple[Artefact, ...]
    weighed: Counter[str] | None = None

    @cached_property
    def carried(self) -> Counter[str]:
        """How many bytes its content compresses to, by kind of output; `weighed` where that is known."""
        if self.weighed is not None:
            return self.weighed
        return incompressible_bytes(self.artefacts, [output_kind(examine(each)) for each in self.artefacts])


@dataclass(frozen=True)
class Evidence:
    """What artefacts are compared with."""

    cohort: Cohort
    index: Index
    known_ids: Sequence[KnownIds]
    policy: Policy
    orders: Sequence[RowOrder] = ()
    history: History = field(default_factory=History)
    decoys: Sequence[DecoyRegister] = ()

    def sought(self, purpose: str) -> Sought:
        """Return what is looked for in all rows of large tables, and the seed that draws their samples.

        The draw is the same each time, so that a decision can be replayed, and secret, so that nobody can
        place rows where the sample does not look.
        """
        return replace(self._sought_ids, seed=int.from_bytes(derive(self.cohort.key, purpose, 8)))

    @cached_property
    def _sought_ids(self) -> Sought:
        return sought([known.ordered for known in self.known_ids])

    @cached_property
    def columns(self) -> CohortColumns:
        """The cohort's columns, read once for all the artefacts of a request."""
        return CohortColumns(self.cohort, self.index)


class Detector(Protocol):
    """Looks at one artefact at a time."""

    name: str
    protects_against: str

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield what was found; nothing where the artefact is of no concern."""


class RequestDetector(Protocol):
    """Looks at all files of a request together, after each was looked at alone."""

    name: str
    protects_against: str

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield what was found, with the name of the file whose verdict it counts against."""
