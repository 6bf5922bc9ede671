"""Kinds 5 to 8: every value of one copy is rounded, rescaled, cut into bins, noised or marked again."""

from dataclasses import replace

import numpy as np
from benchmarks.attribution._attacks.leak import Draw, Floats, Held, Leak, Shown, attack, to_grid
from scipy.special import ndtri

_ROUNDINGS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@attack(5, sds=_ROUNDINGS)
def rounded(held: Held, draw: Draw, *, sds: float) -> Leak:
    """Kind 5: rounded to a share of the SD."""
    grids = sds * held.spreads
    return replace(held.leak(to_grid(held.first, grids)), grids=grids).shuffled(draw)


@attack(5, figures=(2, 3))
def significant_digits(held: Held, draw: Draw, *, figures: int) -> Leak:
    """Kind 5: rounded to significant digits."""
    show = tuple(lambda column: _significant(column, figures) for _ in held.names)
    leak = replace(held.leak(_significant(held.first, figures)), shown=show, grids=np.zeros(len(held.names)))
    return leak.shuffled(draw)


@attack(6, sizes=((2_000, 8), (5_000, 10)), how=("affine", "log", "z-score", "rank", 4, 5, 10))
def rescaled(held: Held, draw: Draw, *, how: str | int) -> Leak:
    """Kind 6: other units, logged, standardised, ranks as normal scores, or quantile bins."""
    maps = tuple(_map(held.first[:, place], how, draw) for place in range(len(held.names)))
    values = np.column_stack([show(held.first[:, place]) for place, show in enumerate(maps)])
    # A file has so many decimals, whatever was done to it.
    grids = np.full(len(maps), 1e-4)
    leak = replace(held.leak(to_grid(values, grids)), shown=maps, grids=grids, scaled=True)
    return leak.shuffled(draw)


@attack(7, shape=("gaussian", "laplace"), sds=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0))
def noised(held: Held, draw: Draw, *, shape: str, sds: float) -> Leak:
    """Kind 7: noise of a share of the SD on every value, then off the grid."""
    drawn = draw.normal(size=held.first.shape)
    if shape == "laplace":
        drawn = draw.laplace(scale=2**-0.5, size=held.first.shape)
    values = held.first + sds * held.spreads * drawn
    return replace(held.leak(values), grids=np.zeros(len(held.names))).shuffled(draw)


@attack(7)
def last_digit_redrawn(held: Held, draw: Draw) -> Leak:
    """Kind 7: the last recorded digit drawn anew."""
    tens = 10 * held.steps
    return held.leak(np.floor(held.first / tens) * tens + held.steps * draw.integers(0, 10, held.first.shape))


@attack(7, share=(0.2, 0.4))
def flipped(held: Held, draw: Draw, *, share: float) -> Leak:
    """Kind 7: a share of the marks turned over, by somebody who could see which way each points."""
    return held.leak(np.where(draw.random(held.first.shape) < share, held.opposite, held.first))


@attack(8, strength=(1, 2))
def marked_again(held: Held, draw: Draw, *, strength: int) -> Leak:
    """Kind 8: another mark on top, of the same size or twice that, up or down by a coin."""
    up = np.where(draw.random(held.first.shape) < 0.5, 1, -1)
    return held.leak(held.first + strength * held.amplitudes * up).shuffled(draw)


def _significant(values: Floats, figures: int) -> Floats:
    size = np.floor(np.log10(np.abs(np.where(values == 0, 1, values))))
    step = 10.0 ** (size - figures + 1)
    return np.round(values / step) * step


def _map(column: Floats, how: str | int, draw: Draw) -> Shown:
    """Return what turns a value of one column into what the file shows, fitted on the file's own values."""
    held = np.sort(column[np.isfinite(column)])
    if how == "affine":
        factor, offset = float(draw.choice([0.0555, 2.2046, 38.67])), float(draw.choice([0.0, 32.0]))
        return lambda values: values * factor + offset
    if how == "log":
        lift = max(0.0, 1e-3 - float(held[0]))
        return lambda values: np.log(np.maximum(values + lift, 1e-6))
    if how == "z-score":
        mean, spread = float(held.mean()), float(held.std())
        return lambda values: (values - mean) / spread
    if how == "rank":
        return lambda values: _normal_scores(held, values)
    cuts = np.quantile(held, np.arange(1, int(how)) / int(how))
    return lambda values: np.where(np.isfinite(values), np.searchsorted(cuts, values, side="right"), np.nan)


def _normal_scores(held: Floats, values: Floats) -> Floats:
    """Return the rank-based inverse normal scores (Blom) of values among those held."""
    rank = (np.searchsorted(held, values, side="left") + np.searchsorted(held, values, side="right") + 1) / 2
    share = (rank - 0.375) / (len(held) + 0.25)
    return np.where(np.isfinite(values), ndtri(np.clip(share, 1e-6, 1 - 1e-6)), np.nan)
