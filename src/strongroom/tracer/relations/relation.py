"""A relation between columns: what one column is, computed from others."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.relations.formulas import Formula

Floats = NDArray[np.float64]

SUM, PRODUCT, CONVERSION, RANGES, DATES, EVENTS, OTHER = (
    "sum", "product", "conversion", "ranges", "dates", "events", "formula",
)  # fmt: skip

_HALF = 0.5 + 1e-6  # fixed: a value rounded to its grid lies within half a step; 1e-6 for the doubles' errors
_RELATIVE = 1e-9  # fixed: numbers without a grid agree to so much


@dataclass(frozen=True)
class Relation:
    """Column `target` is `formula` over other columns.

    `share` is the part of the `rows` with all values in which the formula gives the value to its last
    recorded digit, `error` the error not exceeded in 90 % of them, in SDs of the target. `role` is
    `recomputed` where the target follows from its inputs in marked and invented records, `implied` where
    recomputing others keeps the relation, `fixed` where its columns have to stay unmarked, and `refused`
    where the custodian said that it is none. A target of text is the number of a word in `words`.
    """

    target: str
    formula: str
    kind: str
    share: float
    rows: int
    error: float = 0.0
    role: str = "recomputed"
    words: tuple[str, ...] = ()

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The columns the target follows from."""
        return Formula(self.formula).inputs

    @property
    def columns(self) -> frozenset[str]:
        """All its columns."""
        return frozenset([self.target, *self.inputs])

    def to_json(self) -> dict[str, Any]:
        """Return plain values without floats."""
        plain = {**asdict(self), "words": list(self.words)}
        return {**plain, "share": f"{self.share:.6f}", "error": f"{self.error:.6g}"}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Relation":
        """Read what `to_json` wrote."""
        numbers = {"share": float(plain["share"]), "error": float(plain["error"])}
        return cls(**{**plain, **numbers, "words": tuple(plain.get("words", ()))})


@dataclass(frozen=True)
class Searched:
    """The columns that are searched: arrays of shape (people,), the same people's, NaN for no quantity.

    `steps` are the grids they are recorded on, 0 for none. `dates` are the columns of days since 1970.
    """

    values: Mapping[str, Floats] = field(repr=False)
    steps: Mapping[str, float] = field(repr=False)
    dates: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()

    @property
    def numbers(self) -> list[str]:
        """The columns that are no dates."""
        return [name for name in self.values if name not in self.dates]

    @cached_property
    def distinct(self) -> dict[str, int]:
        """The number of distinct values of each column."""
        return {name: len(np.unique(column[np.isfinite(column)])) for name, column in self.values.items()}

    @cached_property
    def spread(self) -> dict[str, float]:
        """The SD of each column, 0 where it has no values."""
        known = {name: column[np.isfinite(column)] for name, column in self.values.items()}
        return {name: float(np.std(column)) if len(column) else 0.0 for name, column in known.items()}

    def fineness(self, name: str) -> float:
        """Return the number of steps in a column's SD; infinite for numbers without a grid."""
        return self.spread[name] / self.steps[name] if self.steps[name] > 0 else np.inf

    def tolerance(self, name: str) -> float:
        """Return by how much a formula may differ from a value and give its last recorded digit."""
        return max(self.steps[name] * _HALF, self.spread[name] * 1e-6)

    def measured(self, target: str, formula: str, kind: str) -> Relation:
        """Return a relation with how exactly it holds."""
        values = self.values[target]
        given = np.broadcast_to(Formula(formula).evaluate(self.values), values.shape)
        both = np.isfinite(given) & np.isfinite(values)
        if not both.any():
            return Relation(target, formula, kind, 0.0, 0, np.inf)
        off = np.abs(given[both] - values[both])
        allowed = self.tolerance(target) + _RELATIVE * np.abs(values[both])
        spread = max(float(np.std(values[both])), 1e-300)
        return Relation(
            target,
            formula,
            kind,
            round(float(np.mean(off <= allowed)), 6),
            int(both.sum()),
            float(f"{float(np.quantile(off, 0.9)) / spread:.6g}"),
        )
