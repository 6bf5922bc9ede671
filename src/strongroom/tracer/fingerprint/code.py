"""The secret bits: whoever holds the key can compute them, and nobody else can predict one.

Each (participant, column) is a position. The plan key, common to all views, decides whether a position is
marked and how biased its bit is; a project's key decides the bit. Bits are bytes of AES-256 under that key,
compared with a threshold, so their probability is exactly `threshold / 256`: a decoder that rounded it would
void its bound over millions of cells.

Five levels of bias prevent colluders who compare their copies from cancelling the code (Tardos 2003; discrete
levels after Nuida et al. 2009). More than half of all bits are fair, which is best against a single leaker; a
few are at the outer levels, without which ten or more colluders who choose at random could not be identified.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_BLOCK = 16  # fixed: bytes; FIPS 197, an AES block
# 256ths: how often a bit of each level is 1. judgement: Tardos (2003) and Nuida et al. (2009), symmetric
# levels; part of every issued plan.
LEVELS = (13, 38, 128, 218, 243)
# 256ths: how many positions have each level. judgement: 56 % fair bits serve a single leaker, the outer
# levels ten or more colluders.
LEVEL_SHARES = (16, 40, 144, 40, 16)
_LEVEL_OF = np.repeat(np.arange(len(LEVELS), dtype=np.uint8), LEVEL_SHARES)
_MARKED, _MARKED_FINER, _LEVEL, _BIT, _BLOCK_SALT, _VALUE_SALT = range(6)
_DRAWS = 65_536  # fixed: two bytes of keystream decide whether a cell is marked


@dataclass(frozen=True, repr=False)
class Positions:
    """Marked cells of a column: ordinals of shape (cells,), and each cell's level, an index of `LEVELS`.

    `raised` says which cells move by one step more than the others (`MarkRule.rise`); None where that was not
    requested.
    """

    column: str
    ordinals: NDArray[np.int64]
    levels: Bytes
    raised: NDArray[np.bool_] | None = None

    def at(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Positions":
        """Return some of the cells."""
        raised = None if self.raised is None else self.raised[chosen]
        return Positions(self.column, self.ordinals[chosen], self.levels[chosen], raised)


class Code:
    """The bits under one key of 32 bytes: the plan's or a project's."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - blocks are counters, none repeats

    def marked(
        self,
        column: str,
        ordinals: NDArray[np.integer],
        density: "float | NDArray[np.floating]",
        *,
        rise: float = 0.0,
    ) -> Positions:
        """Return which cells of these people in a column are marked, each with probability `density`.

        `density` is one probability for all, or one for each of `ordinals`. A share `rise` of those marked is
        raised.
        """
        drawn = self._bytes(column, _MARKED, ordinals).astype(np.uint16) << np.uint16(8)
        drawn |= self._bytes(column, _MARKED_FINER, ordinals)
        carries, raised = marked_at_density(drawn, density, rise)
        chosen = np.asarray(ordinals, np.int64)[carries]
        return Positions(
            column, chosen, _LEVEL_OF[self._bytes(column, _LEVEL, chosen)], np.asarray(raised[carries])
        )

    def bits(self, positions: Positions) -> NDArray[np.bool_]:
        """Return the bit of each position, of shape (cells,)."""
        return self.bits_at(locate([positions]))

    def bits_at(self, located: "Located") -> NDArray[np.bool_]:
        """Return the bits of positions located in advance, of shape (cells,)."""
        found: NDArray[np.bool_] = self._drawn(located) < located.thresholds
        return found

    def stream(self, column: str, use: int, people: int) -> Bytes:
        """Return the column's keystream for one use: one byte for each of the first `people` ordinals."""
        blocks = -(-people // _BLOCK)
        numbers = np.empty((blocks, 2), np.uint64)
        numbers[:, 0], numbers[:, 1] = _label(column, use), np.arange(blocks)
        drawn: Bytes = np.frombuffer(self._cipher.encryptor().update(numbers.tobytes()), np.uint8)[:people]
        return drawn

    def bit_bytes(self, column: str, people: int) -> Bytes:
        """Return the bytes that decide a project's bits of a column, shape (people,)."""
        return self.stream(column, _BIT, people)

    def draw_bytes(self, column: str, people: int) -> list[Bytes]:
        """Return the plan's bytes for a column, three of shape (people,): two that mark, and the level's."""
        return [self.stream(column, use, people) for use in (_MARKED, _MARKED_FINER, _LEVEL)]

    def block_salts(self, column: str, blocks: int) -> Bytes:
        """Return a salt for each block of a column, shape (blocks, 16); no other use has this keystream."""
        return self.stream(column, _BLOCK_SALT, blocks * _BLOCK).reshape(blocks, _BLOCK)

    def value_salts(self, column: str, start: int, stop: int) -> Bytes:
        """Return a salt for the values of people from ordinal `start` to `stop`, shape (people, 16)."""
        numbers = np.empty((stop - start, 2), np.uint64)
        numbers[:, 0], numbers[:, 1] = _label(column, _VALUE_SALT), np.arange(start, stop)
        return self.encrypted(numbers.tobytes()).reshape(stop - start, _BLOCK)

    def draws(
        self, project: "Code", column: str, people: int
    ) -> tuple[NDArray[np.uint16], Bytes, NDArray[np.bool_]]:
        """Return the plan's draw and level, and a project's bit, for each of the first `people` ordinals.

        `marked_at_density` says which cells are marked: the same as `marked` and `bits`, for whole columns.
        """
        drawn: NDArray[np.uint16] = self.stream(column, _MARKED, people).astype(np.uint16) << np.uint16(8)
        drawn |= self.stream(column, _MARKED_FINER, people)
        levels = _LEVEL_OF[self.stream(column, _LEVEL, people)]
        return drawn, levels, project.stream(column, _BIT, people) < np.array(LEVELS, np.uint8)[levels]

    def encrypted(self, counters: bytes) -> Bytes:
        """Return the keystream of these counter blocks, 16 bytes each."""
        return np.frombuffer(self._cipher.encryptor().update(counters), np.uint8)

    def _bytes(self, column: str, use: int, ordinals: NDArray[np.integer]) -> Bytes:
        """Return one pseudo-random byte for each person: byte `ordinal` of the column's keystream."""
        return self._drawn(_locate([(_label(column, use), ordinals)]))

    def _drawn(self, located: "Located") -> Bytes:
        drawn: Bytes = self.encrypted(located.counters)[located.places]
        return drawn


def marked_at_density(
    drawn: NDArray[np.uint16], density: "float | NDArray[np.floating]", rise: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which cells are marked at a density, and which of them are raised, shape as `drawn`.

    Those with the lowest draws are marked: a stronger plan marks the same cells and more.
    """
    below = np.round(np.multiply(density, _DRAWS)).astype(np.float32)
    marked = np.asarray(drawn < below)
    # Rounded down, so that the requested strength is never exceeded.
    raised = drawn < np.floor(below * np.float32(rise)) if rise else np.zeros(drawn.shape, bool)
    return marked, np.asarray(raised)


@dataclass(frozen=True, repr=False)
class Located:
    """Where in a key's stream the bytes of some positions are: the same for every key, so computed once.

    `counters` are the blocks to encrypt, `places` the bytes to take from the result, of shape (cells,), and
    `thresholds` the byte values below which a bit is 1.
    """

    counters: bytes
    places: NDArray[np.int64]
    thresholds: NDArray[np.uint16]


def locate(positions: Sequence[Positions]) -> Located:
    """Return where the bits of several columns' positions are, column by column."""
    levels = np.concatenate([each.levels for each in positions]) if positions else np.empty(0, np.uint8)
    return _locate([(_label(each.column, _BIT), each.ordinals) for each in positions], levels)


def _locate(streams: Sequence[tuple[int, NDArray[np.integer]]], levels: Bytes | None = None) -> Located:
    counters, places, before = [], [], 0
    for label, ordinals in streams:
        wanted = np.asarray(ordinals, np.uint64)
        blocks, where = np.unique(wanted // _BLOCK, return_inverse=True)
        counters.append(np.column_stack([np.full(len(blocks), label, np.uint64), blocks]).tobytes())
        places.append((before + where) * _BLOCK + (wanted % _BLOCK).astype(np.int64))
        before += len(blocks)
    joined = np.concatenate(places) if places else np.empty(0, np.int64)
    kind = np.zeros(len(joined), np.uint8) if levels is None else levels
    return Located(b"".join(counters), joined, np.array(LEVELS, np.uint16)[kind])


def _label(column: str, use: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{use}/{column}".encode()).digest()[:8])
