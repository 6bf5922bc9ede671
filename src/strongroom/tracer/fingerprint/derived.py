"""Derived columns are recomputed from the marked columns, so that no values contradict each other.

A body mass index that no longer equals weight over height squared would reveal the marked cells. A derived
column has no positions of its own: any evidence in it belongs to its inputs.
"""

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort.dictionary import ColumnName
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.formulas import Formula
from strongroom.tracer.fingerprint.rules import DECIMAL, MarkRule, places_of

Floats = NDArray[np.float64]
Sample = Callable[[str], Floats]
"""Returns some people's values of a column, the same people's for every column."""

_SHARES_OF_WHITE_CELLS = ("p30180", "p30190", "p30210", "p30220")
KNOWN: dict[str, tuple[str, ...]] = {
    "p21001": ("p21002 / (p50 / 100) ** 2",),
    "p23104": ("p23098 / (p50 / 100) ** 2",),
    "p23100": ("p23098 * p23099 / 100", "p21002 * p23099 / 100"),
    "p23101": ("p23098 - p23100", "p21002 - p23100"),
    "p23102": ("0.732 * p23101",),
    "p30010": ("10 * p30020 / p30050",),
    "p30030": ("p30010 * p30040 / 10",),
    "p30050": ("p30040 * p30060 / 100",),
    "p30090": ("p30080 * p30100 / 10000",),
    "p30200": (f"100 - {' - '.join(_SHARES_OF_WHITE_CELLS)}",),
    "p30120": ("p30000 * p30180 / 100",),
    "p30130": ("p30000 * p30190 / 100",),
    "p30140": ("p30000 * p30200 / 100",),
    "p30150": ("p30000 * p30210 / 100",),
    "p30160": ("p30000 * p30220 / 100",),
    "p30250": ("p30010 * p30240 / 100",),
    "p30300": ("p30010 * p30290 / 100",),
    "p22037": ("3.3 * p864 * min(p874, 180)",),
    "p22038": ("4 * p884 * min(p894, 180)",),
    "p22039": ("8 * p904 * min(p914, 180)",),
    "p22040": ("p22037 + p22038 + p22039",),
    "p20161": ("first(p2887 / 20 * (p2897 - p2867), p3456 / 20 * (p21003 - p3436))",),
}
"""Formulas of UK Biobank fields, by field; `p50` stands for that field at the same visit."""


