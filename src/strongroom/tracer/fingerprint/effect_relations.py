"""Which relations between columns a view's marks keep: each in the cohort's rows and in the view's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.plan import MarkPlan
from strongroom.tracer.relations.formulas import Formula
from strongroom.tracer.relations.relation import Relation

Floats = NDArray[np.float64]
Read = Callable[[str], Floats]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    less: float = threshold(
        0.001,
        "share of the rows",
        "judgement: rows by which a researcher, or whoever looks for marks, would not notice a difference",
    )
    no_grid: float = threshold(
        1e-6, "SDs", "derived: the tolerance with which relations are searched in numbers without a grid"
    )
    half_step: float = threshold(
        0.5 + 1e-6, "steps", "derived: a value rounded to its grid lies within half a step; 1e-6 for doubles"
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class RelationEffect:
    """A relation, and in what share of the cohort's and of the view's rows it gives the recorded value."""

    target: str
    formula: str
    role: str
    before: float
    after: float

    @property
    def kept(self) -> bool:
        """Whether it holds in as many rows as before."""
        return self.after >= self.before - LIMITS.less


def relation_effects(
    plan: MarkPlan, columns: Sequence[str], before: Read, after: Read, step: Callable[[str], float]
) -> Iterator[RelationEffect]:
    """Yield the effect on every relation whose columns a view has all of.

    `before` and `after` return a column of the view's people as stored and as shown.
    """
    for each in plan.relations:
        if each.columns <= set(columns):
            shares = [_share(each, read, step(each.target)) for read in (before, after)]
            yield RelationEffect(each.target, each.formula, each.role, *shares)


def _share(relation: Relation, read: Read, step: float) -> float:
    given = Formula(relation.formula).evaluate({name: read(name) for name in relation.inputs})
    values = read(relation.target)
    both = np.isfinite(given) & np.isfinite(values)
    if not both.any():
        return 0.0
    off = np.abs(given[both] - values[both])
    allowed = max(step * LIMITS.half_step, LIMITS.no_grid * float(np.std(values[both])))
    return float(np.mean(off <= allowed + 1e-9 * np.abs(values[both])))
