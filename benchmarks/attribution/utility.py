"""What marks do to analyses (kind 15), and what they must not show (kind 16).

    python -m benchmarks attribution/utility
    python benchmarks/attribution/utility.py --people 50000 --models 100

Takes about 15 min, 60 s with --quick.

A hundred models, as cohort studies fit them, on everybody's original values and on one recipient's copy at
the default settings: how far each coefficient moves, in its standard errors. Then moments and counts.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
import numpy as np
from benchmarks.attribution._cohorts import SYNTHETIC, opened, take_in
from benchmarks.attribution._invariants import kept, sign_auc
from benchmarks.attribution._models import Floats, Model, cut_models, fit, hundred_models, survival
from benchmarks.attribution._world import World
from benchmarks.ending import exit_code

MOST_SHIFT, MOST_AUC = 0.05, 0.53
_FEW_VALUES = 50


def main() -> int:
    """Print the tables; 1 if a limit is passed."""
    chosen = _arguments()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        take_in(SYNTHETIC, folder / f"{SYNTHETIC}-{chosen.people}", people=chosen.people, seed=chosen.seed)
        cohort, index = opened(folder / f"{SYNTHETIC}-{chosen.people}")
        world = World(SYNTHETIC, cohort, index, strength=chosen.strength, seed=chosen.seed, uniform=False)
        copies = _whole_copy(world)
        print(f"{chosen.people:,} people, {len(copies)} columns of numbers, strength {chosen.strength:.1%}")
        shift = _models(world, copies, chosen)
        _moments(world, copies)
        changed = _counts(world, copies)
        broken = _shown(world, copies, chosen)
    print(f"\n{time.perf_counter() - began:,.0f} s; seed {chosen.seed}")
    missed = {
        f"a coefficient moves by {shift:.3f} standard errors, at most {MOST_SHIFT}": shift > MOST_SHIFT,
        f"{changed} columns of counts change": changed > 0,
        "a copy shows its marks": broken,
    }
    return exit_code(what for what, is_so in missed.items() if is_so)


def _whole_copy(world: World) -> dict[str, Floats]:
    """Return every column of numbers as recipient 0 has it, in stored order."""
    names, key = world.numeric, world.recipients.key(0)
    found: dict[str, Floats] = {}
    for start in range(0, len(names), 20):
        some = names[start : start + 20]
        found |= dict(zip(some, world.copy(key, world.ordinals, some).T, strict=True))
    return found


def _models(world: World, copies: dict[str, Floats], chosen: argparse.Namespace) -> float:
    models = hundred_models(world, chosen.seed)[:: max(1, 100 // chosen.models)]
    cuts = cut_models(world, chosen.seed)[: max(1, chosen.models // 5)]
    found = [shift for model in (*models, *cuts) for shift in _shifts(world, model, copies)]
    print("\n### Shift of coefficients, in standard errors of their own\n")
    print("| models | coefficients | median | 95 % | largest | above .05 |\n|---|---:|---:|---:|---:|---:|")
    hundred = [shift for shift in found if shift.kind != "cut"]
    groups = {
        kind: [shift for shift in found if shift.kind == kind] for kind in ("linear", "logistic", "cox")
    }
    named = {
        **groups,
        "**the hundred**": hundred,
        "beside them: outcome cut from a marked column": found[len(hundred) :],
    }
    for kind, group in named.items():
        by = np.array([shift.by for shift in group])
        above = np.count_nonzero(by > MOST_SHIFT)
        usual = f"{np.median(by):.4f} | {np.quantile(by, 0.95):.4f}"
        print(f"| {kind} | {len(by)} | {usual} | {by.max():.4f} | {above} |")
    worst = sorted(hundred, key=lambda shift: -shift.by)[:8]
    print("\nLargest: " + "; ".join(f"{shift.what} {shift.by:.3f} (z {shift.z:,.0f})" for shift in worst))
    return worst[0].by


@dataclass(frozen=True)
class _Shift:
    kind: str
    what: str
    by: float
    z: float


def _shifts(world: World, model: Model, copies: dict[str, Floats]) -> list[_Shift]:
    """Return how far each coefficient of a model moves, in its standard errors, and its z."""
    dead, years = survival(world)
    originals = {name: world.values(name) for name in {*model.covariates, model.outcome} - {""}}
    fits = []
    for source in (originals, copies):
        outcome = source[model.outcome] if model.outcome else years
        if model.kind in ("logistic", "cut"):
            # Where to cut follows from the original: a study names it beforehand.
            outcome = np.where(
                np.isfinite(outcome), _is_case(model, originals[model.outcome], outcome), np.nan
            )
        fits.append(fit(model, source, outcome, dead, years))
    by = np.abs(fits[1].coefficients - fits[0].coefficients) / fits[0].errors
    z = np.abs(fits[0].coefficients / fits[0].errors)
    return [
        _Shift(
            model.kind,
            f"{model.kind} {model.outcome or 'death'} on {name}",
            float(by[place]),
            float(z[place]),
        )
        for place, name in enumerate(model.covariates)
    ]


def _is_case(model: Model, original: Floats, outcome: Floats) -> Floats:
    if model.kind == "cut":
        return np.asarray(outcome > np.nanquantile(original, model.cut), np.float64)
    values, counts = np.unique(original[np.isfinite(original)], return_counts=True)
    return np.asarray(outcome == values[counts.argmax()], np.float64)


def _moments(world: World, copies: dict[str, Floats]) -> None:
    marked = [name for name in copies if not np.array_equal(world.values(name), copies[name], equal_nan=True)]
    means, spreads, crossed = [], [], []
    for name in marked:
        before, after = world.values(name), copies[name]
        known = np.isfinite(before)
        spread = float(before[known].std())
        means.append(abs(after[known].mean() - before[known].mean()) / spread * np.sqrt(known.sum()))
        spreads.append(float(after[known].std()) / spread - 1)
        cut = np.quantile(before[known], 0.9)
        crossed.append(float(np.mean((before[known] > cut) != (after[known] > cut))))
    usual = [name for name in marked if np.isfinite(world.values(name)).mean() > 0.9]
    tables = [
        np.column_stack([source(name) for name in usual]) for source in (world.values, copies.__getitem__)
    ]
    known = np.isfinite(tables[0]).all(axis=1)
    apart = np.abs(np.corrcoef(tables[1][known], rowvar=False) - np.corrcoef(tables[0][known], rowvar=False))
    print(f"\n### Moments of the {len(marked)} columns that moved, worst column\n")
    print(f"- means move by {max(means):.3f} of their standard error, SDs by {max(spreads, key=abs):+.4%}")
    print(f"- correlations by {apart.max():.1e} ({len(usual)} columns that most people have)")
    print(f"- people across the 90th percentile: {max(crossed):.2%}, median column {np.median(crossed):.2%}")


def _counts(world: World, copies: dict[str, Floats]) -> int:
    coarse = [
        name
        for name in copies
        if len(np.unique(world.values(name)[np.isfinite(world.values(name))])) <= _FEW_VALUES
    ]
    changed = [
        name for name in coarse if not np.array_equal(world.values(name), copies[name], equal_nan=True)
    ]
    print("\n### Tables of counts\n")
    print(f"- columns of at most {_FEW_VALUES} values: {len(coarse)}; changed: {len(changed)}")
    named = f"changed: {', '.join(changed)}" if changed else "no table over them changes, however crossed"
    print(f"- {named}")
    return len(changed)


def _shown(world: World, copies: dict[str, Floats], chosen: argparse.Namespace) -> bool:
    print("\n### What the copy shows of its marks (kind 16)\n")
    found = [kept(world, name, copies) for name in copies]
    for what in ("off_grid", "out_of_range", "heaps_moved", "missing_changed", "formula_broken"):
        where = [each for each in found if getattr(each, what)]
        names = f" in {', '.join(each.column for each in where[:5])}" if where else ""
        print(f"- {what.replace('_', ' ')}: {sum(getattr(each, what) for each in where):,} cells{names}")
    marked = [name for name in world.plan.marked if name in copies][:: max(1, chosen.every)]
    guessed = {name: sign_auc(world, name, copies, chosen.seed) for name in marked}
    guessed = {name: max(auc, 1 - auc) for name, auc in guessed.items()}
    worst = max(guessed, key=lambda name: guessed[name])
    above = [name for name, auc in guessed.items() if auc > MOST_AUC]
    usual = np.median(list(guessed.values()))
    print(f"- sign guessed by a trained attacker: AUC {usual:.3f} in the median of {len(guessed)} columns,")
    print(f"  {guessed[worst]:.3f} in the worst ({worst}); above {MOST_AUC}: {', '.join(above) or 'none'}")
    return bool(any(each.violations for each in found) or above)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--strength", type=float, default=0.01)
    parser.add_argument("--every", type=int, default=60, help="guess signs in every nth column")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder where cohorts are kept between runs")
    parser.add_argument("--quick", action="store_true", help="20,000 people, ten models")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.people, chosen.models, chosen.every = 20_000, 10, 10
    return chosen


if __name__ == "__main__":
    sys.exit(main())
