"""What a detector is, and what it may look at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.contents.found import Artefact
from strongroom.checker.contents.id_query import IdQuery, query_for_ids
from strongroom.checker.finding import Finding
from strongroom.checker.history import History
from strongroom.checker.information_content import incompressible_bytes, output_kind
from strongroom.checker.policy import Policy
from strongroom.checker.rules import Rule
from strongroom.checker.table_types.examined import Examined, examine
from strongroom.cohort import Cohort
from strongroom.cohort.keys import derive
from strongroom.matching import CohortColumns, Index
from strongroom.tracer.decoys import DecoyRegister, DecoySearch


@dataclass(frozen=True)
class KnownIds:
    """Ids that mean participants: `values` are int64 or text of shape (participants,), `label` says whose."""

    label: str
    values: NDArray[Any] = field(repr=False)

    @cached_property
    def ordered(self) -> NDArray[Any]:
        """The ids in order, each once."""
        return np.unique(self.values)


@dataclass(frozen=True)
class RowOrder:
    """An order in which participants were listed: stored rows, shape (rows,); `label` says for whom.

    A row of -1 is the place of somebody who is not in the cohort.
    """

    label: str
    rows: NDArray[np.int64] = field(repr=False)


@dataclass(frozen=True)
class JudgedFile:
    """A file of a request, for what only shows across files: its name, its bytes and all found in it.

    `measured` is what its content compresses to, where that is known.
    """

    name: str
    artefacts: tuple[Artefact, ...]
    measured: Counter[str] | None = None
    size: int = 0

    @cached_property
    def compressed_bytes(self) -> Counter[str]:
        """How many bytes its content compresses to, by kind of output."""
        if self.measured is not None:
            return self.measured
        return incompressible_bytes(self.artefacts, [output_kind(examine(each)) for each in self.artefacts])


@dataclass(frozen=True)
class Evidence:
    """What artefacts are compared with; `added` are the detectors of installed plug-ins."""

    cohort: Cohort
    index: Index
    known_ids: Sequence[KnownIds]
    policy: Policy
    orders: Sequence[RowOrder] = ()
    history: History = field(default_factory=History)
    decoys: Sequence[DecoyRegister] = ()
    added: Sequence["Detector"] = ()

    def id_query(self, purpose: str) -> IdQuery:
        """Return the ids to search for in all rows of large tables, and the seed that draws their samples.

        The draw is the same each time, so that a decision can be repeated, and secret, so that no researcher
        can place rows outside the sample.
        """
        return replace(self._known_id_query, seed=int.from_bytes(derive(self.cohort.key, purpose, 8)))

    @cached_property
    def _known_id_query(self) -> IdQuery:
        return query_for_ids([known.ordered for known in self.known_ids])

    @cached_property
    def columns(self) -> CohortColumns:
        """The cohort's columns, read once for all the artefacts of a request."""
        return CohortColumns(self.cohort, self.index)

    @cached_property
    def decoy_search(self) -> DecoySearch:
        """The decoys' values, read once for all the artefacts of a request."""
        return DecoySearch(self.decoys, self.index, self.columns)


class Detector(Protocol):
    """Looks at one artefact at a time."""

    name: str
    protects_against: str

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What it may say."""

    def run(self, examined: Examined, evidence: Evidence) -> Iterator[Finding]:
        """Yield findings; none for an artefact the detector does not judge."""


class RequestDetector(Protocol):
    """Looks at all files of a request together, after each was judged alone."""

    name: str
    protects_against: str

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What it may say."""

    def run_request(self, files: Sequence[JudgedFile], evidence: Evidence) -> Iterator[tuple[str, Finding]]:
        """Yield findings, each with the name of the file whose verdict it counts towards."""
