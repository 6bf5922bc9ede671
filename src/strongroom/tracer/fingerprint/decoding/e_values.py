"""From cells read to evidence: an e-value for every recipient, and the threshold no innocent one passes.

If a recipient is innocent, their secret bits are independent of the file, whatever the attackers did to it.
The expected factor of each cell is then exactly 1; independent cells multiply and models are averaged, so the
expectation of the e-value is 1, and by Markov's inequality it reaches n / epsilon with probability at most
epsilon / n. Over n recipients a file accuses any innocent one with probability at most epsilon.

All recipients are scored on the most reliable cells, then the best few on all cells. One score decides for
each: that of the finalists on all cells, and the others are not accused, whatever their score was. If either
score could accuse, the bound would be twice as large.
"""

import math
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from strongroom.cohort.member_mask import MemberMask
from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.code import LEVELS, Bytes, Code, Located, locate
from strongroom.tracer.fingerprint.decoding.collusion import ERRORS, log_prior, weights
from strongroom.tracer.fingerprint.decoding.mark_reading import Observations

Floats = NDArray[np.float64]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    epsilon: float = threshold(
        1e-9, "probability", "judgement: as verdict's false_accusation; used where no bound is given"
    )
    first_cells: int = threshold(
        25_000, "cells", "cost: every recipient is scored on these; time grows with recipients x cells"
    )
    all_cells: int = threshold(
        2_000_000, "cells", "cost: more add nothing to an e-value that is already decisive"
    )
    finalists: int = threshold(
        300,
        "recipients",
        "cost: far more than any coalition that could be named; who is left out is not accused, so no bound "
        "changes",
    )
    batch: int = threshold(256, "recipients", "cost: memory of a thread's counts")


LIMITS = _Limits()
EPSILON = LIMITS.epsilon

_KEY_LOG10 = 128 * math.log10(2)  # fixed: half the bits of a key of 256
_READS = 2  # fixed: a cell reads 0 or 1
_HOLDS = 2  # fixed: a recipient holds 0 or 1
_SHAPE = (len(ERRORS), len(LEVELS), _READS, _HOLDS)
_SIZE = int(np.prod(_SHAPE))
_PEOPLE_A_BLOCK = 16  # fixed: bytes of an AES block, one byte a person
# fixed: 2^64 over the golden ratio, a multiplicative hash (Knuth); a fixed order that no key had a part in.
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Recipient:
    """A holder of a copy: their key, 32 bytes, and which part of the cohort the copy held.

    `columns` are positions' columns, None for all; `members` who was in it, None for everybody.
    Cells that a copy never held say nothing about its holder and are not counted.
    """

    key: bytes = field(repr=False)
    columns: frozenset[str] | None = None
    members: MemberMask | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Evidence:
    """The evidence against one recipient: log10 of the e-value, cells read, and how many match.

    `clean` of the cells were read confidently, and `clean_agree` of these match.
    """

    log10_e: float
    cells: int
    agree: int
    clean: int
    clean_agree: int


def log10_bar(hypotheses: int, *, epsilon: float = EPSILON) -> float:
    """Return the log10 e-value from which a recipient is accused, if this many are scored."""
    return math.log10(hypotheses / epsilon)


def log10_false_accusation(evidence: Evidence, hypotheses: int) -> float:
    """Return log10 of the bound on the probability that any of `hypotheses` innocents scores as high.

    It is never below that of guessing half of a key of 256 bits for one of them: no evidence is stronger.
    """
    return math.log10(hypotheses) - min(max(evidence.log10_e, math.log10(hypotheses)), _KEY_LOG10)


def score_keys(observed: Sequence[Observations], keys: Iterable[bytes]) -> list[Evidence]:
    """Score recipients by their keys against the cells read; the cost is linear in both.

    The positions of `observed` must be distinct: a position counted twice would void the bound.
    """
    return _scored(observed, [Recipient(key) for key in keys])


def score_recipients(observed: Sequence[Observations], recipients: Sequence[Recipient]) -> list[Evidence]:
    """Score recipients in two stages: all on the most reliable cells, the best 300 on up to two million.

    Where there is a second stage, the score of those who are not in it is at most 1 and accuses nobody.
    """
    first = best_cells(observed, LIMITS.first_cells)
    scores = _scored(first, recipients)
    considered = best_cells(observed, LIMITS.all_cells)
    if sum(each.cells for each in considered) == sum(each.cells for each in first):
        return scores
    finalists = sorted(range(len(scores)), key=lambda place: -scores[place].log10_e)[: LIMITS.finalists]
    scores = [replace(each, log10_e=min(each.log10_e, 0.0)) for each in scores]
    for place, score in zip(
        finalists, _scored(considered, [recipients[each] for each in finalists]), strict=True
    ):
        scores[place] = score
    return scores


