"""How often values change along stretches of eight nearly uniform pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold

TILE = 8  # fixed: the stretch of eight pixels that one byte fills
_HIGHEST = 255  # fixed: the largest value of a byte


class _Limits(Thresholds):
    """The numbers this module decides by."""

    lowest_bits: int = threshold(3, "bits", "judgement: changes of more than three bits are visible")
    changes: int = threshold(
        4,
        "changes in eight pixels",
        "derived: eight random bits change 3.5 times on average; a soft edge once or twice",
    )


LIMITS = _Limits()


Channel = NDArray[np.uint8]
Counts = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class ValueChanges:
    """Counts of stretches, columns first and rows second, by the bits in which a tile's values differ.

    `within`: those that change often inside an aligned group of 2^bits values; `across`: those that do over
    two such groups; `slow`: those that change once; each has shape (2, 4). `forms`, shape (2, 4, 256): the
    pattern of pixels above the tile's minimum in those within, a pattern and its complement as one.
    """

    within: Counts
    across: Counts
    slow: Counts
    forms: Counts


def count_value_changes(channel: Channel) -> ValueChanges:
    """Count the stretches of a channel in tiles of 8 x 8 pixels; `channel` has shape (height, width)."""
    tiles = _tiles(channel)
    low, high = tiles.min(axis=(1, 2)).astype(np.int64), tiles.max(axis=(1, 2)).astype(np.int64)
    bits = np.ceil(np.log2(high - low + 1)).astype(np.int64)
    inside = (low >> bits == high >> bits) & (_values(tiles) > 1 << bits >> 1)
    within, across, slow = np.zeros((3, 2, LIMITS.lowest_bits + 1), np.int64)
    counted = ValueChanges(within, across, slow, np.zeros((2, LIMITS.lowest_bits + 1, 256), np.int64))
    for way in (0, 1):
        changes = np.count_nonzero(np.diff(tiles, axis=1 + way), axis=1 + way)
        often, group = changes >= LIMITS.changes, np.broadcast_to(bits[:, None], changes.shape)
        chosen = often & inside[:, None]
        np.add.at(counted.forms[way], (group[chosen], _forms(tiles, 1 + way)[chosen]), 1)
        np.add.at(counted.across[way], bits, often.sum(axis=1) * (low >> bits != high >> bits))
        np.add.at(counted.slow[way], bits, (changes == 1).sum(axis=1))
    counted.within[:] = counted.forms.sum(axis=2)
    return counted


def _tiles(channel: Channel) -> Channel:
    """Return the tiles that are neither uniform nor steep, shape (tiles, 8, 8)."""
    high, wide = (side // TILE * TILE for side in channel.shape)
    tiles = channel[:high, :wide].reshape(high // TILE, TILE, wide // TILE, TILE).swapaxes(1, 2)
    apart = tiles.max(axis=(2, 3), initial=0) - tiles.min(axis=(2, 3), initial=_HIGHEST)
    chosen: Channel = tiles[(apart > 0) & (apart < 1 << LIMITS.lowest_bits)]
    return chosen


def _values(tiles: Channel) -> Counts:
    """Return how many distinct values each tile has; half of what its bits allow, or less, is a pattern."""
    ordered = np.sort(tiles.reshape(len(tiles), TILE * TILE), axis=1)
    steps: Counts = np.count_nonzero(ordered[:, 1:] != ordered[:, :-1], axis=1)
    return 1 + steps


def _forms(tiles: Channel, axis: int) -> Channel:
    """Return the pattern of each column (axis 1) or row (2) of each tile as eight bits, the first 0."""
    forms: Channel = np.packbits(tiles != tiles.min(axis=(1, 2), keepdims=True), axis=axis).squeeze(axis)
    turned: Channel = np.where(forms >> 7 == 1, np.invert(forms), forms)
    return turned
