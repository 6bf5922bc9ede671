"""The two values of a marked cell: centred on the original, so that all of a change tells something.

A bit that is nearly always 0 and moves its cell down for a 0 shifts nearly every such cell by the same: a
change that costs an analysis as much as any other and tells nobody anything. So at a biased level the
frequent bit leaves its cell as it is and the rare one moves it by 2a; at the fair level a cell moves by a,
either way. The two values lie 2a apart at every level: copies that differ do not show which level a cell has.
All moves are 0, a and 2a: as they would be on any grid, and few enough to be recognised again.

What a cell tells under noise goes with (2a)^2 p (1 - p), what it costs with the mean square of its moves. A
level's ideal shift, a (1 - 2p), would cost 4p (1 - p) a^2, on average .745 a^2; whole steps cost .773 a^2.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.fingerprint.code import LEVEL_SHARES, LEVELS

Floats = NDArray[np.float64]

CENTRED = 1.0  # fixed: decision 0021: with 1 both values lie symmetrically about the original


@cache
def factors(lean: float) -> Floats:
    """Return the moves, in amplitudes, of level 0 with a 0 and with a 1, then of level 1, and so on."""
    return np.array([way + lean * np.sign(0.5 - _one(level)) for level in LEVELS for way in (-1.0, 1.0)])


@cache
def power(lean: float) -> float:
    """Return the mean square of the moves, in squares of the amplitude, over all levels and bits."""
    return float(_chances() @ factors(lean) ** 2)


@cache
def moves(lean: float) -> tuple[tuple[float, float], ...]:
    """Return each move there is, in amplitudes, and how often a marked cell makes it."""
    found = factors(lean)
    return tuple((float(each), float(_chances()[found == each].sum())) for each in np.unique(found))


def afforded(strength: float, lean: float) -> tuple[int, float, float]:
    """Return the whole steps, density and rise whose root mean square is `strength`, in steps of a grid.

    Some cells, a share of `rise`, are moved by one step more, so that no strength is lost to whole steps.
    """
    wanted = strength**2 / power(lean)
    steps = max(1, int(np.sqrt(wanted)))
    if wanted <= 1:
        return 1, wanted, 0.0
    return steps, 1.0, max(0.0, (wanted - steps**2) / (2 * steps + 1))


def _one(level: int) -> float:
    return level / 256


def _chances() -> Floats:
    """Return how often a marked cell has each level with a 0 and with a 1."""
    shares = np.array(LEVEL_SHARES) / 256
    ones = np.array([_one(level) for level in LEVELS])
    return np.column_stack([shares * (1 - ones), shares * ones]).ravel()
