"""Each project knows a participant by a different 7-digit number; only the key links the numbers.

The pseudonyms of a project are an exact keyed permutation of the cohort's id range: the range is shuffled by
sorting it on 64-bit words of an AES-256-CTR keystream under the project's key, and the participant with
ordinal `k` (never shown) receives the k-th number of the shuffled range. It is a bijection whatever the key;
two projects' permutations are unrelated as long as AES is a pseudo-random function. Preferred to
format-preserving encryption: FF1 costs about 50 µs a value in Python and NIST withdrew FF3-1 in 2025, while a
permutation of nine million takes a tenth of a second here (docs/decisions/0005).
"""

from functools import cached_property

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from strongroom.cohort.keys import derive
from strongroom.errors import UsageError

_WORD = 8  # fixed: bytes of a 64-bit word
_WORDS_A_BLOCK = 16 // _WORD


class Pseudonyms:
    """The bijection between a cohort's ordinals and one project's 7-digit ids.

    `low` and `high`, both included, bound the range; it must contain at least `capacity` numbers.
    """

    def __init__(self, key: bytes, *, low: int, high: int, capacity: int) -> None:
        if high - low + 1 < capacity:
            raise UsageError(f"the id range {low} to {high} is too small for {capacity} participants.")
        self._key = derive(key, "pseudonyms")
        self.low, self.high = low, high
        self.size = high - low + 1
        self._capacity = capacity

    @cached_property
    def _issued(self) -> NDArray[np.int64]:
        stream = Cipher(algorithms.AES(self._key), modes.CTR(bytes(16))).encryptor()
        words = np.frombuffer(stream.update(bytes(_WORD * self.size)), dtype="<u8")
        return shuffled_prefix(words, self._capacity) + self.low

    @cached_property
    def _by_pseudonym(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self._issued)
        return self._issued[order], order

    def of(self, ordinals: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return the pseudonyms of the participants with these ordinals, same shape."""
        return self._issued[ordinals]

    def ordinals(self, pseudonyms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ordinals behind pseudonyms, -1 where a number was never issued; same shape."""
        issued, order = self._by_pseudonym
        at = np.minimum(np.searchsorted(issued, pseudonyms), len(issued) - 1)
        return np.where(issued[at] == pseudonyms, order[at], -1)

    @property
    def chance(self) -> float:
        """The probability that `possibly_issued` is true of a number unrelated to the key."""
        return _bar(self._capacity, self.size) / 2**64

    def possibly_issued(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell whether numbers of the range pass a quick test; same shape. All issued ones do.

        Only their own words of the keystream are computed: a thousand numbers take microseconds, all
        pseudonyms a tenth of a second.
        """
        places = (numbers - self.low).astype(np.uint64)
        counters = np.zeros((len(places), 2), dtype=">u8")
        counters[:, 1] = places // _WORDS_A_BLOCK
        # In counter mode from 0, block n of the keystream is the encrypted number n.
        encryptor = Cipher(algorithms.AES(self._key), modes.ECB()).encryptor()  # noqa: S305 - counters
        blocks = np.frombuffer(encryptor.update(counters.tobytes()), dtype="<u8").reshape(-1, _WORDS_A_BLOCK)
        words = blocks[np.arange(len(places)), (places % _WORDS_A_BLOCK).astype(np.int64)]
        passes: NDArray[np.bool_] = words <= np.uint64(_bar(self._capacity, self.size))
        return passes


def _bar(count: int, size: int) -> int:
    """Return a word below which the `count` smallest of `size` almost always are."""
    return min(int((1.05 * count / size + 1e-4) * 2**64), 2**64 - 1)


def shuffled_prefix(words: NDArray[np.uint64], count: int) -> NDArray[np.int64]:
    """Return the positions of the `count` smallest words, smallest first; among equals, earlier first."""
    # Equal words (chance 2e-6 for a range of nine million) must give the same permutation everywhere, so
    # every sort is stable.
    low = np.flatnonzero(words <= np.uint64(_bar(count, len(words))))
    if len(low) < count:
        low = np.arange(len(words))
    order: NDArray[np.int64] = low[np.argsort(words[low], kind="stable")[:count]].astype(np.int64)
    return order
