"""From cells read to a probability: an e-value for every recipient, and the bar nobody innocent passes.

If a recipient is innocent, their secret bits are independent of the file whatever the attackers did to it.
Each cell's expected factor is then exactly 1, independent cells multiply, models are averaged, so the
expectation of the whole is 1, and by Markov's inequality it reaches n / epsilon with probability at most
epsilon / n. Over n recipients a file accuses anybody falsely with probability at most epsilon.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from strongroom.tracer.fingerprint.coalitions import ERRORS, weights
from strongroom.tracer.fingerprint.code import LEVELS, Code, locate
from strongroom.tracer.fingerprint.observe import Observations

Floats = NDArray[np.float64]

EPSILON = 1e-9
_READS, _HOLDS = 2, 2
_SHAPE = (len(ERRORS), len(LEVELS), _READS, _HOLDS)


@dataclass(frozen=True)
class Evidence:
    """What the cells say about one recipient: log10 of the e-value, cells read, and how many agree."""

    log10_e: float
    cells: int
    agree: int


def log10_bar(hypotheses: int, *, epsilon: float = EPSILON) -> float:
    """Return the log10 e-value from which a recipient is accused, when so many are scored."""
    return math.log10(hypotheses / epsilon)


def log10_false_accusation(evidence: Evidence, hypotheses: int) -> float:
    """Return log10 of the bound on the chance that anybody of `hypotheses` innocents reaches as much."""
    return min(0.0, math.log10(hypotheses) - evidence.log10_e)


def weigh(observed: Sequence[Observations], keys: Iterable[bytes]) -> list[Evidence]:
    """Score recipients by their keys against cells read; cost is linear in both.

    The positions of `observed` must be distinct over all of them: a position counted twice voids the bound.
    """
    models = weights().reshape(len(weights()), -1)
    located = locate([cells.positions for cells in observed])
    kinds = _kinds(observed)
    return [_evidence(models, _counts(kinds, Code(key).bits_at(located))) for key in keys]


def _kinds(observed: Sequence[Observations]) -> NDArray[np.int64]:
    """Return for each cell its reliability, level and what was read, as one number with room for a bit."""
    if not observed:
        return np.empty(0, np.int64)
    reliability = np.concatenate([cells.reliability for cells in observed])
    levels = np.concatenate([cells.positions.levels for cells in observed])
    shown = np.concatenate([cells.shown for cells in observed]).astype(np.int64)
    places = (reliability, levels, shown, np.zeros_like(shown))
    return np.ravel_multi_index(places, _SHAPE).astype(np.int64)


def _counts(kinds: NDArray[np.int64], held: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.bincount(kinds + held, minlength=int(np.prod(_SHAPE)))


def _evidence(models: Floats, counts: NDArray[np.int64]) -> Evidence:
    log_e = logsumexp(models @ counts) - math.log(len(models))
    by_pair = counts.reshape(-1, _READS, _HOLDS).sum(axis=0)
    return Evidence(float(log_e) / math.log(10), int(counts.sum()), int(np.trace(by_pair)))
