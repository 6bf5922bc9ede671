"""What the rules say of an output: what is wrong, where, and what helps."""

from dataclasses import dataclass
from enum import Enum, IntEnum

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Status(IntEnum):
    """What becomes of a cell or an output; the worst of several is the greatest."""

    PASS = 0
    REVIEW = 1
    FAIL = 2


class Reason(Enum):
    """Why something is not shown, in words, and what helps against it."""

    FEW = "too few people", "suppress or merge these groups, and round the rest"
    ZERO = "nobody, where that tells something", "merge the group with another, or suppress it"
    CLASS = "all of a group have the same", "merge categories, or suppress the row or column"
    UNROUNDED = "not rounded as the policy asks", "round with `round_counts`"
    RECOVERABLE = "hidden, but worked out from totals", "hide a second cell with `suppress`, or the totals"
    IMPLIED = "a percentage that stands for too few people", "give fewer decimals, or suppress it"
    DIFFERENCE = "differs from another table by too few people", "round both tables, or release one of them"
    DOMINANCE = "one or two people make up most of it", "merge groups, or give a rounded median"
    FREEDOM = "too few degrees of freedom", "use fewer terms or more people"
    SATURATED = "the model reproduces the values of few people", "leave out terms until groups are larger"
    ONE_PERSON = "a term that rests on too few people", "leave the term out, or merge its category"
    ROW_LEVEL = "one number for each person", "leave it out; show a summary of it"
    EXTREME = "a smallest or largest value is a person's", "give percentiles with enough people beyond them"
    TAIL = "too few people beyond a quantile", "give a quantile nearer to the middle"
    STEPS = "steps or ends of a curve with too few people", "widen the time steps, and end the curve earlier"
    RARE = "too few people can carry the rarer allele", "leave out rare variants"
    TRAITS = (
        "so many traits of the same people that genotypes follow",
        "release fewer traits, or rounder ones",
    )

    def __init__(self, words: str, mitigation: str) -> None:
        self.words = words
        self.mitigation = mitigation


@dataclass(frozen=True)
class Mark:
    """One reason, how bad it is, and which cells it is about; None for the output as a whole."""

    reason: Reason
    status: Status
    cells: Mask | None = None

    @property
    def line(self) -> str:
        """The reason in a line, with how many cells, and what helps; without anybody's value."""
        where = "" if self.cells is None else f" ({np.count_nonzero(self.cells):,} cells)"
        return f"{self.reason.words}{where}: {self.reason.mitigation}"


@dataclass(frozen=True)
class Checked:
    """An output with what the rules say of it; `shape` is that of its cells, `marks` what was found."""

    shape: tuple[int, ...]
    marks: tuple[Mark, ...]

    @property
    def status(self) -> Status:
        """The worst that was found."""
        return max((mark.status for mark in self.marks), default=Status.PASS)

    @property
    def cells(self) -> NDArray[np.int8]:
        """Return each cell's `Status`; what is said of the output as a whole is not in them."""
        cells = np.zeros(self.shape, np.int8)
        for mark in self.marks:
            if mark.cells is not None:
                cells[mark.cells] = np.maximum(cells[mark.cells], mark.status)
        return cells

    @property
    def failed(self) -> Mask:
        """Which cells must not be shown."""
        failed: Mask = self.cells == Status.FAIL
        return failed

    def cells_with(self, reason: Reason) -> Mask:
        """Return the cells that one reason is given for."""
        found = np.zeros(self.shape, np.bool_)
        for mark in self.marks:
            if mark.reason is reason and mark.cells is not None:
                found |= mark.cells
        return found

    def has(self, reason: Reason) -> bool:
        """Tell whether a reason was given, for a cell or for the output as a whole."""
        return any(mark.reason is reason for mark in self.marks)

    def words(self) -> NDArray[np.object_]:
        """Return each cell's reasons in words, '' where it may be shown."""
        words = np.full(self.shape, "", object)
        for mark in self.marks:
            if mark.cells is not None:
                said = [
                    f"{before}; {mark.reason.words}" if before else mark.reason.words
                    for before in words[mark.cells]
                ]
                words[mark.cells] = said
        return words

    def __str__(self) -> str:
        """Return the status and a line for each reason."""
        return "\n".join([self.status.name.lower(), *(f"- {mark.line}" for mark in self.marks)])


def checked(shape: tuple[int, ...], *marks: Mark) -> Checked:
    """Return what was found, without the marks that are about no cell."""
    return Checked(shape, tuple(mark for mark in marks if mark.cells is None or mark.cells.any()))
