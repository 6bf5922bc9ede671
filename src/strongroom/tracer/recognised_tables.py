"""The tables of a file in which participants were recognised."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strongroom.matching import Recognition
from strongroom.tracer.fingerprint.rules import Reaches


@dataclass(frozen=True)
class RecognisedTables:
    """The recognised tables of a file, by number, and how far marks may have moved each cohort column."""

    tables: Mapping[int, Recognition] = field(default_factory=dict)
    reaches: Reaches = field(default_factory=dict)
