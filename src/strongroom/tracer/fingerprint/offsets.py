"""How far the two values of a marked cell lie from the original: centred, so that no change is wasted.

A bit that is nearly always 0 and moves its cell down for a 0 would shift nearly every such cell equally: a
change that costs analyses as much as any other and carries no information. So at a biased level the frequent
bit leaves its cell unchanged and the rare bit moves it by 2a; at the fair level a cell moves by a in either
direction. The two values are 2a apart at every level, so copies that differ do not reveal a cell's level. All
offsets are 0, a or 2a: few enough to be recognised, on any grid.

Under noise, the information of a cell is proportional to (2a)^2 p (1 - p), its cost to the mean square of its
offsets. The ideal offset of a level, a (1 - 2p), would cost 4p (1 - p) a^2, on average .745 a^2; whole steps
cost .773 a^2.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.fingerprint.code import LEVEL_SHARES, LEVELS

Floats = NDArray[np.float64]

CENTRED = 1.0  # fixed: decision 0021: with 1 both values lie symmetrically about the original


@cache
def level_offsets(lean: float) -> Floats:
    """Return the offsets, in amplitudes, of level 0 with a 0 and with a 1, then of level 1, and so on."""
    return np.array([way + lean * np.sign(0.5 - _one(level)) for level in LEVELS for way in (-1.0, 1.0)])


@cache
def mean_square_offset(lean: float) -> float:
    """Return the mean square of the offsets, in squared amplitudes, over all levels and bits."""
    return float(_chances() @ level_offsets(lean) ** 2)


@cache
def offset_probabilities(lean: float) -> tuple[tuple[float, float], ...]:
    """Return each possible offset, in amplitudes, and its probability for a marked cell."""
    found = level_offsets(lean)
    return tuple((float(each), float(_chances()[found == each].sum())) for each in np.unique(found))


def steps_for_strength(strength: float, lean: float) -> tuple[int, float, float]:
    """Return the whole steps, density and rise whose root mean square is `strength`, in steps of a grid.

    A share `rise` of the cells moves by one step more, so that rounding to whole steps loses no strength.
    """
    wanted = strength**2 / mean_square_offset(lean)
    steps = max(1, int(np.sqrt(wanted)))
    if wanted <= 1:
        return 1, wanted, 0.0
    return steps, 1.0, max(0.0, (wanted - steps**2) / (2 * steps + 1))


def _one(level: int) -> float:
    return level / 256


def _chances() -> Floats:
    """Return the probability that a marked cell has each level with a 0 and with a 1."""
    shares = np.array(LEVEL_SHARES) / 256
    ones = np.array([_one(level) for level in LEVELS])
    return np.column_stack([shares * (1 - ones), shares * ones]).ravel()
