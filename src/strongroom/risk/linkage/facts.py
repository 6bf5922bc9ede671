"""The facts an attacker may know of a participant: birth, sex, and dated events."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from strongroom.risk.columns import CodedColumn


@dataclass(frozen=True)
class DatedEvents:
    """Events with a date: for each the person (a row of the participants' table), the day, and what it was.

    Events without a date are left out. `kind` is None where the table says only that something happened.
    """

    name: str
    title: str
    person: NDArray[np.int64]
    day: CodedColumn
    kind: CodedColumn | None = None


@dataclass(frozen=True)
class Facts:
    """Everything about `people` participants that a scenario may use.

    `paper` holds the columns that are known of people, by what they mean: birth year, birth month, sex.
    """

    people: int
    paper: Mapping[str, CodedColumn] = field(default_factory=dict)
    events: tuple[DatedEvents, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """What somebody knows: facts on paper, and perhaps one event, how precisely dated and whether named."""

    words: str
    paper: tuple[str, ...]
    events: DatedEvents | None = None
    precision: str = "day"
    named: bool = False
