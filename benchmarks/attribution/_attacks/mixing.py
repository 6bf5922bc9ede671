"""Kind 10: rows that are nobody's, rows many times over, and rows of another cohort among the leaked ones."""

from dataclasses import replace

import numpy as np
from benchmarks.attribution._attacks.leak import NOBODY, Draw, Floats, Held, Leak, attack, to_grid


@attack(10, sizes=((1_000, 10),), share=(0.1, 0.3, 0.5, 0.7, 0.9))
def fake_rows(held: Held, draw: Draw, *, share: float) -> Leak:
    """Kind 10: a share of the rows invented, from a Gaussian copula of the copy."""
    count = round(len(held.people) * share / (1 - share))
    return _with_rows(held, _copula(held, count, draw)).shuffled(draw)


@attack(10, sizes=((200, 10),), times=(2, 5, 20))
def duplicated(held: Held, draw: Draw, *, times: int) -> Leak:
    """Kind 10: every row several times over."""
    return held.leak(held.first).rows(np.repeat(np.arange(len(held.people)), times)).shuffled(draw)


@attack(10, sizes=((1_000, 10),), share=(0.5, 0.8))
def among_foreigners(held: Held, draw: Draw, *, share: float) -> Leak:
    """Kind 10: a share of the rows from another cohort with the same columns."""
    count = round(len(held.people) * share / (1 - share))
    rows = held.foreign[draw.integers(0, len(held.foreign), count)]
    return _with_rows(held, rows).shuffled(draw)


def _with_rows(held: Held, rows: Floats) -> Leak:
    leak = held.leak(np.vstack([held.first, rows]))
    return replace(leak, people=np.concatenate([held.people, np.full(len(rows), NOBODY)]))


def _copula(held: Held, count: int, draw: Draw) -> Floats:
    """Draw rows with the copy's own margins and rank correlations."""
    source = np.vstack([held.first, held.pool])
    filled = np.where(np.isfinite(source), source, np.nanmedian(source, axis=0))
    ranks = np.argsort(np.argsort(filled, axis=0), axis=0)
    joint = np.corrcoef(ranks, rowvar=False) + 1e-6 * np.eye(filled.shape[1])
    drawn = draw.multivariate_normal(np.zeros(len(joint)), joint, count, method="cholesky")
    places = np.argsort(np.argsort(drawn, axis=0), axis=0) / max(count, 1)
    ordered = np.sort(filled, axis=0)
    picked = np.take_along_axis(ordered, (places * len(ordered)).astype(np.int64), axis=0)
    return to_grid(picked, held.steps)
