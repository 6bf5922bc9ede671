"""Planning a cohort's fingerprint: what is marked, what is derived from it, and what is left unchanged.

1. Leave unchanged what is not a quantity, what others may know, ages (they follow from dates), small counts
   and grades (tables of them would change), and the columns the custodian names.
2. Derive columns from others by the cohort's relations, which were found by values, and the custodian's
   formulas.
3. The inputs of a column that is left unchanged must not change either; no mark crosses the limit of a code.
4. Plan the marks of all others from their distinct values, weaker where other columns explain most of one.
5. Leave out those that would move a coarse derived column further than allowed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.dictionary import ColumnName, Field, Role, ValueType
from strongroom.matching import Index
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.derived import Derived, own_formulas
from strongroom.tracer.fingerprint.derived import in_order as inputs_first
from strongroom.tracer.fingerprint.plan import MarkPlan, marker_of
from strongroom.tracer.fingerprint.planning.cohort_columns import PlannedColumns
from strongroom.tracer.fingerprint.planning.cohort_relations import relations_of, searched_columns
from strongroom.tracer.fingerprint.planning.date_columns import plan_dates
from strongroom.tracer.fingerprint.planning.dosage_columns import dosage_rule
from strongroom.tracer.fingerprint.planning.number_columns import Spared, plan_marks_of
from strongroom.tracer.fingerprint.planning.residual_sd import COVARIATES, unexplained
from strongroom.tracer.fingerprint.rules import PAIR, MarkRule
from strongroom.tracer.fingerprint.settings import DEFAULT_STRENGTH, MarkSettings, Risk
from strongroom.tracer.relations.choice import in_order
from strongroom.tracer.relations.formulas import Formula
from strongroom.tracer.relations.relation import OTHER, RANGES, Relation

Floats = NDArray[np.float64]
Found = TypeVar("Found")

_AN_AGE = re.compile(r"\bage\b|\byear of\b", re.IGNORECASE)
_FOLLOWS_DATES = "an age or a year, which follows from dates"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_whole_values: int = threshold(
        50,
        "distinct whole numbers",
        "judgement: columns with fewer are counts and grades, which people tabulate value by value",
    )
    formula_share: float = threshold(
        0.5,
        "share of people",
        "judgement: rounding of inputs breaks a custodian's true formula for some people, a wrong one for "
        "nearly all",
    )
    least_people: int = threshold(30, "people", "judgement: fewer can satisfy a formula by coincidence")
    unseen: float = threshold(
        0.1, "times the usual error", "judgement: a smaller change is lost in what a formula leaves open"
    )
    pair_density: float = threshold(
        0.05,
        "share of cells",
        "judgement: default of `categories` in docs/reference/fingerprint.md; a rare swap of synonymous "
        "codes shows in no table",
    )
    most_derived: float = threshold(
        1.5,
        "times the strength",
        "judgement: a derived column whose grid turns small nudges into whole steps would move further than "
        "the custodian allowed",
    )
    most_shift: float = threshold(
        0.05,
        "standard errors of a coefficient",
        "judgement: docs/reference/fingerprint.md; invisible in a published estimate",
    )
    sds: float = threshold(
        3.6, "standard deviations", "derived: a normal shift exceeds 3.6 SDs once in 3,000"
    )
    least_of_strength: float = threshold(
        0.5,
        "share of the strength",
        "judgement: that of sensitive columns; below it a mark is lost in rounding",
    )


LIMITS = _Limits()

_NO_KEY = bytes(32)
_NO_QUANTITY = frozenset(
    {ValueType.CATEGORY, ValueType.BOOLEAN, ValueType.TEXT, ValueType.DATE, ValueType.DATETIME}
)


def plan_fingerprint(
    cohort: Cohort, index: Index, settings: MarkSettings, relations: Sequence[Relation] | None = None
) -> MarkPlan:
    """Return the plan for all columns of the participants' table.

    `relations` are those of the cohort's columns, as found and accepted; None to search for them now.
    """
    found = relations_of(cohort, index) if relations is None else relations
    columns = PlannedColumns(cohort, index)
    return _Planning(columns, settings, tuple(_with_own(columns, settings, found))).plan()


def _with_own(
    columns: PlannedColumns, settings: MarkSettings, found: Sequence[Relation]
) -> Sequence[Relation]:
    """Return relations with the custodian's formulas, which take precedence."""
    numbers = [name for name in columns.index.columns if columns.is_number(name)]
    searched = searched_columns(columns) if settings.formulas else None
    if searched is None:
        return found
    given = (
        searched.measured(name, text, OTHER)
        for name, text in own_formulas(numbers, settings.formulas).items()
    )
    own = [each for each in given if each.share >= LIMITS.formula_share and each.rows >= LIMITS.least_people]
    targets = {each.target for each in own}
    return in_order([*own, *(each for each in found if each.target not in targets)])


