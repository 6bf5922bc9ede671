"""What every way of recognising rows returns: columns, pairs of rows and people, and what chance gives.

A check reads how far beyond chance the rows are. A trace also reads single cells: by the columns' transforms
and noise, of the pairs of a row and a person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Places = NDArray[np.int64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    almost_sure: float = threshold(
        0.9,
        "probability",
        "judgement: matches counted as recognised; a lower bar adds wrong rows to the counts, a higher one "
        "loses noisy files",
    )


LIMITS = _Limits()
ALMOST_SURE = LIMITS.almost_sure


@dataclass(frozen=True)
class Transform:
    """How a file's values follow from the cohort's; `name` says it, as "2.54 x +0", "rank(x)" or "recoded".

    `forward` computes it, without noise. It is None for categories under other names, and where only the way
    back is known.
    """

    name: str
    forward: Callable[[Floats], Floats] | None = None

    def __call__(self, values: Floats) -> Floats:
        """Return the file's values for these of the cohort, same shape; TypeError if that is not known."""
        if self.forward is None:
            raise TypeError(f"the transform '{self.name}' cannot be computed")
        return self.forward(values)


SAME = Transform("same", lambda values: values)


@dataclass(frozen=True, repr=False)
class OthersPart:
    """What other cohort columns contribute to a smoothed column: a function of each, and their sum.

    `values` is the sum for the people it was computed for, shape (people,).
    """

    parts: tuple[tuple[str, Callable[[Floats], Floats]], ...]
    values: Floats
    shift: float = 0.0

    @classmethod
    def of(
        cls,
        parts: tuple[tuple[str, Callable[[Floats], Floats]], ...],
        read: Callable[[str], Floats],
        *,
        people: int,
        shift: float = 0.0,
    ) -> "OthersPart":
        """Compute the sum for some people; `read` returns their values of a column, shape (people,)."""
        total = np.full(people, shift)
        for name, contribution in parts:
            with np.errstate(all="ignore"):
                total += contribution(read(name))
        return cls(parts, total, shift)

    def shifted(self, by: float) -> "OthersPart":
        """Return the same with a constant added."""
        return OthersPart(self.parts, self.values + by, self.shift + by)

    def for_others(self, read: Callable[[str], Floats], *, people: int) -> "OthersPart":
        """Return the same for other people, such as decoys."""
        return OthersPart.of(self.parts, read, people=people, shift=self.shift)


@dataclass(frozen=True)
class RecognisedColumn:
    """A file column, the cohort column it contains, and how its values follow from the cohort's.

    `noise` is the SD of the noise and `half` half the file's grid step, both in the file's units, or in the
    cohort's where the transform has no `forward`. `others_part` is what the cohort's other columns
    contribute to everybody's value where values were smoothed, and `replaced` the share of values that are
    nobody's any more.
    """

    file_column: str
    cohort_column: str
    transform: Transform = SAME
    noise: float = 0.0
    half: float = 0.0
    others_part: OthersPart | None = field(default=None, compare=False, repr=False)
    replaced: float = 0.0

    def shown(self, values: Floats, people: Places | slice) -> Floats:
        """Return the expected file values for these values of these people (stored rows), without noise."""
        shown = self.transform(values)
        return shown if self.others_part is None else shown + self.others_part.values[people]


@dataclass(frozen=True, repr=False)
class Pairs:
    """Rows of the file, for each a stored row of the cohort, and the probability of that match.

    All of shape (pairs,). A row may be paired with several people, a person with several rows.
    """

    rows: Places
    people: Places
    certainty: Floats

    @classmethod
    def none(cls) -> "Pairs":
        """Return no pairs."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    @classmethod
    def one_each(cls, rows: Places, people: Places) -> "Pairs":
        """Return each of the rows with its person, except where that is -1."""
        some = people >= 0
        return cls(rows[some], people[some], np.ones(np.count_nonzero(some)))

    def at(self, chosen: NDArray[np.bool_] | Places | slice) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(self.rows[chosen], self.people[chosen], self.certainty[chosen])

    @property
    def surest(self) -> "Pairs":
        """The pairs that are almost certain, each row once."""
        return self.at(self.certainty >= ALMOST_SURE)

    @property
    def sure_people(self) -> int:
        """How many different people are almost certainly paired."""
        return len(np.unique(self.surest.people))


class Null(Enum):
    """Unrelated rows, by which chance was measured."""

    NOT_MEASURED = "nothing was compared"
    PERMUTED = "the file's rows with each column permuted on its own"
    INDEPENDENT = "rows whose columns are drawn independently from participants"
    EXCHANGED = "rows made of cells of different rows"
    SIMILAR = "participants drawn like the file's rows in one column, compared with the others"
    LEFT_OUT = "participants drawn at random, compared with the others"
    ALIKE = "participants' rows under the same transforms, compared with the others"
    NEARBY = "the file's rows moved by a few steps in each column"
    UNIFORM = "each person equally likely"


@dataclass(frozen=True)
class Chance:
    """What chance gives, by the `null` that gives most.

    `rate` is the share of rows that would match. `log10` bounds the probability that unrelated rows give as
    much evidence: 0 if chance explains it. Where single cells were aligned, transforms are fitted to the rows
    that are counted: it then says only whether a table is likely to be the cohort's.
    """

    rate: float = 0.0
    log10: float = 0.0
    null: Null = Null.NOT_MEASURED


@dataclass(frozen=True)
class Recognition:
    """Whose rows a table holds.

    `rows` are those examined (from 0), and `matched` is the number that `chance` bounds: of rows that are
    participants', or, if single cells were aligned, of different people almost certainly paired with them.
    Aligned `pairs` are of all rows; their `values` are the columns' in comparable form. `bits_median` is over
    the matched rows; `method` is rows, tuples, associated, disguised or aligned.
    """

    columns: tuple[RecognisedColumn, ...] = ()
    rows: Places = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    matched: int = 0
    pairs: Pairs = field(default_factory=Pairs.none)
    chance: Chance = field(default_factory=Chance)
    bits_median: float = 0.0
    method: str = "rows"
    values: Mapping[str, Floats] = field(default_factory=dict, compare=False, repr=False)

    @property
    def expected(self) -> float:
        """How many matches chance gives."""
        return self.chance.rate * len(self.rows)

    @property
    def surest(self) -> Pairs:
        """The pairs that are almost certain, each row once."""
        return self.pairs.surest

    def numbered(self, rows: Places) -> "Recognition":
        """Return the recognition of a part of a table with the `rows` of that part as its row numbers."""
        pairs = replace(self.pairs, rows=rows[self.pairs.rows])
        return replace(self, rows=rows[self.rows], pairs=pairs)
