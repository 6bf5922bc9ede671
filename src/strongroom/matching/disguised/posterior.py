"""Infer rows and columns jointly: whose rows they are shows which column is which, and vice versa.

An expectation-maximisation over two unknowns. Given odds for the columns, every row has likely people; given
likely people, every hypothesis about a column is judged by how much likelier it makes the column's values in
all rows (its marginal likelihood ratio, with the column itself left out of the people's odds).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from strongroom.matching.disguised.hypotheses import Hypothesis
from strongroom.matching.recognised import Singles
from strongroom.matching.values.comparable import Floats
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    shortlist: int = threshold(
        768,
        "people a row",
        "judgement: set by trial on the exfiltration benchmark's cases; a shorter list loses the right "
        "person of coarse rows, a longer one costs time in every round",
    )
    rounds: int = threshold(
        8,
        "rounds",
        "judgement: odds converge within eight; evidence is added in steps, from a quarter to all",
    )
    none_odds: float = threshold(
        -2.0,
        "bits",
        "judgement: odds, before any evidence, that none of a column's hypotheses is right",
    )


LIMITS = _Limits()


# The share of the evidence used in each round (judgement: rising, so that early errors can be undone).
_COOLING = np.linspace(0.25, 1.0, LIMITS.rounds)
_NEGLIGIBLE = np.float32(1e-4)


@dataclass(frozen=True, repr=False)
class ColumnHypotheses:
    """A file column's hypotheses: for each, `ratios` (rows, levels) and people's `codes` (people,)."""

    name: str
    hypotheses: Sequence[Hypothesis]
    ratios: Sequence[Singles]
    codes: Sequence[NDArray[np.uint8]]


@dataclass(frozen=True, repr=False)
class Posterior:
    """For each row its likeliest person and that person's probability, shape (rows,).

    `chosen` holds, for each informative column, its hypothesis and the bits that it explains in all rows;
    `gains` the bits for each hypothesis of each column. `evidence` is by how many bits all rows are likelier
    to be these people's than by chance.
    """

    people: NDArray[np.int64]
    certainty: Floats
    chosen: Mapping[str, tuple[Hypothesis, float]]
    gains: Mapping[str, Floats]
    evidence: float


def infer(columns: Sequence[ColumnHypotheses], *, rows: int, people: int) -> Posterior:
    """Return whose the rows probably are and which columns explain it, one for each cohort column."""
    listed = shortlist(columns, rows, people)
    found = run_em(columns, [shortlist_ratios(each, listed) for each in columns], listed, people=people)
    return replace(found, chosen=_different_columns(found.chosen))


def _different_columns(chosen: Mapping[str, tuple[Hypothesis, float]]) -> dict[str, tuple[Hypothesis, float]]:
    """Keep, of file columns taken for one cohort column, the one that explains most.

    They are not independent evidence: counted each by itself, series that follow one another, as births of
    six regions do, agreed on people with odds of 10^14.
    """
    best: dict[str, str] = {}
    for name, (hypothesis, bits) in chosen.items():
        held = best.get(hypothesis.column)
        if held is None or bits > chosen[held][1]:
            best[hypothesis.column] = name
    return {name: chosen[name] for name in chosen if best[chosen[name][0].column] == name}


def run_em(
    columns: Sequence[ColumnHypotheses], ratios: Sequence[Singles], listed: NDArray[np.int64], *, people: int
) -> Posterior:
    """Update people and hypotheses in turn until they agree, among the shortlisted people.

    `listed` has shape (rows, listed people); `ratios` holds for each column their likelihood ratios under
    each of its hypotheses, (hypotheses, rows, listed).
    """
    rows = len(listed)

    weights = [_weights(np.array([each.odds for each in column.hypotheses])) for column in columns]
    gains = [np.zeros(len(each.hypotheses)) for each in columns]
    for heat in _COOLING:
        mixed = [_mixture(table, weight) for table, weight in zip(ratios, weights, strict=True)]
        total = np.sum(mixed, axis=0)
        for number, (column, table) in enumerate(zip(columns, ratios, strict=True)):
            chance = _people_odds(total - mixed[number], people)
            explained = np.einsum("rt,hrt->hr", chance, table)
            gains[number] = np.log2(explained + (1 - chance.sum(axis=1))[None, :]).sum(axis=1)
            odds = np.array([each.odds for each in column.hypotheses])
            weights[number] = _weights(odds + heat * gains[number])
    mixed = [_mixture(table, weight) for table, weight in zip(ratios, weights, strict=True)]
    total = np.sum(mixed, axis=0)
    chance = _people_odds(total, people)
    best = np.argmax(chance, axis=1)
    chosen = {}
    for column, gain, weight in zip(columns, gains, weights, strict=True):
        likeliest = int(np.argmax(weight[:-1]))
        if weight[likeliest] > weight[-1]:
            chosen[column.name] = column.hypotheses[likeliest], float(gain[likeliest])
    all_rows = np.arange(rows)
    earned = {column.name: gain for column, gain in zip(columns, gains, strict=True)}
    evidence = float(np.sum(np.log2(1 + np.exp2(total.astype(np.float64)).sum(axis=1) / people)))
    return Posterior(
        listed[all_rows, best], chance[all_rows, best].astype(np.float64), chosen, earned, evidence
    )


def _weights(odds: Floats) -> Singles:
    """Return probabilities of the hypotheses and, last, that the column is none of them."""
    every = np.append(odds - odds.max(initial=0.0), LIMITS.none_odds) if len(odds) else np.array([0.0])
    shares = 2.0 ** np.clip(every - every.max(), -60, 0)
    weights: Singles = (shares / shares.sum()).astype(np.float32)
    return weights


def _mixture(table: Singles, weight: Singles) -> Singles:
    kept = np.flatnonzero(weight[:-1] > _NEGLIGIBLE)
    mixed = np.full(table.shape[1:], weight[-1] + _NEGLIGIBLE, np.float32)
    for each in kept:
        mixed += weight[each] * table[each]
    bits: Singles = np.log2(mixed)
    return bits


def _people_odds(bits: Singles, people: int) -> Singles:
    """Return each shortlisted person's probability; people not on the list count as chance would."""
    ratio = np.exp2(np.clip(bits, np.float32(-40), np.float32(100)))
    shares: Singles = ratio / (ratio.sum(axis=1, keepdims=True) + np.float32(people))
    return shares


