"""Which of several invented people is likeliest to be real, in the eyes of a classifier trained to tell.

Density-ratio rejection: boosted trees learn to tell real from invented people, and of each decoy's
alternates one is drawn by the odds they give it (Sugiyama et al. 2012, Density Ratio Estimation in Machine
Learning). Then again, three times, with what was drawn. Nobody is judged by a classifier that was trained on
them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from strongroom.tracer.decoys.encoding import Floats

_ROUNDS = 4
_FOLDS = 3
_FEWEST = 100
_CLIP = 1e-3


def realistic(
    real: Floats, invented: Floats, allowed: NDArray[np.bool_], random: np.random.Generator
) -> NDArray[np.int64]:
    """Return which alternate to take for each decoy, best-drawn first, shape (decoys, alternates).

    `real` has shape (n, features), `invented` (decoys, alternates, features); who is not `allowed`, shape
    (decoys, alternates), comes last.
    """
    decoys, alternates, features = invented.shape
    candidates = invented.reshape(-1, features)
    odds = np.where(allowed.reshape(-1), 0.0, -np.inf)
    for number in range(_ROUNDS):
        if len(real) < _FEWEST or not np.isfinite(odds).any():
            break
        odds += _log_odds(real, candidates, odds.reshape(decoys, alternates), random, seed=number)
    drawn = odds.reshape(decoys, alternates) + random.gumbel(size=(decoys, alternates))
    return np.argsort(-drawn, axis=1, kind="stable")


def _log_odds(
    real: Floats, candidates: Floats, odds: Floats, random: np.random.Generator, *, seed: int
) -> Floats:
    """Return log odds of being real, each from the classifiers that were not trained on the candidate."""
    decoys, alternates = odds.shape
    draws = max(1, min(alternates // 2, round(len(real) / decoys)))
    keys = odds + random.gumbel(size=(draws, *odds.shape))
    learned = np.unique(np.argmax(keys, axis=2) + np.arange(decoys) * alternates)
    learned = learned[np.isfinite(odds.reshape(-1)[learned])]
    people = np.concatenate([real, candidates[learned]])
    is_real = np.arange(len(people)) < len(real)
    fold = random.integers(_FOLDS, size=len(people))
    of = np.full(len(candidates), -1)
    of[learned] = fold[len(real) :]
    total, judged = np.zeros((2, len(candidates)))
    # One thread: on tables this small several mostly wait for each other, and for whoever else is busy.
    with threadpool_limits(limits=1, user_api="openmp"):
        for number in range(_FOLDS):
            model = _classifier(seed).fit(people[fold != number], is_real[fold != number])
            fair = (of < 0) | (of == number)
            chance = np.clip(model.predict_proba(candidates[fair])[:, 1], _CLIP, 1 - _CLIP)
            total[fair] += np.log(chance / (1 - chance))
            judged[fair] += 1
    return np.asarray(total / judged, np.float64)


def _classifier(seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - slow to import

    return HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.06,
        max_leaf_nodes=15,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
