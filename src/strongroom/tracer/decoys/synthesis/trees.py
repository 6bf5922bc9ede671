"""Drawing decoys column by column from real people.

Sequential classification and regression trees (Reiter 2005, J. Off. Stat. 21:441; leaves of five as in
synthpop, Nowok et al. 2016), several for a column as in random forests (Doove et al. 2014, Comput. Stat. Data
Anal. 72:92): a tree says whom a decoy resembles, given the columns drawn before, and one of those people
donates the value. Whether there is a value at all is drawn first, so blocks of answers stay missing together.
Nobody donates twice to the same decoy while anybody else in the leaf can, and fine-grained numbers are moved
within their neighbourhood, so that none is a copy.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.decoys.synthesis.encoding import Floats
from strongroom.tracer.decoys.synthesis.local_resampling import LocalResampler


class _Limits(Thresholds):
    """The numbers this module decides by."""

    leaf: int = threshold(
        5,
        "people",
        "standard: synthpop (Nowok et al. 2016, J. Stat. Softw. 74(11)), default minimum of a leaf",
    )
    most_trees: int = threshold(40, "trees a column", "cost: more are not distinguishable")
    least_trees: int = threshold(2, "trees a column", "judgement: a single tree's borders show")
    people_per_tree: int = threshold(
        2_000, "invented people", "judgement: a tree's borders show in more than 2,000"
    )
    learn_from: float = threshold(
        0.63,
        "share of people",
        "derived: 1 - 1/e, the share of distinct people in a bootstrap sample of a random forest",
    )
    most_learned: int = threshold(
        20_000, "people a tree", "cost: a tree of more takes minutes a column; every tree learns from others"
    )
    features: float = threshold(
        0.6,
        "share of columns",
        "judgement: trees must differ from each other; using all columns was no better (decision 0013)",
    )
    most_predictors: int = threshold(40, "columns", "cost: the most correlated; further ones say little")
    few_values: int = threshold(
        12, "distinct values", "judgement: columns with fewer are classified rather than regressed"
    )
    least_people: int = threshold(10, "people", "derived: two leaves")
    tries: int = threshold(5, "draws", "cost: bounds the search for a donor who has not given yet")


LIMITS = _Limits()

_NOTHING = -1e6  # fixed: stands for a missing value in a tree; below any measurement
_BELOW = -1.0  # fixed: rank of a missing value; ranks are shares from 0 to 1


def draw_columns(
    real: Floats,
    start: Floats,
    random: np.random.Generator,
    *,
    kept: NDArray[np.bool_],
    days: NDArray[np.bool_],
    without: Collection[int] = (),
) -> Floats:
    """Return invented people of shape (m, columns), resembling the `real` ones of shape (n, columns).

    `start` (m, first columns) are their given values. `kept` (n, columns) says which real values may be
    donated; `days` (columns,) which columns are dates, which only take dates that occur. Columns `without`
    are left empty, and nothing is predicted from them.
    """
    drawn = np.full((len(start), real.shape[1]), np.nan)
    drawn[:, : start.shape[1]] = start
    donors = np.full(drawn.shape, -1, np.int32)
    ranks = np.column_stack([_ranked(column) for column in real.T])
    alike = _likeness(ranks)
    for place in range(start.shape[1], real.shape[1]):
        allowed = np.flatnonzero(kept[:, place])
        if len(allowed) < LIMITS.least_people or place in without:
            continue
        chosen = _most_telling(alike[place, :place], without)
        known, evidence = fill_missing(real[allowed][:, chosen]), fill_missing(drawn[:, chosen])
        given = _Donors(donors[:, :place], allowed)
        missing = np.isnan(real[allowed, place])
        has = _having(known, missing, evidence, given, random)
        with_value = np.flatnonzero(~missing)
        if len(with_value) >= LIMITS.least_people and len(has):
            picked = _chosen_donors(
                known[with_value],
                ranks[allowed[with_value], place],
                evidence[has],
                given.among(has, with_value),
                random,
            )
            donors[has, place] = allowed[with_value[picked]]
            values = real[donors[has, place], place]
            near = None if days[place] else LocalResampler.of(real[:, place])
            drawn[has, place] = values if near is None else near.moved(values, random)
    return drawn


def _having(
    known: NDArray[np.float32],
    missing: NDArray[np.bool_],
    evidence: NDArray[np.float32],
    given: "_Donors",
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Return which decoys have a value at all: by one tree fitted to all people on every column.

    Routing questions determine this exactly; an answer to a question that was not asked would reveal a decoy.
    """
    if not missing.any() or known.shape[1] == 0:
        return np.flatnonzero(random.random(len(evidence)) >= missing.mean())
    from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415 - slow to import

    tree = DecisionTreeClassifier(min_samples_leaf=LIMITS.leaf, random_state=int(random.integers(2**31)))
    tree.fit(known, missing)
    like = _from_leaf(tree.apply(known), tree.apply(evidence), np.arange(len(evidence)), given, random)
    return np.flatnonzero(~missing[like])


