"""Planning how dosages of an allele move: by a hundredth, where they are uncertain, on their own grid."""

import numpy as np
from numpy.typing import NDArray

from strongroom.tracer.fingerprint.dosages import uncertain
from strongroom.tracer.fingerprint.planning.number_columns import grid_of
from strongroom.tracer.fingerprint.rules import DOSAGE, MarkRule

Floats = NDArray[np.float64]
Counts = NDArray[np.integer]

_MOVE = 0.01
_MOST_MOVE = 0.02
# Probabilities in 8 bits, as in UK Biobank's BGEN files.
_EIGHT_BITS = 1 / 255
_ON_GRID, _OFF = 0.99, 0.6
_HIGHEST = 2.0
_LEAST_DENSITY = 0.002


def dosage_rule(name: str, distinct: Floats, counts: Counts, *, strength: float, decimals: int) -> MarkRule:
    """Return the rule for dosages, ascending, and how many people have each.

    `strength` is the root mean square of the nudges as a share of the SD, `decimals` with how many they are
    written, 0 for more than are known.
    """
    if len(distinct) == 0 or distinct[0] < 0 or distinct[-1] > _HIGHEST:
        return MarkRule(name, reason="no dosages: they lie outside 0 to 2")
    step = _grid(distinct, counts, decimals)
    reach = max(1, round(_MOVE / step)) * step if step else _MOVE
    if reach > _MOST_MOVE:
        return MarkRule(name, step, reason="hard calls, or too coarse: none is flipped")
    weights = counts / counts.sum()
    share = float(weights[uncertain(distinct, reach)].sum())
    spread = float(np.sqrt(weights @ (distinct - weights @ distinct) ** 2))
    density = min(1.0, (strength * spread / reach) ** 2 / share) if share > 0 else 0.0
    if density < _LEAST_DENSITY:
        return MarkRule(name, step, reason="hardly a dosage is uncertain, or too few for the strength")
    return MarkRule(name, step, reach, density, 0.0, _HIGHEST, form=DOSAGE, decimals=float(decimals))


def _grid(distinct: Floats, counts: Counts, decimals: int) -> float:
    """Return the step dosages stand on: eight bits, or a decimal one; 0 for none."""
    # Written with few decimals, multiples of 1/255 are off by half a digit.
    tolerance = _OFF * 10.0**-decimals if decimals else 1e-6
    off = np.abs(distinct - np.rint(distinct / _EIGHT_BITS) * _EIGHT_BITS)
    if tolerance < _EIGHT_BITS / 4 and counts[off <= tolerance].sum() >= _ON_GRID * counts.sum():
        return _EIGHT_BITS
    return grid_of(distinct, counts) if decimals else 0.0