def best_cells(observed: Sequence[Observations], most: int) -> list[Observations]:
    """Return the `most` reliable cells, by column; among equals, blocks of people in a fixed random order."""
    total = sum(each.cells for each in observed)
    if total <= most:
        return list(observed)
    reliability = np.concatenate([each.reliability for each in observed])
    column = np.repeat(np.arange(len(observed)), [each.cells for each in observed])
    ordinals = np.concatenate([each.positions.ordinals for each in observed])
    # People of one AES block share one encryption.
    block = (ordinals // _PEOPLE_A_BLOCK * len(observed) + column).astype(np.uint64)
    mixed = (block + np.uint64(1)) * _MIX
    mixed ^= mixed >> np.uint64(29)
    chosen = np.sort(np.lexsort((mixed * _MIX, reliability))[:most])
    return [
        each.at(chosen[column[chosen] == place] - np.searchsorted(column, place))
        for place, each in enumerate(observed)
        if np.any(column[chosen] == place)
    ]


def _scored(observed: Sequence[Observations], recipients: Sequence[Recipient]) -> list[Evidence]:
    sheet = _Sheet(observed)
    blocks = [recipients[start : start + LIMITS.batch] for start in range(0, len(recipients), LIMITS.batch)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [each for found in pool.map(partial(_block, sheet), blocks) for each in found]


def _block(sheet: "_Sheet", recipients: Sequence[Recipient]) -> list[Evidence]:
    """Score some recipients, vectorised: thousands of single calls would take as long as the counting."""
    models = weights().reshape(len(weights()), -1)
    counts = np.array([sheet.counts(each) for each in recipients])
    log10_e = logsumexp(counts @ models.T + log_prior(), axis=1) / math.log(10)
    by_pair = counts.reshape(len(counts), *_SHAPE).sum(axis=2)
    cells, agree = by_pair.sum(axis=(2, 3)), np.trace(by_pair, axis1=2, axis2=3)
    columns = (log10_e, cells.sum(axis=1), agree.sum(axis=1), cells[:, 0], agree[:, 0])
    return [Evidence(*each) for each in zip(*(column.tolist() for column in columns), strict=True)]


class _Sheet:
    """The cells, prepared for comparison with every recipient."""

    def __init__(self, observed: Sequence[Observations]) -> None:
        self._observed = observed
        self._located: Located = locate([cells.positions for cells in observed])
        self._kinds = _kinds(observed)
        self._ordinals = np.concatenate(
            [np.empty(0, np.int64), *(each.positions.ordinals for each in observed)]
        )
        self._in_columns: dict[frozenset[str] | None, NDArray[np.bool_]] = {}

    def counts(self, recipient: Recipient) -> NDArray[np.int64]:
        """Return the number of cells of each kind, by whether the recipient holds a 1."""
        found = np.zeros(_SIZE, np.int64)
        stream = Code(recipient.key).encrypted(self._located.counters)
        _count(
            stream, self._located.places, self._located.thresholds, self._kinds, self._held(recipient), found
        )
        return found

    def _held(self, recipient: Recipient) -> NDArray[np.bool_]:
        """Tell which cells a recipient's copy held."""
        columns = recipient.columns
        if columns not in self._in_columns:
            parts = [
                np.full(each.cells, columns is None or each.positions.column in columns)
                for each in self._observed
            ]
            self._in_columns[columns] = np.concatenate([np.empty(0, np.bool_), *parts])
        inside = self._in_columns[columns]
        return inside if recipient.members is None else inside & recipient.members[self._ordinals]


def _kinds(observed: Sequence[Observations]) -> NDArray[np.int16]:
    """Return for each cell its reliability, level and reading, as one number with room for a bit."""
    if not observed:
        return np.empty(0, np.int16)
    reliability = np.concatenate([cells.reliability for cells in observed])
    levels = np.concatenate([cells.positions.levels for cells in observed])
    shown = np.concatenate([cells.shown for cells in observed]).astype(np.int64)
    places = (reliability, levels, shown, np.zeros_like(shown))
    return np.ravel_multi_index(places, _SHAPE).astype(np.int16)


@numba.njit(cache=True, nogil=True)
def _count(  # noqa: PLR0917 - numba takes arrays, not objects
    stream: Bytes,
    places: NDArray[np.int64],
    thresholds: NDArray[np.uint16],
    kinds: NDArray[np.int16],
    held: NDArray[np.bool_],
    found: NDArray[np.int64],
) -> None:
    """Count cells by kind and by whether the stream's byte is below the threshold."""
    for cell in range(len(places)):
        if held[cell]:
            found[kinds[cell] + (stream[places[cell]] < thresholds[cell])] += 1
