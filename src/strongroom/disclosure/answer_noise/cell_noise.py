"""The small change a group's statistics get: the same group, the same change, whoever asks and however often.

A keyed hash of what the group is called draws the change. Method: cell keys as in the Australian Bureau of
Statistics' TableBuilder (Fraser and Wooton 2005) and ONS's census (2021); there the key is made from who is
in the cell, so equal answers mean equal people, which tells about the one in whom two cells may differ.
"""

import hashlib
import hmac
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

Numbers = NDArray[np.float64]
Keys = NDArray[np.uint64]

_UNIT = 2.0**64


class CellNoise:
    """Draws changes for groups under a secret of 32 bytes, common to all projects of a cohort.

    A secret for each project would let two of them average.
    """

    def __init__(self, secret: bytes, *, most: int, variance: float) -> None:
        self._secret = secret
        self._deviation = float(np.sqrt(variance))
        self._values, chances = maximum_entropy(most, variance)
        self._cumulated = np.cumsum(chances)[:-1]

    def keys(self, names: Sequence[str]) -> Keys:
        """Return a key for each name: the same for the same, and nothing about it for anybody else."""
        digests = [hmac.digest(self._secret, f"key/{name}".encode(), hashlib.sha256) for name in names]
        return np.array([int.from_bytes(digest[:8], "big") for digest in digests], np.uint64)

    def changes(self, keys: Keys, *, of: str) -> NDArray[np.int64]:
        """Return the change of each group, shape as `keys`; `of` names the statistic, not the question.

        Were it to depend on how a value is written, asking again in other words would average it away.
        """
        drawn = np.array([_uniform(self._secret, of, int(key)) for key in keys])
        changes: NDArray[np.int64] = self._values[np.searchsorted(self._cumulated, drawn, side="right")]
        return changes

    def spreads(self, keys: Keys, *, of: str) -> Numbers:
        """Return a change for each group's sum of magnitudes: normal, with the variance of a count's.

        Whole numbers will not do: sums are finer, and all but a few of them would be no possible result.
        """
        drawn = np.array([_uniform(self._secret, of, int(key)) for key in keys])
        spreads: Numbers = self._deviation * ndtri(np.clip(drawn, 1 / _UNIT, 1 - 1e-16))
        return spreads


def maximum_entropy(most: int, variance: float) -> tuple[NDArray[np.int64], Numbers]:
    """Return the whole numbers from -most to most and their probabilities: mean 0, the variance asked for.

    Of all such distributions it is the one of greatest entropy, p(j) proportional to exp(-l j^2) (Marley and
    Leaver 2011). A variance that the range cannot have becomes the nearest it can: the even distribution's.
    """
    values = np.arange(-most, most + 1)
    even = float(np.mean(values**2.0))
    if most == 0 or variance == 0:
        return values, (values == 0).astype(np.float64)
    if variance >= even:
        return values, np.full(len(values), 1 / len(values))
    rate = brentq(lambda each: _variance(values, each) - variance, 0.0, 60.0)
    return values, _chances(values, float(rate))


def _variance(values: NDArray[np.int64], rate: float) -> float:
    return float(np.sum(_chances(values, rate) * values**2))


def _chances(values: NDArray[np.int64], rate: float) -> Numbers:
    weights = np.exp(-rate * values.astype(np.float64) ** 2)
    chances: Numbers = weights / weights.sum()
    return chances


def _uniform(secret: bytes, of: str, key: int) -> float:
    digest = hmac.digest(secret, f"{of}/{key:016x}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") / _UNIT
