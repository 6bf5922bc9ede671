"""A bit for each byte of a text: operations touch an eighth of the memory.

Listing the few set values of a long boolean array costs ten passes over it; bits are listed by bytes.
"""

from collections.abc import Callable
from typing import Self

import numpy as np
from numpy.typing import NDArray

from strongroom.checker.formats.tables.id_search.scratch import Scratch
from strongroom.thresholds import Thresholds, threshold

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

_WORD = 64  # fixed: bits of a machine word
_SHIFT = 6  # fixed: log2 of a word's bits
_WITHIN = 63  # fixed: mask of a place within a word
_BYTE = 8  # fixed: bits of a byte


class _Limits(Thresholds):
    """The numbers this module decides by."""

    bytes_at_once: int = threshold(1 << 18, "bytes", "cost: stays in the processor's cache")


LIMITS = _Limits()


_ONE = np.uint64(1)
_NOUGHT, _TEN = np.uint8(ord("0")), np.uint8(10)
_LOWEST = np.array([(byte & -byte).bit_length() - 1 if byte else 0 for byte in range(256)])


class Bits:
    """A bit for each byte of a text, 64 to a word; bits after its end are not set."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words = words
        self._counted: Places | None = None

    def __and__(self, other: Self) -> "Bits":
        return Bits(self.words & other.words)

    def __or__(self, other: Self) -> "Bits":
        return Bits(self.words | other.words)

    def but(self, other: Self) -> "Bits":
        """Return the bits set here and not in the other."""
        return Bits(self.words & ~other.words)

    def ahead(self, count: int) -> "Bits":
        """Return the bits shifted back by `count` positions, 1 to 63."""
        words = self.words >> np.uint64(count)
        words[:-1] |= self.words[1:] << np.uint64(_WORD - count)
        return Bits(words)

    def behind(self) -> "Bits":
        """Return the bits shifted forward by one position."""
        words = self.words << _ONE
        words[1:] |= self.words[:-1] >> np.uint64(_WORD - 1)
        return Bits(words)

    def runs_of(self, held: int, length: int) -> "Bits":
        """Return where runs of `length` set bits begin, given where runs of `held` begin."""
        runs = self
        while held < length:
            step = min(held, length - held)
            runs = runs & runs.ahead(step)
            held += step
        return runs

    def places(self) -> Places:
        """Return the positions of set bits, in order."""
        packed = self.words.view(np.uint8)
        held = np.flatnonzero(packed != 0)
        byte = packed[held]
        if (byte & (byte - np.uint8(1))).any():  # more than one in eight
            return np.flatnonzero(np.unpackbits(packed, bitorder="little"))
        places: Places = held * _BYTE + _LOWEST[byte]
        return places

    def before(self, places: Places) -> Places:
        """Return how many bits are set before positions."""
        if self._counted is None:
            self._counted = np.zeros(len(self.words) + 1, np.int64)
            np.cumsum(np.bitwise_count(self.words), out=self._counted[1:])
        word = places >> _SHIFT
        counted: Places = self._counted[word] + np.bitwise_count(self.words[word] & _below(places))
        return counted

    def last_before(self, places: Places, most: int) -> Places | None:
        """Return the last set position before each; None if one is farther than `most` words."""
        words = places >> _SHIFT
        bits = self.words[words] & _below(places)
        for _ in range(most):
            empty = np.flatnonzero(bits == 0)
            if len(empty) == 0:
                break
            words[empty] -= 1
            bits[empty] = self.words[words[empty]]
        if not bits.all():
            return None
        # Without the bits below the highest, rounding to a float cannot carry.
        highest = np.frexp((bits & ~(bits >> _ONE)).astype(np.float64))[1] - 1
        last: Places = words * _WORD + highest
        return last


def where_equal(text: Bytes, letter: np.uint8, scratch: Scratch) -> Bits:
    """Return where a text has a character."""
    return _bits(text, lambda some, result: np.equal(some, letter, out=result), scratch)


def where_digits(text: Bytes, scratch: Scratch) -> Bits:
    """Return where a text has digits."""

    def tell(some: Bytes, result: NDArray[np.bool_]) -> None:
        from_nought = np.subtract(some, _NOUGHT, out=scratch.bytes("from nought", len(some)))
        np.less(from_nought, _TEN, out=result)

    return _bits(text, tell, scratch)


def _bits(text: Bytes, tell: Callable[[Bytes, NDArray[np.bool_]], object], scratch: Scratch) -> Bits:
    """Return a predicate of every byte, in parts that fit the processor's cache."""
    words = np.zeros(-(-len(text) // _WORD), np.uint64)
    packed = words.view(np.uint8)
    for start in range(0, len(text), LIMITS.bytes_at_once):
        some = text[start : start + LIMITS.bytes_at_once]
        result = scratch.bools("result", len(some))
        tell(some, result)
        bits = np.packbits(result, bitorder="little")
        packed[start // _BYTE : start // _BYTE + len(bits)] = bits
    return Bits(words)


def _below(places: Places) -> NDArray[np.uint64]:
    """Return words with the bits below each position set."""
    return (_ONE << (places & _WITHIN).astype(np.uint64)) - _ONE
