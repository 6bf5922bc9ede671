"""A Gaussian copula, after Rocher, Hendrickx and de Montjoye (2019, doi:10.1038/s41467-019-10933-3).

The copula keeps each column's marginal distribution and the correlations between columns. A synthetic
population is drawn from it and its uniques are counted. Unlike in the paper, marginals are empirical rather
than fitted, and correlations come from normal scores of ranks rather than from mutual information.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from strongroom.risk.columns import CodedColumn
from strongroom.risk.wilson_interval import wilson
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_drawn: int = threshold(
        12_000_000,
        "people",
        "cost: one 64-bit key per person, 100 MB; among more, keys would collide by chance",
    )
    block: int = threshold(
        250_000, "people", "cost: bounds the memory of normal scores to blocks of this many rows"
    )
    strongest: float = threshold(
        0.99, "correlation", "judgement: a correlation of 1 makes the matrix singular"
    )


LIMITS = _Limits()
MOST_DRAWN = LIMITS.most_drawn


def copula_uniqueness(
    columns: list[CodedColumn], population: int, draw: np.random.Generator
) -> tuple[float, float, float] | None:
    """Return P(population unique | sample unique) with a 95 % interval for the simulation.

    None if the population is too large to simulate or the drawn sample has no unique.
    """
    if population > MOST_DRAWN:
        return None
    sample = len(columns[0].codes)
    people = drawn_people(columns, population, draw)
    # People are drawn independently, so the first ones are a random sample.
    _, counts = np.unique(people, return_counts=True)
    order = np.argsort(people[:sample], kind="stable")
    keys = people[:sample][order]
    alone = np.ones(sample, np.bool_)
    alone[1:] &= keys[1:] != keys[:-1]
    alone[:-1] &= keys[1:] != keys[:-1]
    uniques = int(alone.sum())
    if not uniques:
        return None
    values = np.unique(people)
    in_population = counts[np.searchsorted(values, keys[alone])] == 1
    return wilson(int(in_population.sum()), uniques)


def drawn_people(columns: list[CodedColumn], count: int, draw: np.random.Generator) -> NDArray[np.uint64]:
    """Draw people from the copula fitted to the columns; return a 64-bit hash of each person's values."""
    root = _root(correlations(columns))
    cuts = [ndtri(np.cumsum(_shares(column))[:-1]) for column in columns]
    people = np.empty(count, np.uint64)
    for begin in range(0, count, LIMITS.block):
        size = min(LIMITS.block, count - begin)
        scores = draw.standard_normal((size, len(columns))) @ root.T
        key = np.zeros(size, np.uint64)
        for place, cut in enumerate(cuts):
            code = np.searchsorted(cut, scores[:, place], side="right").astype(np.uint64)
            key = _mixed(key * np.uint64(1_000_003) + code)
        people[begin : begin + size] = key
    return people


def correlations(columns: list[CodedColumn]) -> NDArray[np.float64]:
    """Return the correlations of the normal scores behind coded columns.

    Grouping a score into levels attenuates a correlation by the standard deviations of the levels' mean
    scores; a first-order correction divides by them.
    """
    scores, lengths = [], []
    for column in columns:
        share = _shares(column)
        upper = np.cumsum(share)
        edges = ndtri(np.clip(np.concatenate([[0.0], upper]), 1e-12, 1 - 1e-12))
        density = np.exp(-(edges**2) / 2) / np.sqrt(2 * np.pi)
        density[0] = density[-1] = 0.0
        mean = (density[:-1] - density[1:]) / np.maximum(share, 1e-15)
        scores.append(mean[column.codes])
        lengths.append(max(float(np.sqrt(share @ mean**2)), 1e-6))
    stacked = np.stack(scores)
    found = stacked @ stacked.T / stacked.shape[1]
    length = np.array(lengths)
    found = np.clip(found / np.outer(length, length) ** 2, -LIMITS.strongest, LIMITS.strongest)
    np.fill_diagonal(found, 1.0)
    return np.asarray(found, np.float64)


def _shares(column: CodedColumn) -> NDArray[np.float64]:
    return np.asarray(np.bincount(column.codes, minlength=len(column.levels) + 1) / len(column.codes))


def _root(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a square root of the correlation matrix, with negative eigenvalues set to 0."""
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(root / np.linalg.norm(root, axis=1, keepdims=True), np.float64)


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread keys over 64 bits, as SplitMix64 does: two of 12 million collide with probability 1 in 10^5."""
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(key ^ (key >> np.uint64(31)), np.uint64)