@dataclass(frozen=True)
class _Planning:
    columns: PlannedColumns
    settings: MarkSettings
    relations: tuple[Relation, ...]

    def plan(self) -> MarkPlan:
        hidden = {self.columns.cohort.manifest.id_column}
        names = [name for name in self.columns.index.columns if name not in hidden]
        alone = {name: reason for name in names if (reason := self._left_alone(name))}
        numbers = [name for name in names if self.columns.is_number(name)]
        derived = self._derived(numbers)
        alone = {
            name: reason for name, reason in alone.items() if not self._is_recomputed_code(name, derived)
        }
        alone |= self._fixed(names, derived, alone)
        alone |= self._held_still(alone, derived)
        derived = {name: each for name, each in derived.items() if name not in alone}
        most = self._most(numbers, derived)
        rules = {name: self._rule(name, alone, derived, most.get(name, 1.0)) for name in names}
        plan = self._within_bounds(MarkPlan(rules, inputs_first(derived), relations=self.relations))
        if not self.settings.dates:
            return plan
        dates, birth = plan_dates(
            self.columns.cohort,
            self.columns.index,
            self.settings.dates,
            lambda name: _named(name, self.settings.never),
        )
        rules = {**plan.rules, **self._ages_told(plan.rules), **dates}
        return replace(plan, rules=rules, birth=birth)

    def _ages_told(self, rules: Mapping[str, MarkRule]) -> dict[str, MarkRule]:
        """Note on ages with a fraction that they no longer match the dates shown."""
        return {
            name: replace(
                rule, reason=f"{rule.reason}; as it has a fraction, it no longer matches the shifted dates"
            )
            for name, rule in rules.items()
            if rule.reason == _FOLLOWS_DATES and self.columns.is_number(name) and self.columns.step(name) < 1
        }

    def _within_bounds(self, plan: MarkPlan) -> MarkPlan:
        """Leave unmarked what would move a coarse derived column too far, and derive only what changes."""
        mark = marker_of(plan, plan_key=_NO_KEY, project_key=_NO_KEY)
        rules, derived = dict(plan.rules), {}
        for name in plan.derived:
            values = self.columns.sampled(name)
            shown = mark.shown(name, np.arange(len(values)), self.columns.sampled)
            moved = float(np.sqrt(np.nanmean((shown - values) ** 2)) / np.nanstd(values))
            if name not in self._codes and moved > LIMITS.most_derived * self._strength(name):
                reason = f"determines {name}, whose grid is too coarse to follow"
                rules |= {
                    each: MarkRule(each, reason=reason) for each in plan.sources(name) if rules[each].density
                }
        for name, each in plan.derived.items():
            if any(rules[source].density > 0 for source in plan.sources(name)):
                derived[name] = each
            else:
                rules[name] = MarkRule(name, reason="derived from columns left unchanged")
        return replace(plan, rules=rules, derived=derived)

    def _most(self, numbers: list[str], derived: Mapping[str, Derived]) -> dict[str, float]:
        """Return the largest strength of each column, depending on how much other columns explain of it.

        A mark of s SDs moves coefficients by s / sqrt(1 - R2) standard errors (one SD of the distribution).
        There is no limit for partners of high risk, whose copies matter more than exactness, nor for columns
        with a strength set by the custodian.
        """
        if self.settings.risk is Risk.HIGH:
            return {}
        plan = MarkPlan({}, derived)
        families = {name: plan.sources(name) for name in numbers}
        left = unexplained({name: self.columns.sample(name) for name in numbers}, families)
        least = LIMITS.least_of_strength * self.settings.strength
        return {
            name: max(least, LIMITS.most_shift / LIMITS.sds * each)
            for name, each in left.items()
            if _setting_of(name, self.settings.columns) is None
        }

    def _rule(
        self, name: str, alone: Mapping[str, str], derived: Mapping[str, Derived], most: float
    ) -> MarkRule:
        pair = _setting_of(name, self.settings.categories)
        if pair is not None and self.columns.is_numeric(name) and not _named(name, self.settings.never):
            low, high, share = (*pair, LIMITS.pair_density)[:3]
            return MarkRule(name, density=share, low=low, high=high, form=PAIR)
        if name in alone:
            return MarkRule(name, reason=alone[name])
        if name in derived:
            return MarkRule(name, reason=f"derived from {', '.join(derived[name].inputs)}")
        if _named(name, self.settings.dosages):
            return self._dosage(name)
        rule = self._quantity(name, min(self._strength(name), most))
        return (
            rule
            if rule.density == 0 or most >= self._strength(name)
            else replace(rule, reason=_limited_to(most))
        )

    def _dosage(self, name: str) -> MarkRule:
        distinct, counts = self.columns.values(name)
        return dosage_rule(
            name,
            distinct,
            counts,
            strength=self._strength(name),
            decimals=self.columns.decimals(name),
        )

    def _quantity(self, name: str, strength: float) -> MarkRule:
        distinct, counts = self.columns.values(name)
        spared = self._spared(name)
        quantities = ~np.isin(distinct, spared.sentinels)
        rule = plan_marks_of(
            name,
            distinct[quantities],
            counts[quantities],
            strength=strength,
            spared=spared,
            form=self.columns.forms[name],
        )
        coarse = rule.step >= 1 and np.count_nonzero(quantities) < LIMITS.least_whole_values
        if rule.density > 0 and coarse and name not in self.settings.columns:
            return MarkRule(
                name, step=rule.step, reason="a small count or a grade: tables of it would change"
            )
        return rule

    def _left_alone(self, name: str) -> str:
        field = self.columns.cohort.dictionary.resolve(name)
        if _named(name, self.settings.never):
            return "never marked, by the custodian's settings"
        if not self.columns.is_number(name):
            return "not a quantity: text, a date or true/false"
        if _named(name, (*self.settings.columns, *self.settings.dosages)) or field is None:
            return ""
        return _described_as(field)

    def _strength(self, name: str) -> float:
        field, settings = self.columns.cohort.dictionary.resolve(name), self.settings
        own = _setting_of(name, settings.columns)
        usual = (
            settings.sensitive if field is not None and field.role is Role.SENSITIVE else settings.strength
        )
        return (usual if own is None else own) * settings.factor

    def _spared(self, name: str) -> Spared:
        limits = _setting_of(name, self.settings.limits) or ()
        return Spared(self.columns.sentinels(name), (*limits, *self._limits.get(name, ())))

    def _derived(self, numbers: list[str]) -> dict[str, Derived]:
        """Return the columns recomputed from others."""
        found = {
            each.target: self._followed(each.target, each.formula)
            for each in self._applied
            if set(each.columns) <= set(numbers)
        }
        # A code by the limits of columns that are marked themselves stays: no mark crosses a limit.
        moved = set(found) - self._codes
        return {
            name: each
            for name, each in found.items()
            if name not in self._codes or any(source in moved for source in each.inputs)
        }

    @cached_property
    def _applied(self) -> list[Relation]:
        return [each for each in self.relations if each.role == "recomputed"]

    @cached_property
    def _codes(self) -> frozenset[str]:
        """The codes that are ranges of numbers."""
        return frozenset(each.target for each in self._applied if each.kind == RANGES)

    @cached_property
    def _limits(self) -> dict[str, tuple[float, ...]]:
        """The limits of codes, by the column whose marks do not cross them."""
        found: dict[str, tuple[float, ...]] = {}
        for each in self._applied:
            if each.kind == RANGES:
                for name, limit in Formula(each.formula).limits:
                    found[name] = (*found.get(name, ()), limit)
        return found

    def _is_recomputed_code(self, name: str, derived: Mapping[str, Derived]) -> bool:
        return name in self._codes and name in derived and not _named(name, self.settings.never)

    def _stays_within(self, relation: Relation, derived: Mapping[str, Derived]) -> bool:
        """Tell whether the limits of a code are of columns that no mark moves across them."""
        return all(name not in derived for name in relation.inputs)

    def _fixed(
        self, names: list[str], derived: Mapping[str, Derived], alone: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the columns of relations that recomputing cannot keep, and those that follow from dates."""
        found: dict[str, str] = {}
        for each in self.relations:
            bound = {each.target, *self._moving(each.target, each.formula)}
            where = [name for name in each.columns & bound if name in names and name not in alone]
            if each.role == "fixed":
                found |= dict.fromkeys(where, f"bound to others by {each.target} = {each.formula}"[:200])
            elif each.words and not self._stays_within(each, derived):
                # A word is not recomputed.
                text = f"determines {each.target}, which is text"
                found |= {name: text for name in where if name != each.target}
            elif each.role == "recomputed" and each.target not in derived and each.kind != RANGES:
                # A date is part of it.
                text = f"determines {each.target}, which follows from dates"
                found |= {
                    name: text if name != each.target else f"follows from {', '.join(each.inputs)}"
                    for name in where
                }
        circular = set(derived) - set(inputs_first(derived))
        bound = {name for target in circular for name in (target, *derived[target].inputs)}
        return found | {name: "bound to others in a circle" for name in bound if name not in alone}

    def _held_still(self, alone: Mapping[str, str], derived: Mapping[str, Derived]) -> dict[str, str]:
        """Return the columns that may not change because a column derived from them may not."""
        found: dict[str, str] = {}
        for name in reversed(list(inputs_first(derived))):
            if name in alone or name in found:
                for each in self._moving(name, derived[name].formula):
                    found.setdefault(each, f"determines {name}, which is left unchanged")
        return {name: reason for name, reason in found.items() if name not in alone}

    def _moving(self, target: str, formula: str) -> list[str]:
        """Return the inputs of a formula whose marks move its result beyond its usual error."""
        made = Formula(formula)
        known = [name for name in (target, *made.inputs) if name in self.columns.index.columns]
        before = {name: self.columns.sampled(name) for name in known}
        usual = made.evaluate(before)
        off = np.abs(usual - before[target])
        error = float(np.nanmedian(off)) if np.isfinite(off).any() else 0.0
        step = self.columns.step(target) if self.columns.is_number(target) else 1.0
        return [
            name
            for name in made.inputs
            if _largest_move(made, before, usual, name) > LIMITS.unseen * max(error, step / 2)
        ]

    def _followed(self, name: str, formula: str) -> Derived:
        kept = self.columns.no_quantities(name)
        return Derived(name, formula, self.columns.step(name), self.columns.forms[name], kept)


def _largest_move(formula: Formula, before: Mapping[str, Floats], usual: Floats, name: str) -> float:
    """Return by how much a usual mark of one input moves a formula's result."""
    nudge = DEFAULT_STRENGTH * float(np.nanstd(before[name])) if np.isfinite(before[name]).any() else 0.0
    moved = np.abs(formula.evaluate({**before, name: before[name] + nudge}) - usual)
    moved = moved[np.isfinite(moved)]
    return float(np.quantile(moved, 0.9)) if len(moved) else 0.0


def _described_as(field: Field) -> str:
    if field.type in _NO_QUANTITY:
        return "a category or a code"
    if field.role is Role.QUASI_IDENTIFIER:
        return "a quasi-identifier, which others may know"
    return _FOLLOWS_DATES if _AN_AGE.search(field.title) else ""


def _limited_to(strength: float) -> str:
    return f"limited to {strength:.2%} of its SD, since {COVARIATES} other columns explain much of it"


def _named(name: str, names: tuple[str, ...]) -> bool:
    """Tell whether a column, or the whole field it belongs to, is listed."""
    place = ColumnName.parse(name)
    return name in names or (place is not None and f"p{place.field_id}" in names)


def _setting_of(name: str, settings: Mapping[str, Found]) -> Found | None:
    place = ColumnName.parse(name)
    return settings.get(name, None if place is None else settings.get(f"p{place.field_id}"))
