"""Selects the most realistic candidates, judged by classifiers trained to detect them.

First the moments of all pairs of columns are balanced, then density-ratio rejection: boosted trees learn to
distinguish real from invented people, and one of each decoy's candidates is drawn with the odds they give
(Sugiyama et al. 2012, Density Ratio Estimation in Machine Learning). This is repeated up to three times with
what was drawn. Nobody is judged by a classifier trained on them, and its odds are calibrated on held-out
people (Platt 1999, Advances in Large Margin Classifiers): one that learnt nothing changes nothing, and is the
last. Where there are too few judges to train on, the donors are used as well, and judges alone calibrate:
values on both sides make the classifier underconfident, so its odds are increased.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats
from strongroom.tracer.decoys.synthesis.moment_balance import balancing_log_odds


class _Limits(Thresholds):
    """The numbers this module decides by."""

    rounds: int = threshold(
        4, "classifiers in turn", "judgement: decision 0013; the last usually learns nothing"
    )
    folds: int = threshold(3, "folds", "judgement: nobody is judged by a classifier trained on them")
    least_people: int = threshold(100, "people", "judgement: a classifier learns nothing from fewer")
    clip: float = threshold(1e-3, "probability", "judgement: keeps odds finite")
    steps: int = threshold(
        8, "Newton steps", "cost: a logistic regression with two parameters settles in fewer"
    )
    ridge: float = threshold(1e-3, "information", "judgement: keeps separable data finite")
    most_slope: float = threshold(
        3.0,
        "slope of log odds",
        "fitted: benchmarks/attribution/decoys.py, on NHANES: 1.4 to 2.7 was right; more would be chance",
    )


LIMITS = _Limits()


def most_realistic(
    real: Floats,
    invented: Floats,
    allowed: NDArray[np.bool_],
    random: np.random.Generator,
    *,
    donors: Floats | None = None,
) -> NDArray[np.int64]:
    """Return which candidate to take for each decoy, best first, shape (decoys, alternates).

    `real` has shape (n, features), `invented` (decoys, alternates, features); candidates not `allowed`, shape
    (decoys, alternates), come last. `donors`, shape (others, features), are the real people who donated the
    values, if they are used for training.
    """
    decoys, alternates, features = invented.shape
    candidates = invented.reshape(-1, features)
    beside = np.empty((0, features)) if donors is None else donors
    odds = np.where(allowed.reshape(-1), 0.0, -np.inf)
    enough = min(len(real), int(allowed.sum())) >= LIMITS.least_people
    if enough:
        odds += balancing_log_odds(
            np.concatenate([beside, real]), candidates, odds.reshape(decoys, alternates)
        )
    for number in range(LIMITS.rounds if enough else 0):
        more = _log_odds(
            real, candidates, odds.reshape(decoys, alternates), random, beside=beside, seed=number
        )
        if not more.any():
            break
        odds += more
    drawn = odds.reshape(decoys, alternates) + random.gumbel(size=(decoys, alternates))
    return np.argsort(-drawn, axis=1, kind="stable")


def _log_odds(
    real: Floats,
    candidates: Floats,
    odds: Floats,
    random: np.random.Generator,
    *,
    beside: Floats,
    seed: int,
) -> Floats:
    """Return log odds of being real, each from the classifiers that were not trained on the candidate."""
    decoys, alternates = odds.shape
    draws = max(1, min(alternates // 2, round((len(real) + len(beside)) / decoys)))
    keys = odds + random.gumbel(size=(draws, *odds.shape))
    learned = np.unique(np.argmax(keys, axis=2) + np.arange(decoys) * alternates)
    learned = learned[np.isfinite(odds.reshape(-1)[learned])]
    people = np.concatenate([real, candidates[learned]])
    is_real = np.arange(len(people)) < len(real)
    fold = random.integers(LIMITS.folds, size=len(people))
    of = np.full(len(candidates), -1)
    of[learned] = fold[len(real) :]
    total, judged = np.zeros((2, len(candidates)))
    held_out = np.empty(len(people))
    # One thread: on tables this small several mostly wait for each other and for other processes.
    with threadpool_limits(limits=1, user_api="openmp"):
        for number in range(LIMITS.folds):
            training = np.concatenate([beside, people[fold != number]])
            genuine = np.concatenate([np.ones(len(beside), bool), is_real[fold != number]])
            # Prior odds are corrected afterwards: with weights, the library spends most of its time on its
            # bins.
            before = float(np.log(genuine.mean() / (1 - genuine.mean())))
            model = _classifier(seed).fit(training, genuine)
            held_out[fold == number] = _odds(model, people[fold == number]) - before
            fair = (of < 0) | (of == number)
            total[fair] += _odds(model, candidates[fair]) - before
            judged[fair] += 1
    return _believed(held_out, is_real) * total / judged


def _odds(model: Any, people: Floats) -> Floats:
    chance = np.clip(model.predict_proba(people)[:, 1], LIMITS.clip, 1 - LIMITS.clip)
    return np.asarray(np.log(chance / (1 - chance)), np.float64)


def _believed(odds: Floats, is_real: NDArray[np.bool_]) -> float:
    """Return the calibration factor of log odds, 0 to 3: the slope of a logistic regression."""
    design, fitted = np.column_stack([np.ones(len(odds)), odds]), np.zeros(2)
    for _ in range(LIMITS.steps):
        chance = 1 / (1 + np.exp(-design @ fitted))
        weights = chance * (1 - chance)
        information = (design.T * weights) @ design + LIMITS.ridge * np.eye(2)
        fitted += np.linalg.solve(information, design.T @ (is_real - chance))
    return float(np.clip(fitted[1], 0, LIMITS.most_slope))


def _classifier(seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - slow to import

    return HistGradientBoostingClassifier(
        max_iter=75,
        learning_rate=0.12,
        max_bins=64,
        max_leaf_nodes=15,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
