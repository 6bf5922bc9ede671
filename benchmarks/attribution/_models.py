"""A hundred models as cohort studies fit them: linear, logistic and Cox, with their standard errors."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from benchmarks.attribution._world import World
from numpy.typing import NDArray

from strongroom.cohort.dictionary import ColumnName

Floats = NDArray[np.float64]

_STEPS = 25
_CLOSE = 1e-9
_FOLLOWED = 13.0
_DEATH, _ENTRY, _SEX = "p40007_i0", "p21003_i0", "p31_i0"
_A_REPEAT, _MOST_HAVE = 0.95, 0.5
_FEW_ANSWERS, _LOOKED_AT = 12, 50_000


@dataclass(frozen=True)
class Model:
    """An outcome on covariates; age and sex are always among them.

    `kind` is linear, logistic (a recorded answer: its commonest value against the rest), cox (death), or cut:
    logistic on whether a measurement is above its quantile `cut`.
    """

    kind: str
    outcome: str
    covariates: tuple[str, ...]
    cut: float = 0.8


@dataclass(frozen=True)
class Fit:
    """Coefficients and their standard errors, both of shape (covariates,), the intercept left out."""

    coefficients: Floats
    errors: Floats


def hundred_models(world: World, seed: int) -> list[Model]:
    """Return fifty linear, thirty-five logistic and fifteen Cox models over columns that most people have."""
    return _models(world, seed, ["linear"] * 50 + ["logistic"] * 35 + ["cox"] * 15)


def cut_models(world: World, seed: int) -> list[Model]:
    """Return twenty models whose outcome is a marked measurement cut in two: not among the hundred."""
    return _models(world, seed + 1, ["cut"] * 20)


def fit(
    model: Model, columns: Mapping[str, Floats], outcome: Floats, dead: NDArray[np.bool_], years: Floats
) -> Fit:
    """Fit a model to everybody who has all of its columns; `outcome` is the column, or 0 and 1."""
    table = np.column_stack([columns[name] for name in model.covariates])
    known = np.isfinite(table).all(axis=1)
    if model.kind == "cox":
        known &= years > 0
        return _cox(_standard(table[known]), years[known], dead[known])
    known &= np.isfinite(outcome)
    design = np.column_stack([np.ones(known.sum()), _standard(table[known])])
    return _linear(design, outcome[known]) if model.kind == "linear" else _logistic(design, outcome[known])


def survival(world: World) -> tuple[NDArray[np.bool_], Floats]:
    """Return who died, and the years of follow-up; neither is marked."""
    died, entered = world.values(_DEATH), world.values(_ENTRY)
    return np.isfinite(died), np.where(np.isfinite(died), died - entered, _FOLLOWED)


def _models(world: World, seed: int, kinds: list[str]) -> list[Model]:
    draw = np.random.default_rng(seed)
    usual = [name for name in world.numeric if _usual(world.values(name)) and name not in (_SEX, _ENTRY)]
    answers = [name for name in usual if len(_distinct(world.values(name))) <= _FEW_ANSWERS]
    measured = [name for name in usual if name not in answers]
    families = _families(world)
    found = []
    for kind in kinds:
        outcome = "" if kind == "cox" else str(draw.choice(answers if kind == "logistic" else measured))
        covariates = _covariates(world, outcome, [*measured, *answers], families, draw)
        found.append(Model(kind, outcome, covariates, float(draw.choice([0.7, 0.8, 0.9]))))
    return found


def _covariates(
    world: World, outcome: str, columns: list[str], families: dict[str, int], draw: np.random.Generator
) -> tuple[str, ...]:
    """Draw three to ten covariates besides age and sex.

    Nobody explains a column by what it is computed from, or puts one beside its own repeat.
    """
    kept = [_ENTRY, _SEX, *([outcome] if outcome else [])]
    wanted = len(kept) + int(draw.integers(3, 11))
    for name in map(str, draw.permutation(columns)):
        related = any(_field(name) == _field(other) for other in kept)
        related |= any(families.get(name, -1) == families.get(other, -2) for other in kept)
        if not related and name not in kept and _goes_with(world, name, kept):
            kept.append(name)
        if len(kept) == wanted:
            break
    return tuple(name for name in kept if name != outcome)


def _field(name: str) -> object:
    """Return the field a column belongs to, of any visit or reading."""
    place = ColumnName.parse(name)
    return name if place is None else place.field_id


def _goes_with(world: World, name: str, others: list[str]) -> bool:
    """Tell whether a column can join a model: enough people have all, and it repeats none of the others."""
    table = np.column_stack([world.values(each)[:_LOOKED_AT] for each in (*others, name)])
    whole = table[np.isfinite(table).all(axis=1)]
    if len(whole) < _MOST_HAVE * len(table) or np.any(whole.std(axis=0) == 0):
        return False
    return bool(np.abs(np.corrcoef(whole, rowvar=False)[-1, :-1]).max() < _A_REPEAT)


def _families(world: World) -> dict[str, int]:
    """Return the columns that formulas connect, each with the number of its group."""
    found: dict[str, int] = {}
    for number, (name, derived) in enumerate(world.plan.derived.items()):
        group = {name, *derived.inputs}
        known = {found[each] for each in group if each in found}
        found |= dict.fromkeys(group, number)
        found = {each: number if family in known else family for each, family in found.items()}
    return found


def _usual(values: Floats) -> bool:
    known = np.isfinite(values).mean()
    common = np.unique(values[np.isfinite(values)][:_LOOKED_AT], return_counts=True)[1]
    return bool(known > 0.75 and len(common) > 1 and common.max() < 0.98 * common.sum())


def _distinct(values: Floats) -> Floats:
    return np.unique(values[np.isfinite(values)][:_LOOKED_AT])


def _standard(table: Floats) -> Floats:
    return (table - table.mean(axis=0)) / table.std(axis=0)


def _linear(design: Floats, outcome: Floats) -> Fit:
    gram = np.linalg.inv(design.T @ design)
    found = gram @ (design.T @ outcome)
    left = outcome - design @ found
    spread = float(left @ left) / (len(outcome) - design.shape[1])
    return Fit(found[1:], np.sqrt(spread * np.diag(gram))[1:])


def _logistic(design: Floats, outcome: Floats) -> Fit:
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-design @ found))
        information = design.T @ (design * (chance * (1 - chance))[:, None])
        step = np.linalg.solve(information, design.T @ (outcome - chance))
        found += step
        if np.abs(step).max() < _CLOSE:
            break
    return Fit(found[1:], np.sqrt(np.diag(np.linalg.inv(information)))[1:])


def _cox(covariates: Floats, years: Floats, dead: NDArray[np.bool_]) -> Fit:
    """Maximise Cox's partial likelihood with Breslow's ties (Breslow 1974)."""
    order = np.argsort(-years, kind="stable")
    table, died, at = covariates[order], dead[order], years[order]
    # The last place of everybody still followed at each death's time.
    events = np.searchsorted(-at, -at[died], side="right") - 1
    found = np.zeros(table.shape[1])
    for _ in range(_STEPS):
        weight = np.exp(table @ found)
        total = np.cumsum(weight)[events]
        mean = np.cumsum(table * weight[:, None], axis=0)[events] / total[:, None]
        score = (table[died] - mean).sum(axis=0)
        information = _second_moments(table, weight, events, total) - mean.T @ mean
        step = np.linalg.solve(information, score)
        found += step
        if np.abs(step).max() < _CLOSE:
            break
    return Fit(found, np.sqrt(np.diag(np.linalg.inv(information))))


def _second_moments(table: Floats, weight: Floats, events: NDArray[np.int64], total: Floats) -> Floats:
    """Return the sum over deaths of the weighted second moments of everybody still followed."""
    share = np.zeros(len(table))
    np.add.at(share, events, 1 / total)
    # Each person counts in the risk set of every death at or after their own place.
    told = np.cumsum(share[::-1])[::-1] * weight
    return table.T @ (table * told[:, None])
