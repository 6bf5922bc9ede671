"""Kind 9: the marks are taken for noise, and smoothed away with the correlations of the data itself."""

import numpy as np
from benchmarks.attribution._attacks.leak import Draw, Floats, Held, Leak, attack, to_grid


@attack(9, share=(0.2, 0.5, 0.8))
def imputed(held: Held, draw: Draw, *, share: float) -> Leak:
    """Kind 9: a share of the cells blanked and drawn again from a regression on the others."""
    guess, left = _regressed(held)
    drawn = guess + left * draw.normal(size=guess.shape)
    return held.leak(to_grid(np.where(draw.random(guess.shape) < share, drawn, held.first), held.steps))


@attack(9, weight=(0.25, 0.5, 0.75))
def regressed(held: Held, draw: Draw, *, weight: float) -> Leak:  # noqa: ARG001 - nothing is drawn
    """Kind 9: every value moved part of the way to what the other columns predict."""
    guess, _ = _regressed(held)
    moved = (1 - weight) * held.first + weight * guess
    shown = to_grid(moved, held.steps)
    return held.leak(np.where(np.isfinite(shown), shown, held.first))


@attack(9, kept=(0.5, 0.8))
def principal_components(held: Held, draw: Draw, *, kept: float) -> Leak:  # noqa: ARG001 - nothing is drawn
    """Kind 9: rebuilt from the first principal components."""
    everything = np.vstack([held.first, held.pool])
    mean, spread = np.nanmean(everything, axis=0), held.spreads
    standard = np.nan_to_num((held.first - mean) / spread)
    _, _, axes = np.linalg.svd(np.nan_to_num((everything - mean) / spread), full_matrices=False)
    axes = axes[: max(1, round(kept * len(axes)))]
    rebuilt = to_grid(standard @ axes.T @ axes * spread + mean, held.steps)
    return held.leak(np.where(np.isfinite(held.first), rebuilt, np.nan))


@attack(9, rounds=(1, 3), changed=(0.15, 0.3))
def correlation_attack(held: Held, draw: Draw, *, rounds: int, changed: float) -> Leak:  # noqa: ARG001 - kept
    """Kind 9: cells that fit the others least replaced by what these predict (after Ji et al. 2021)."""
    values = held.first.copy()
    for _ in range(rounds):
        guess, left = _regressed(held, values)
        surprise = np.abs(values - guess) / left
        worst = surprise >= np.nanquantile(surprise, 1 - changed / rounds)
        values = np.where(worst, to_grid(guess, held.steps), values)
    return held.leak(values)


def _regressed(held: Held, values: Floats | None = None) -> tuple[Floats, Floats]:
    """Return what linear regression on all other columns predicts for each cell, and its residual SDs."""
    shown = held.first if values is None else values
    learned = np.vstack([shown, held.pool])
    mean = np.nanmean(learned, axis=0)
    filled = np.where(np.isfinite(learned), learned, mean)
    guess, left = np.empty(shown.shape), np.empty(shown.shape[1])
    for place in range(shown.shape[1]):
        others = np.column_stack([np.ones(len(filled)), np.delete(filled, place, axis=1)])
        known = np.isfinite(learned[:, place])
        fit = np.linalg.lstsq(others[known], learned[known, place], rcond=None)[0]
        left[place] = max(float(np.std(learned[known, place] - others[known] @ fit)), 1e-12)
        guess[:, place] = others[: len(shown)] @ fit
    return guess, left
