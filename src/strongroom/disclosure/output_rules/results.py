"""The result of the output rules: which rule fails, in which cells, and how to fix it."""

from dataclasses import dataclass
from enum import Enum, IntEnum

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Status(IntEnum):
    """The status of a cell or an output; the worst of several is the greatest."""

    PASS = 0
    REVIEW = 1
    FAIL = 2


class Reason(Enum):
    """Why an output is disclosive, in words, and how to fix it."""

    FEW = "too few people", "suppress or merge these groups, and round the rest"
    ZERO = "a count of 0, which the policy forbids", "merge the group with another, or suppress it"
    CLASS = (
        "all of a group have the same value (class disclosure)",
        "merge categories, or suppress the row or column",
    )
    UNROUNDED = "not rounded as the policy requires", "round with `round_counts`"
    RECOVERABLE = "suppressed, but totals reveal it", "suppress a second cell with `suppress`, or the totals"
    IMPLIED = "the percentage implies a count of too few people", "publish fewer decimals, or suppress it"
    DIFFERENCE = "differs from another table by too few people", "round both tables, or release one of them"
    UNAUDITED = (
        "too many linked cells to work out what they reveal together",
        "release fewer or smaller tables, or round them",
    )
    DOMINANCE = (
        "one or two people contribute most of it (dominance)",
        "merge groups, or publish a rounded median",
    )
    FREEDOM = "too few degrees of freedom", "use fewer terms or more people"
    SATURATED = "the model reproduces the values of few people", "remove terms until groups are larger"
    LEVERAGE = (
        "one person determines a coefficient almost alone (leverage)",
        "remove the term, or limit its extreme values",
    )
    ONE_PERSON = "the term depends on too few people", "remove the term, or merge its category"
    ROW_LEVEL = "one number per person", "remove it, or publish a summary"
    EXTREME = (
        "a minimum or maximum is one person's value",
        "publish percentiles with enough people beyond them",
    )
    TAIL = "too few people beyond a quantile", "publish a quantile nearer to the median"
    STEPS = (
        "steps or the end of a curve with too few people",
        "widen the time steps, and end the curve earlier",
    )
    RARE = "too few carriers of the minor allele", "remove rare variants"
    TRAITS = (
        "so many traits of the same people that genotypes can be inferred",
        "release fewer traits, or round them more",
    )

    def __init__(self, words: str, mitigation: str) -> None:
        self.words = words
        self.mitigation = mitigation


@dataclass(frozen=True)
class Breach:
    """A rule that fails: the reason, its status, and the cells; None for the whole output."""

    reason: Reason
    status: Status
    cells: Mask | None = None

    @property
    def line(self) -> str:
        """The reason, the number of cells, and how to fix it; never a value."""
        many = 0 if self.cells is None else np.count_nonzero(self.cells)
        where = "" if self.cells is None else f" ({many:,} {'cell' if many == 1 else 'cells'})"
        return f"{self.reason.words}{where}: {self.reason.mitigation}"


@dataclass(frozen=True)
class Checked:
    """The result for an output whose cells have shape `shape`: the `breaches` found."""

    shape: tuple[int, ...]
    breaches: tuple[Breach, ...]

    @property
    def status(self) -> Status:
        """The worst status found."""
        return max((breach.status for breach in self.breaches), default=Status.PASS)

    @property
    def cells(self) -> NDArray[np.int8]:
        """Return each cell's `Status`, without breaches of the whole output."""
        cells = np.zeros(self.shape, np.int8)
        for breach in self.breaches:
            if breach.cells is not None:
                cells[breach.cells] = np.maximum(cells[breach.cells], breach.status)
        return cells

    @property
    def failed(self) -> Mask:
        """Which cells must not be published."""
        failed: Mask = self.cells == Status.FAIL
        return failed

    def cells_with(self, reason: Reason) -> Mask:
        """Return the cells with this reason."""
        found = np.zeros(self.shape, np.bool_)
        for breach in self.breaches:
            if breach.reason is reason and breach.cells is not None:
                found |= breach.cells
        return found

    def has(self, reason: Reason) -> bool:
        """Tell whether any cell, or the whole output, has this reason."""
        return any(breach.reason is reason for breach in self.breaches)

    def words(self) -> NDArray[np.object_]:
        """Return each cell's reasons in words, '' where there is none."""
        words = np.full(self.shape, "", object)
        for breach in self.breaches:
            if breach.cells is not None:
                joined = [
                    f"{before}; {breach.reason.words}" if before else breach.reason.words
                    for before in words[breach.cells]
                ]
                words[breach.cells] = joined
        return words

    def __str__(self) -> str:
        """Return the status and one line per reason."""
        return "\n".join([self.status.name.lower(), *(f"- {breach.line}" for breach in self.breaches)])


def checked(shape: tuple[int, ...], *breaches: Breach) -> Checked:
    """Return the result, without breaches that no cell has."""
    return Checked(shape, tuple(breach for breach in breaches if breach.cells is None or breach.cells.any()))
