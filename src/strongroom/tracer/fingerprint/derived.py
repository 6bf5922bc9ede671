"""Derived columns are recomputed from the marked columns, so that no values contradict each other.

A body mass index that no longer equals weight over height squared would reveal the marked cells. A derived
column has no positions of its own: any evidence in it belongs to its inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.dictionary import ColumnName
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.rules import DECIMAL, MarkRule, places_of
from strongroom.tracer.relations.formulas import Formula

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    half_step: float = threshold(
        0.5 + 1e-6,
        "steps of the grid",
        "derived: a value rounded to its grid lies within half a step; 1e-6 for the rounding errors of "
        "doubles",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Derived:
    """A column given by a formula; `kept` are its values that are not quantities, `step` its grid."""

    column: str
    formula: str
    step: float
    form: str = DECIMAL
    kept: tuple[float, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns it follows from."""
        return Formula(self.formula).inputs

    def recomputed(self, values: Floats, before: Mapping[str, Floats], after: Mapping[str, Floats]) -> Floats:
        """Return the column for inputs that were `before` and are `after`; all of shape (people,).

        Where it equalled the formula's result, it does so again; elsewhere it changes by as much as the
        formula.
        """
        formula = Formula(self.formula)
        was, becomes = formula.evaluate(before), formula.evaluate(after)
        moves = np.isfinite(was) & np.isfinite(becomes) & (was != becomes) & np.isfinite(values)
        moves &= ~np.isin(values, np.array(self.kept))
        held = np.abs(values - was) <= self.step * LIMITS.half_step
        if formula.limits:
            # A code that did not follow the limits stays: another is not between two codes.
            return np.where(moves & held, self.recorded(becomes), values)
        return np.where(moves, self.recorded(np.where(held, becomes, values + (becomes - was))), values)

    def recorded(self, values: Floats) -> Floats:
        """Return values as the column records them."""
        if self.form != DECIMAL:
            return MarkRule(self.column, form=self.form).recorded(values)
        return np.asarray(np.round(np.rint(values / self.step) * self.step, places_of(self.step)), np.float64)

    def to_json(self) -> dict[str, Any]:
        """Return plain values without a float."""
        kept = [repr(each) for each in self.kept]
        return {"formula": self.formula, "step": repr(self.step), "form": self.form, "kept": kept}

    @classmethod
    def from_json(cls, column: str, plain: Mapping[str, Any]) -> "Derived":
        """Read what `to_json` wrote."""
        kept = tuple(float(each) for each in plain["kept"])
        return cls(column, plain["formula"], float(plain["step"]), plain["form"], kept)


def own_formulas(columns: Sequence[str], own: Mapping[str, str]) -> dict[str, str]:
    """Return the custodian's formulas, by column or whole field, over the columns that exist."""
    places = {ColumnName.parse(name): name for name in columns if ColumnName.parse(name) is not None}
    found: dict[str, str] = {}
    for name in columns:
        place = ColumnName.parse(name)
        field = "" if place is None else f"p{place.field_id}"
        text = own.get(name, own.get(field))
        spelled = None if text is None else _spelled(text, place, places, columns)
        if spelled is not None:
            found[name] = spelled
    return found


def _spelled(
    text: str, place: ColumnName | None, places: Mapping[ColumnName | None, str], columns: Sequence[str]
) -> str | None:
    """Insert the cohort's columns of the same visit into a formula over fields; None if one is missing."""
    names = {}
    for name in Formula(text).inputs:
        field = ColumnName.parse(name)
        visit = field if field is None or place is None else ColumnName(field.field_id, place.instance)
        actual = name if name in columns else places.get(visit)
        if actual is None:
            return None
        names[name] = actual
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, f"\x00{list(names).index(name)}\x00")
    for number, name in enumerate(names):
        text = text.replace(f"\x00{number}\x00", names[name])
    return text


def in_order(derived: Mapping[str, Derived]) -> dict[str, Derived]:
    """Return columns ordered so that each follows its inputs; circular ones are left out."""
    ordered: dict[str, Derived] = {}
    waiting = dict(derived)
    while waiting:
        ready = {name: each for name, each in waiting.items() if not set(each.inputs) & set(waiting)}
        if not ready:
            return ordered
        ordered |= ready
        waiting = {name: each for name, each in waiting.items() if name not in ready}
    return ordered