class _Limits(Thresholds):
    """The numbers this module decides by."""

    half_step: float = threshold(
        0.5 + 1e-6,
        "steps of the grid",
        "derived: a value rounded to its grid lies within half a step; 1e-6 for the rounding errors of "
        "doubles",
    )
    formula_share: float = threshold(
        0.5,
        "share of people",
        "judgement: rounding of inputs breaks true formulas for some people; unrelated columns agree to a "
        "step far less often",
    )
    repeated_share: float = threshold(
        0.9,
        "share of people",
        "judgement: two columns are the same measurement only if nearly all people have equal values",
    )
    least_people: int = threshold(
        30, "people", "judgement: fewer people can satisfy a formula by coincidence"
    )
    compared: int = threshold(2_000, "people", "cost: bounds the correlations of all pairs of columns")
    least_correlation: float = threshold(
        0.9, "absolute correlation", "judgement: repeated columns correlate at nearly 1; the rest need no fit"
    )
    least_steps: int = threshold(
        50,
        "grid steps per SD",
        "judgement: coarser columns agree to a step by being related, without repeating each other",
    )
    digits: int = threshold(
        9, "significant digits", "judgement: conversion factors have fewer; more would fit noise"
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


def candidate_formulas(columns: Sequence[str], own: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the formulas each column could follow, over the columns that exist.

    `own` are the custodian's, by column or whole field; they take precedence over the known ones.
    """
    places = {ColumnName.parse(name): name for name in columns if ColumnName.parse(name) is not None}
    found: dict[str, list[str]] = {}
    for name in columns:
        place = ColumnName.parse(name)
        field = "" if place is None else f"p{place.field_id}"
        texts = [own[each] for each in (name, field) if each in own] or KNOWN.get(field, ())
        spelled = [_spelled(text, place, places, columns) for text in texts]
        kept = [text for text in spelled if text is not None]
        if kept:
            found[name] = kept
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


def holds(derived: Derived, sample: Sample, *, share: float = LIMITS.formula_share) -> bool:
    """Tell whether a formula gives a column, to its grid, for at least that share of complete cases."""
    formula = Formula(derived.formula)
    values = sample(derived.column)
    given = formula.evaluate({name: sample(name) for name in formula.inputs})
    both = np.isfinite(values) & np.isfinite(given) & ~np.isin(values, np.array(derived.kept))
    if np.count_nonzero(both) < LIMITS.least_people:
        return False
    off = np.abs(values[both] - given[both])
    # Values without a grid agree to a share of their SD.
    step = derived.step if derived.form == DECIMAL else 1e-4 * float(np.std(values[both]))
    return float(np.mean(off <= step * (1 + 1e-6))) >= share


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


def twins(
    names: Sequence[str], fineness: Mapping[str, float], given: Collection[str], sample: Sample
) -> Iterator[tuple[str, str]]:
    """Yield columns that repeat another, with the formula: equal, or in another unit.

    `fineness` is the number of grid steps in a column's SD: the finer of two is the source, or the one that
    is already derived from others, which are those `given`.
    """
    ordered = sorted(names, key=lambda name: (name not in given, -fineness[name]))
    alike = np.triu(
        _correlations([sample(name)[: LIMITS.compared] for name in ordered]) >= LIMITS.least_correlation, 1
    )
    found = set(given)
    for source, other in zip(*np.nonzero(alike), strict=True):
        if ordered[other] in found or (ordered[source] in found and ordered[source] not in given):
            continue
        formula = _affine(ordered[source], ordered[other], fineness[ordered[other]], sample)
        if formula is not None:
            found.add(ordered[other])
            yield ordered[other], formula


def _correlations(columns: Sequence[Floats]) -> Floats:
    """Return the absolute correlation of every pair of columns over the people who have both."""
    values = np.array(columns)
    known = np.isfinite(values)
    filled = np.where(known, values, np.nan)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        scores = (filled - np.nanmean(filled, axis=1, keepdims=True)) / np.nanstd(
            filled, axis=1, keepdims=True
        )
        scores = np.nan_to_num(scores, posinf=0, neginf=0)
        squares, present = scores**2, known.astype(np.float64)
        size = np.sqrt((squares @ present.T) * (present @ squares.T))
        return np.asarray(np.nan_to_num(np.abs(scores @ scores.T) / size), np.float64)


def _affine(source: str, other: str, fineness: float, sample: Sample) -> str | None:
    one, two = sample(source), sample(other)
    both = np.isfinite(one) & np.isfinite(two)
    if np.count_nonzero(both) < LIMITS.least_people or np.std(one[both]) == 0:
        return None
    one, two = one[both], two[both]
    if np.mean(one == two) >= LIMITS.repeated_share:
        return source
    if fineness < LIMITS.least_steps:
        # Two coarse columns agree to a step by being related, not by repeating each other.
        return None
    step = float(np.std(two)) / fineness
    fitted = np.polyfit(one, two, 1)
    if np.mean(np.abs(two - np.polyval(fitted, one)) <= step) < LIMITS.repeated_share:
        return None
    slope, level = _plainest(one, two, float(fitted[0]), step)
    return f"{slope:.{LIMITS.digits}g} * {source} + {level:.{LIMITS.digits}g}".replace("+ -", "- ")


def _plainest(one: Floats, two: Floats, slope: float, step: float) -> tuple[float, float]:
    """Return the slope and level with fewest digits that give `two` as often as the best do."""
    best = (slope, float(np.median(two - slope * one)))
    agreeing = np.mean(np.abs(two - best[0] * one - best[1]) <= step * LIMITS.half_step)
    for digits in range(1, LIMITS.digits):
        short = float(f"{slope:.{digits}g}")
        level = float(f"{np.median(two - short * one):.{digits}g}")
        if np.mean(np.abs(two - short * one - level) <= step * LIMITS.half_step) >= agreeing:
            return short, level
    return best