def shortlist_ratios(column: ColumnHypotheses, listed: NDArray[np.int64]) -> Singles:
    """Return the ratios of the people on the list under each hypothesis, (hypotheses, rows, listed)."""
    from strongroom.matching.disguised.kernels import gather_ratios  # noqa: PLC0415 - a compiler, which few tables need

    found = np.empty((len(column.hypotheses), *listed.shape), np.float32)
    for table, codes, into in zip(column.ratios, column.codes, found, strict=True):
        gather_ratios(table, codes, listed, into)
    return found


def shortlist(columns: Sequence[ColumnHypotheses], rows: int, people: int) -> NDArray[np.int64]:
    """Return, for each row, the stored rows of up to 768 people, likeliest before any inference."""
    from strongroom.matching.disguised.kernels import multiply_by_mixture  # noqa: PLC0415 - a compiler, which few tables need

    weights = [_weights(np.array([each.odds for each in column.hypotheses])) for column in columns]
    # Products of at most 24 columns' ratios neither overflow nor underflow double precision.
    total = np.ones((rows, people))
    for column, weight in zip(columns, weights, strict=True):
        # Hypotheses on one cohort column share its levels.
        mixed: dict[int, Singles] = {}
        for table, codes, share in zip(column.ratios, column.codes, weight[:-1], strict=True):
            mixed[id(codes)] = mixed.get(id(codes), np.float32(0)) + table * share
        codes_by_id = {id(each): each for each in column.codes}
        tables = list(mixed.values())
        levels = max(table.shape[1] for table in tables)
        padded = np.stack([np.pad(table, ((0, 0), (0, levels - table.shape[1]))) for table in tables])
        padded[0] += weight[-1]
        multiply_by_mixture(total, padded, np.stack([codes_by_id[each] for each in mixed]))
    most = min(LIMITS.shortlist, people)
    listed: NDArray[np.int64] = np.argpartition(-total, most - 1, axis=1)[:, :most]
    return listed
