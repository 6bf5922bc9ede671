"""Odds under which decoys have the means, SDs and correlations of real people, all together.

Trees lose a little dependence between many columns: too little in any one place for a classifier trained on a
few thousand people, but enough over all pairs for an attacker. So candidates are weighted such that the
moments of all match those of real people: exponential tilting (entropy balancing, Hainmueller 2012, Polit.
Anal. 20:25) of normal scores, of missingness, and of their pairwise products, with a ridge for small samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats

Features = NDArray[np.float32]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_moments: int = threshold(
        2_500, "products of columns", "cost: time grows with the square; those furthest off come first"
    )
    steps: int = threshold(
        3, "Newton steps", "judgement: moments are met within their uncertainty after three"
    )
    furthest: float = threshold(3.0, "normal scores", "judgement: one person must not pull many moments")
    sometimes: float = threshold(
        0.01, "share of people", "judgement: rarer missing values are moments of too few people"
    )
    same: float = threshold(
        0.005, "share of people", "judgement: columns missing for the same people count once"
    )
    small: float = threshold(
        1 / 300,
        "squared weight",
        "fitted: benchmarks/attribution/decoys.py, on NHANES: weights of 0.03 to 0.1 were hardest to detect",
    )
    least_spread: float = threshold(1e-6, "variance", "judgement: avoids division by zero")


LIMITS = _Limits()


def balancing_log_odds(real: Floats, candidates: Floats, odds: Floats) -> Floats:
    """Return log odds to add to those of candidates, so that the drawn ones have real people's moments.

    `real` has shape (n, features), `candidates` (decoys x alternates, features), `odds` (decoys, alternates),
    minus infinity for excluded ones; returns shape (decoys x alternates,).
    """
    scores = _Scores.of(real, _sometimes_missing(real, candidates))
    ours, theirs = scores(real), scores(candidates)
    first, second = _most_off(ours, theirs)
    wanted = _products(ours, first, second).mean(axis=0, dtype=np.float64)
    features = _products(theirs, first, second)
    spread = np.maximum(features.std(axis=0, dtype=np.float64), LIMITS.least_spread)
    features /= spread.astype(np.float32)
    ridge = (1 / len(real) + 1 / len(candidates)) / LIMITS.small
    weights = np.zeros(len(wanted), np.float32)
    for _ in range(LIMITS.steps):
        weights += _step(features, _shares(odds, features @ weights), wanted / spread, ridge)
    return np.asarray(features @ weights, np.float64)


def _step(features: Features, shares: Features, wanted: Floats, ridge: float) -> Features:
    """Return a Newton step towards the moments `wanted`, from the candidates' current `shares`."""
    means = shares @ features
    spread = (features * shares[:, None]).T @ features - np.outer(means, means)
    step = np.linalg.solve(spread + ridge * np.eye(len(means)), wanted - means)
    return np.asarray(step, np.float32)


def _shares(odds: Floats, more: Features) -> Features:
    """Return the probability of each candidate to be drawn, over all decoys, shape (decoys x alternates,)."""
    whole = odds + more.reshape(odds.shape)
    best = whole.max(axis=1, keepdims=True)
    likely = np.exp(whole - np.where(np.isfinite(best), best, 0))
    total = likely.sum(axis=1, keepdims=True)
    shares = likely / np.where(total > 0, total, 1)
    return np.asarray((shares / max(1.0, shares.sum())).ravel(), np.float32)


@dataclass(frozen=True, repr=False)
class _Scores:
    """Columns as normal scores among real people, and which of them are sometimes `missing`.

    `held` are real people's values of each column, in ascending order; `middle` and `spread`, both of shape
    (scores,), are real people's.
    """

    held: tuple[Floats, ...]
    missing: NDArray[np.int64]
    middle: Floats
    spread: Floats

    @classmethod
    def of(cls, real: Floats, missing: NDArray[np.int64]) -> Self:
        """Learn from people of shape (n, columns)."""
        held = tuple(np.sort(column[~np.isnan(column)]) for column in real.T)
        plain = _plain_scores(real, held, missing)
        return cls(held, missing, plain.mean(axis=0), np.maximum(plain.std(axis=0), LIMITS.least_spread))

    def __call__(self, people: Floats) -> Features:
        """Return standard scores of shape (people, scores)."""
        plain = _plain_scores(people, self.held, self.missing)
        return ((plain - self.middle) / self.spread).astype(np.float32)


def _plain_scores(people: Floats, held: Sequence[Floats], missing: NDArray[np.int64]) -> Floats:
    scores = [_normal(column, known) for column, known in zip(people.T, held, strict=True)]
    return np.column_stack([*scores, np.isnan(people[:, missing])])


def _normal(column: Floats, held: Floats) -> Floats:
    """Return the normal score of each value's mean rank among those `held`; 0 for missing."""
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import

    count = max(len(held), 1)
    ranks = (np.searchsorted(held, column, "left") + np.searchsorted(held, column, "right")) / (2 * count)
    scores = ndtri(np.clip(ranks, 0.5 / count, 1 - 0.5 / count))
    return np.where(np.isnan(column), 0.0, np.clip(scores, -LIMITS.furthest, LIMITS.furthest))


def _sometimes_missing(real: Floats, candidates: Floats) -> NDArray[np.int64]:
    """Return columns with missing values; one of those that are missing for the same people."""
    lacking = [np.isnan(real), np.isnan(candidates)]
    share = lacking[0].mean(axis=0)
    found: list[int] = []
    for place in np.flatnonzero((share > LIMITS.sometimes) & (share < 1 - LIMITS.sometimes)):
        if not any(
            all(np.mean(each[:, place] != each[:, other]) < LIMITS.same for each in lacking)
            for other in found
        ):
            found.append(int(place))
    return np.array(found, np.int64)


def _most_off(ours: Features, theirs: Features) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the scores, and the pairs whose mean products differ most, by position.

    A score alone is a pair with -1.
    """
    (our_means, our_noise), (their_means, their_noise) = _paired(ours), _paired(theirs)
    first, second = np.triu_indices(ours.shape[1])
    off = (np.abs(our_means - their_means) / np.sqrt(our_noise + their_noise))[first, second]
    most = np.argsort(-off, kind="stable")[: max(0, LIMITS.most_moments - ours.shape[1])]
    alone = np.arange(ours.shape[1])
    return np.concatenate([alone, first[most]]), np.concatenate([np.full(len(alone), -1), second[most]])


def _paired(scores: Features) -> tuple[Floats, Floats]:
    """Return the means of all pairwise products, and their squared standard errors."""
    products, squares = scores.T @ scores / len(scores), (scores**2).T @ (scores**2) / len(scores)
    noise = np.maximum(squares - products**2, LIMITS.least_spread) / len(scores)
    return np.asarray(products, np.float64), np.asarray(noise, np.float64)


def _products(scores: Features, first: NDArray[np.int64], second: NDArray[np.int64]) -> Features:
    """Return the scores `first`, times the scores `second` where there is one."""
    beside = np.column_stack([scores, np.ones(len(scores), np.float32)])
    found: Features = np.clip(scores[:, first] * beside[:, second], -2 * LIMITS.furthest, 2 * LIMITS.furthest)
    return found