@dataclass(frozen=True, repr=False)
class _Donors:
    """Who has donated to each decoy so far, and which real people may donate now."""

    so_far: NDArray[np.int32]
    allowed: NDArray[np.int64]

    def among(self, people: NDArray[np.int64], able: NDArray[np.int64]) -> "_Donors":
        """Return the same for some decoys, and for the real people who are `able` to donate."""
        return _Donors(self.so_far[people], self.allowed[able])

    def again(self, people: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell for which decoys the chosen person has donated before."""
        repeated: NDArray[np.bool_] = (self.so_far[people] == self.allowed[chosen][:, None]).any(axis=1)
        return repeated


def _chosen_donors(
    known: NDArray[np.float32],
    wanted: Floats,
    drawn: NDArray[np.float32],
    given: _Donors,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Return for each decoy which real person donates the next value, an index of `known`.

    Each decoy is assigned to one of several trees, which learned from different people: the splits of a
    single tree would be visible in more than two thousand decoys.
    """
    if known.shape[1] == 0:
        return random.integers(len(known), size=len(drawn))
    chosen = np.empty(len(drawn), np.int64)
    trees = int(np.clip(-(-len(drawn) // LIMITS.people_per_tree), LIMITS.least_trees, LIMITS.most_trees))
    led_by = random.integers(trees, size=len(drawn))
    for number in range(trees):
        led = np.flatnonzero(led_by == number)
        tree = _grown(known, wanted, random)
        chosen[led] = _from_leaf(tree.apply(known), tree.apply(drawn[led]), led, given, random)
    return chosen


def _grown(known: NDArray[np.float32], wanted: Floats, random: np.random.Generator) -> Any:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor  # noqa: PLC0415 - slow to import

    few = len(np.unique(wanted)) <= LIMITS.few_values
    learned = min(LIMITS.most_learned, max(LIMITS.least_people, int(LIMITS.learn_from * len(known))))
    some = random.choice(len(known), learned, replace=False)
    maker = DecisionTreeClassifier if few else DecisionTreeRegressor
    tree = maker(
        min_samples_leaf=LIMITS.leaf, max_features=LIMITS.features, random_state=int(random.integers(2**31))
    )
    return tree.fit(known[some], np.unique(wanted, return_inverse=True)[1][some] if few else wanted[some])


def _from_leaf(
    real_leaf: NDArray[np.int64],
    drawn_leaf: NDArray[np.int64],
    people: NDArray[np.int64],
    given: _Donors,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw a person of the same leaf for each decoy, if possible one who has donated nothing yet."""
    order = np.argsort(real_leaf, kind="stable")
    first = np.searchsorted(real_leaf[order], drawn_leaf, "left")
    size = np.searchsorted(real_leaf[order], drawn_leaf, "right") - first
    chosen = order[first + (random.random(len(first)) * size).astype(np.int64)]
    for _ in range(LIMITS.tries):
        again = np.flatnonzero(given.again(people, chosen))
        if len(again) == 0:
            break
        chosen[again] = order[first[again] + (random.random(len(again)) * size[again]).astype(np.int64)]
    return chosen


def fill_missing(values: Floats) -> NDArray[np.float32]:
    """Return values for a tree, with a number far below all for missing ones."""
    return np.where(np.isnan(values), _NOTHING, values).astype(np.float32)


def _ranked(column: Floats) -> Floats:
    """Return the mean rank of each value as a share, and `_BELOW` for missing ones."""
    known = ~np.isnan(column)
    _, which, counts = np.unique(column[known], return_inverse=True, return_counts=True)
    ranks = np.full(len(column), _BELOW)
    ranks[known] = ((np.cumsum(counts) - counts / 2) / max(len(column[known]), 1))[which]
    return ranks


def _likeness(ranks: Floats) -> Floats:
    spread = ranks.std(axis=0)
    standard = (ranks - ranks.mean(axis=0)) / np.where(spread > 0, spread, 1)
    alike: Floats = np.abs(standard.T @ standard) / len(ranks)
    return alike


def _most_telling(alike: Floats, without: Collection[int]) -> NDArray[np.int64]:
    order = np.argsort(-alike, kind="stable")
    return np.sort(order[~np.isin(order, list(without))][: LIMITS.most_predictors])
