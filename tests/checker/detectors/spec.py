"""How a detector is specified: examples that are tests, and from which its page is made.

A spec is in `specs/<detector>.py` as the constant SPEC; `test_specs.py` checks every example, and
`docs/reference/generate_detectors.py` writes the pages.

    from tests.checker.detectors.spec import Bench, DetectorSpec, Example
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from strongroom.checker import KnownIds, Report, check
from strongroom.checker.detectors import RowOrder
from strongroom.checker.history import History
from strongroom.checker.policy import Policy
from strongroom.cohort import Cohort
from strongroom.matching import Index
from strongroom.tracer.decoys import DecoyRegister

# Of models in examples.
TERMS = ("age", "sex", "smoking", "alcohol", "weight", "height", "exercise", "income", "education", "region")


@dataclass
class Bench:
    """A cohort of 2,000 invented people and a checker for it.

    `people` is the participants' table as the custodian has it, `view_people` the same people in a project's
    view: under pseudonyms, in the order of the pseudonyms.
    """

    cohort: Cohort
    index: Index
    people: pl.DataFrame
    history: History = field(default_factory=History)
    policy: Policy = field(default_factory=Policy)
    decoys: list[DecoyRegister] = field(default_factory=list)
    draw: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))

    @property
    def id_column(self) -> str:
        """The column that holds the ids."""
        return self.cohort.manifest.id_column

    @cached_property
    def _pseudonyms(self) -> np.ndarray:
        return np.random.default_rng(3).choice(
            np.arange(2_000_000, 3_000_000), len(self.people), replace=False
        )

    @cached_property
    def view_people(self) -> pl.DataFrame:
        """The people as in a project's view."""
        named = self.people.with_columns(pl.Series(self.id_column, self._pseudonyms))
        return named[np.argsort(self._pseudonyms)]

    def check(self, path: Path) -> Report:
        """Judge a file, or a directory as one request, for that project with its `history`."""
        known = [
            KnownIds("the cohort's own ids", self.cohort.ids()),
            KnownIds("the project's pseudonyms", self._pseudonyms),
        ]
        orders = [
            RowOrder("the cohort's own order", np.arange(len(self.people))),
            RowOrder("the project's view", np.argsort(self._pseudonyms)),
        ]
        return check(
            [path],
            cohort=self.cohort,
            index=self.index,
            known_ids=known,
            orders=orders,
            history=self.history,
            policy=self.policy,
            decoys=self.decoys,
        )


@dataclass(frozen=True)
class Example:
    """A submitted file; `make` writes it into a folder and returns the file, or the folder."""

    title: str
    make: Callable[[Bench, Path], Path]


@dataclass(frozen=True)
class DetectorSpec:
    """What a detector promises: its rule, examples that fire, examples that do not, and its limits."""

    detector: str
    rule: str
    fires: tuple[Example, ...]
    silent: tuple[Example, ...]
    limits: tuple[str, ...]
