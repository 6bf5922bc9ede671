"""Noise for a group's statistics: the same group always gets the same noise, for every project and query.

A keyed hash of the group's name draws the noise. Method: cell keys as in the Australian Bureau of Statistics'
TableBuilder (Fraser and Wooton 2005) and ONS's census (2021). There the key is made from the people in the
cell, so equal answers mean equal people, which reveals whether two groups differ; here it is made from the
name.
"""

import hashlib
import hmac
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from strongroom.disclosure.answer_noise.release_rule import most_change

Numbers = NDArray[np.float64]
Keys = NDArray[np.uint64]

_UNIT = 2.0**64  # fixed: one more than the largest 64-bit hash


class CellNoise:
    """Draws noise for groups under a secret of 32 bytes, common to all projects of a cohort.

    With a secret for each project, two projects could average their answers. Noise of another standard
    deviation is independent of it, and is paid for as another number.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def keys(self, names: Sequence[str]) -> Keys:
        """Return a key for each name: equal for equal names, and without the secret unpredictable."""
        digests = [hmac.digest(self._secret, f"key/{name}".encode(), hashlib.sha256) for name in names]
        return np.array([int.from_bytes(digest[:8], "big") for digest in digests], np.uint64)

    def integers(self, keys: Keys, *, of: str, deviation: float) -> NDArray[np.int64]:
        """Return integer noise for each group, shape as `keys`; `of` names the statistic, not the query.

        If it depended on the SQL, rewriting a query would give new noise, which could be averaged out. Noise
        is at most `most_change(deviation)`.
        """
        values, cumulated = _table(deviation)
        drawn_values: NDArray[np.int64] = values[
            np.searchsorted(cumulated, self._uniform(keys, of, deviation), side="right")
        ]
        return drawn_values

    def normals(self, keys: Keys, *, of: str, deviation: float) -> Numbers:
        """Return normal noise for each group's sum of values.

        Integer noise would not do: only a few true sums would be consistent with a noisy one.
        """
        # The standard library's normal distribution: loading another's takes longer than most queries.
        drawn = np.clip(self._uniform(keys, of, deviation), 1 / _UNIT, 1 - 1e-16)
        return np.array([deviation * NormalDist().inv_cdf(each) for each in drawn.tolist()], np.float64)

    def _uniform(self, keys: Keys, of: str, deviation: float) -> Numbers:
        name = f"{of}/{deviation!r}"
        return np.array([_uniform(self._secret, name, int(key)) for key in keys], np.float64)


@lru_cache(64)
def _table(deviation: float) -> tuple[NDArray[np.int64], Numbers]:
    """Return the noise of a count for a standard deviation: its values and their cumulated probabilities."""
    values, probabilities = discrete_normal(deviation)
    return values, np.cumsum(probabilities)[:-1]


def discrete_normal(deviation: float) -> tuple[NDArray[np.int64], Numbers]:
    """Return the integers that noise can be, and probabilities proportional to exp(-j^2 / (2 deviation^2)).

    The discrete Gaussian protects as the continuous one does (Canonne, Kamath and Steinke 2020, The discrete
    Gaussian for differential privacy), and its standard deviation is at most `deviation`.
    """
    most = most_change(deviation)
    values = np.arange(-most, most + 1)
    weights = np.exp(-(values.astype(np.float64) ** 2) / (2 * deviation**2))
    return values, weights / weights.sum()


def _uniform(secret: bytes, of: str, key: int) -> float:
    digest = hmac.digest(secret, f"{of}/{key:016x}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") / _UNIT
