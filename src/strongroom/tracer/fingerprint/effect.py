"""The effect of one view's marks on its columns and on analyses of them: original against marked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.cohort import Cohort
from strongroom.cohort.model import PARTICIPANT
from strongroom.matching import Index
from strongroom.matching.storage.index import ORDINALS
from strongroom.matching.values.comparable import ValueKind
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.date_shifts import days_in, shifted
from strongroom.tracer.fingerprint.effect_relations import RelationEffect, relation_effects
from strongroom.tracer.fingerprint.marking import FingerprintMarker
from strongroom.tracer.fingerprint.plan import IssuedFingerprint, MarkPlan
from strongroom.tracer.fingerprint.planning.number_columns import grid_of
from strongroom.tracer.fingerprint.rules import DATE, PAIR
from strongroom.tracer.fingerprint.visible_values import Originals

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    models: int = threshold(
        100,
        "regressions",
        "judgement: docs/reference/fingerprint.md; enough to include every kind of column as outcome and "
        "covariate",
    )
    tries: int = threshold(
        1_000, "draws of columns", "cost: bounds the search where few columns can be combined"
    )
    least_filled: float = threshold(
        0.7,
        "share of people with a value",
        "judgement: sparser columns leave too few complete cases for 12 covariates",
    )
    least_residual: float = threshold(
        0.5,
        "share of the outcome's variance",
        "judgement: models that explain more than half recompute their outcome rather than study it",
    )
    most_inflation: float = threshold(
        5.0,
        "variance inflation factor",
        "judgement: a usual limit of regression diagnostics (variance inflation factor); beyond it "
        "coefficients are unstable anyway",
    )
    covariates: int = threshold(
        12, "covariates a model", "judgement: adjusted models of cohort studies have about a dozen or fewer"
    )
    most_correlated: int = threshold(200, "columns", "cost: bounds the correlation matrix")
    most_unmarked: int = threshold(
        20,
        "columns",
        "judgement: age, sex and a few others occur in most models; more would crowd out the marked ones",
    )
    most_listed: int = threshold(
        50,
        "columns of a table",
        "judgement: a genotype table of thousands of columns is one line of the report",
    )
    rows_per_covariate: int = threshold(
        10,
        "complete rows per covariate",
        "standard: Peduzzi et al. 1996, J. Clin. Epidemiol. 49:1373, ten observations per covariate",
    )


LIMITS = _Limits()

_SEED = 20260423  # fixed: any number: the models of a report are reproducible


@dataclass(frozen=True)
class ColumnEffect:
    """What was done to one column: `treatment` is marked, recomputed or untouched, and `reason` why.

    `amplitude` is in the column's units, or with `relative` a share of the value; `density` is the share of
    markable cells that are marked, `changed` the share of all its values that differ. `rms` is the root mean
    square of the changes and `sd` the change of the SD, both as shares of the SD; `mean` is the shift of the
    mean in standard errors.
    """

    column: str
    treatment: str
    reason: str = ""
    amplitude: float = 0.0
    relative: float = 0.0
    density: float = 0.0
    changed: float = 0.0
    rms: float = 0.0
    mean: float = 0.0
    sd: float = 0.0


@dataclass(frozen=True)
class Worst:
    """The largest effect of a kind, and where it occurs."""

    size: float
    where: str


@dataclass(frozen=True)
class ViewEffect:
    """The effect of a view's marks; `coefficient` is in standard errors, over `models` regressions."""

    columns: tuple[ColumnEffect, ...]
    people: int
    mean: Worst
    sd: Worst
    correlation: Worst
    coefficient: Worst
    models: int
    relations: tuple[RelationEffect, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        plain = asdict(self)
        plain["relations"] = [{**asdict(each), "kept": each.kept} for each in self.relations]
        return plain


def effect_of(
    cohort: Cohort,
    index: Index,
    fingerprint: IssuedFingerprint,
    columns: Sequence[str],
    members: NDArray[np.bool_],
) -> ViewEffect:
    """Compare a view's participants' columns with the cohort's; `members` is a mask over ordinals."""
    movable = fingerprint.plan.movable(cohort)
    mark, originals = fingerprint.marker(movable), Originals(cohort, index, fingerprint)
    ordinals = index.stored.array(ORDINALS).astype(np.int64)
    inside = members[ordinals]
    known: dict[str, Floats] = {}
    before, after, found = {}, {}, []
    for name in columns:
        if name not in fingerprint.plan.rules:
            continue
        effect = _treatment(fingerprint.plan, name)
        if fingerprint.plan.rules[name].form == DATE and movable is not None and effect.treatment == "marked":
            share = float(np.mean(movable[ordinals[inside]])) if inside.any() else 0.0
            text = f"days, the same shift for all dates of a person; applied to {share:.0%} of the people"
            effect = replace(effect, reason=text)
        if name not in index.columns and mark.changes(name):
            effect = _measured(effect, *_events(cohort, fingerprint.plan, mark, name, members))
        elif mark.changes(name):
            before[name] = originals.read(name)[inside]
            after[name] = mark.shown(name, ordinals, originals.read, known)[inside]
            effect = _measured(effect, before[name], after[name])
        found.append(effect)
    # Age and sex are not marked, and are in most models beside marked columns.
    for name in _numbers_left([each.column for each in found if each.treatment == "untouched"], index):
        before[name] = after[name] = originals.read(name)[inside]
    found += _elsewhere(name for name in columns if name not in fingerprint.plan.rules)
    models = list(_models(before, after, {name: fingerprint.plan.sources(name) for name in before}))
    return ViewEffect(
        columns=tuple(found),
        people=int(np.count_nonzero(inside)),
        mean=_worst((abs(each.mean), each.column) for each in found),
        sd=_worst((abs(each.sd), each.column) for each in found),
        correlation=_worst(_correlations(before, after)),
        coefficient=_worst(models),
        models=len(models),
        relations=tuple(
            relation_effects(
                fingerprint.plan,
                columns,
                lambda name: originals.read(name)[inside],
                lambda name: mark.shown(name, ordinals, originals.read, known)[inside],
                lambda name: _step(fingerprint.plan, index, name),
            )
        ),
    )


def _step(plan: MarkPlan, index: Index, name: str) -> float:
    """Return the grid of a column; 0 for none."""
    if name in plan.derived:
        return plan.derived[name].step
    if plan.rules[name].step:
        return plan.rules[name].step
    return grid_of(index.stored.array(f"distinct:{name}"), index.stored.array(f"counts:{name}"))


def _events(
    cohort: Cohort, plan: MarkPlan, mark: FingerprintMarker, name: str, members: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return the dates of a view's events, one each, original and marked."""
    table, _, column = name.rpartition(".")
    read = cohort.table(table).read([PARTICIPANT, column])
    whose = read.column(PARTICIPANT).to_numpy()
    inside = members[whose]
    days = days_in(read.column(column))[inside]
    return days, shifted(plan.rules[name], days, mark.moves(whose[inside]))


def _numbers_left(untouched: Sequence[str], index: Index) -> list[str]:
    numbers = (name for name in untouched if name in index.columns)
    return [name for name in numbers if index.columns[name].kind is ValueKind.NUMBER][: LIMITS.most_unmarked]


def _elsewhere(columns: Iterable[str]) -> Iterator[ColumnEffect]:
    """Yield the effect on columns outside the plan: none; large tables are one line."""
    tables: dict[str, list[str]] = {}
    for name in columns:
        tables.setdefault(name.rpartition(".")[0], []).append(name)
    for table, names in tables.items():
        listed = names if len(names) <= LIMITS.most_listed else [f"{table}.* ({len(names):,} columns)"]
        yield from (ColumnEffect(name, "untouched", "events and genotypes are not marked") for name in listed)


def _treatment(plan: MarkPlan, name: str) -> ColumnEffect:
    rule = plan.rules[name]
    if name in plan.derived:
        return ColumnEffect(name, "recomputed", f"= {plan.derived[name].formula}")
    if rule.density == 0:
        return ColumnEffect(name, "untouched", rule.reason)
    if rule.form == PAIR:
        text = f"one of two synonymous codes, {rule.low:g} and {rule.high:g}"
        return ColumnEffect(name, "marked", text, density=rule.density)
    return ColumnEffect(
        name, "marked", rule.reason, amplitude=rule.amplitude, relative=rule.relative, density=rule.density
    )


def _measured(effect: ColumnEffect, before: Floats, after: Floats) -> ColumnEffect:
    present = np.isfinite(before)
    one, other = before[present], after[present]
    spread = float(np.std(one)) if len(one) else 0.0
    if spread == 0:
        return effect
    moved = other - one
    return ColumnEffect(
        **{
            **asdict(effect),
            "changed": float(np.mean(moved != 0)),
            "rms": float(np.sqrt(np.mean(moved**2))) / spread,
            "mean": float(np.mean(moved)) / spread * float(np.sqrt(len(one))),
            "sd": float(np.std(other)) / spread - 1,
        }
    )


def _correlations(before: Mapping[str, Floats], after: Mapping[str, Floats]) -> Iterator[tuple[float, str]]:
    names = [name for name in before if np.nanstd(before[name]) > 0][: LIMITS.most_correlated]
    if len(names) > 1:
        was, is_now = (_correlated([values[name] for name in names]) for values in (before, after))
        apart = np.abs(is_now - was)
        one, other = np.unravel_index(int(np.argmax(apart)), apart.shape)
        yield float(apart[one, other]), f"{names[one]} with {names[other]}"


def _correlated(columns: Sequence[Floats]) -> Floats:
    """Return correlations; missing values count as average, in the copy as in the original."""
    filled = [np.nan_to_num(each - np.nanmean(each)) for each in columns]
    return np.asarray(np.corrcoef(np.array(filled)), np.float64)


def _models(
    before: Mapping[str, Floats], after: Mapping[str, Floats], sources: Mapping[str, frozenset[str]]
) -> Iterator[tuple[float, str]]:
    """Yield the largest shift of a coefficient, in standard errors, of each of many linear regressions.

    Unchanged columns are the same array in `before` and `after`; no model consists of them alone. Outcome and
    covariates are drawn at random, none derived from the same source, and no covariate of which the others
    explain four fifths (variance inflation of 5). Models that explain more than half of their outcome merely
    recompute it and are left out.
    """
    draw = np.random.default_rng(_SEED)
    names = [name for name, values in before.items() if np.mean(np.isfinite(values)) >= LIMITS.least_filled]
    tries, fitted = 0, 0
    while fitted < LIMITS.models and tries < LIMITS.tries and len(names) > 1:
        tries += 1
        chosen = _unrelated([names[place] for place in draw.permutation(len(names))], sources)
        if all(before[name] is after[name] for name in chosen):
            continue
        rows = np.all([np.isfinite(before[name]) for name in chosen], axis=0)
        if len(chosen) < 2 or np.count_nonzero(rows) < LIMITS.rows_per_covariate * len(chosen):  # noqa: PLR2004 - a pair
            continue
        was, is_now = (_fitted([values[name][rows] for name in chosen]) for values in (before, after))
        if was is not None and is_now is not None:
            fitted += 1
            shift = np.max(np.abs(is_now[0] - was[0]) / was[1])
            yield float(shift), f"{chosen[0]} on {', '.join(chosen[1:])}"


def _unrelated(names: Sequence[str], sources: Mapping[str, frozenset[str]]) -> list[str]:
    chosen: list[str] = []
    used: frozenset[str] = frozenset()
    for name in names:
        if len(chosen) <= LIMITS.covariates and not used & sources[name]:
            chosen.append(name)
            used |= sources[name]
    return chosen


def _fitted(columns: Sequence[Floats]) -> tuple[Floats, Floats] | None:
    """Return coefficients and standard errors of the first column on the others; None if determined."""
    outcome, design = columns[0], np.column_stack([np.ones(len(columns[0])), *columns[1:]])
    scale = np.concatenate([[1.0], design[:, 1:].std(axis=0)])
    if np.any(scale == 0):
        return None
    design = design / scale
    inner = design.T @ design
    inverse = np.linalg.pinv(inner)
    # Scaled to a variance of 1, so that this is the inflation of each coefficient's variance.
    if np.max(np.diag(inverse)[1:]) * len(outcome) > LIMITS.most_inflation:
        return None
    found = inverse @ (design.T @ outcome)
    left = outcome - design @ found
    if np.var(left) < LIMITS.least_residual * np.var(outcome):
        return None
    variance = float(left @ left) / max(len(outcome) - len(found), 1)
    return found[1:], np.sqrt(variance * np.diag(inverse))[1:]


def _worst(found: Iterator[tuple[float, str]] | Sequence[tuple[float, str]]) -> Worst:
    size, where = max(found, default=(0.0, ""))
    return Worst(size, where)
