"""What a detector is, and what it may look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.artefacts import Artefact
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


@dataclass(frozen=True)
class Evidence:
    """What artefacts are compared with."""

    cohort: Cohort
    index: Index
    known_ids: Sequence[KnownIds]
    policy: Policy

    @cached_property
    def columns(self) -> CohortColumns:
        """The cohort's columns, read once for all the artefacts of a request."""
        return CohortColumns(self.cohort)


class Detector(Protocol):
    """Looks at one artefact at a time."""

    name: str
    protects_against: str

    def run(self, artefact: Artefact, evidence: Evidence) -> Iterator[Finding]:
        """Yield what was found; nothing where the artefact is of no concern."""
