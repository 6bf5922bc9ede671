"""The facts an attacker may know of a participant: birth, sex, and dated events."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.risk.columns import CodedColumn


@dataclass(frozen=True)
class DatedEvents:
    """Events with a date: for each the person (row of the participants' table), day and type.

    Events without a date are left out. `kind` is None if the table has no type of event.
    """

    name: str
    title: str
    person: NDArray[np.int64] = field(repr=False)
    day: CodedColumn
    kind: CodedColumn | None = None


@dataclass(frozen=True)
class Facts:
    """Everything about `people` participants that a scenario may use.

    `demographics` maps birth year, birth month and sex to their columns.
    """

    people: int
    demographics: Mapping[str, CodedColumn] = field(default_factory=dict)
    events: tuple[DatedEvents, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """What the attacker knows: demographics and optionally one event, its date's precision and its type."""

    words: str
    demographics: tuple[str, ...]
    events: DatedEvents | None = None
    precision: str = "day"
    named: bool = False
