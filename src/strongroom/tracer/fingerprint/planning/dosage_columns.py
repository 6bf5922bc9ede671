"""Planning marks of allele dosages: shifts of a hundredth, where they are uncertain, on their own grid."""

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold
from strongroom.tracer.fingerprint.dosages import uncertain
from strongroom.tracer.fingerprint.planning.number_columns import grid_of
from strongroom.tracer.fingerprint.rules import DOSAGE, MarkRule

Floats = NDArray[np.float64]
Counts = NDArray[np.integer]


class _Limits(Thresholds):
    """The numbers this module decides by."""

    move: float = threshold(
        0.01, "alleles", "judgement: a hundredth is far below the uncertainty of imputed dosages"
    )
    most_move: float = threshold(0.02, "alleles", "judgement: coarser grids would flip or lose hard calls")
    grid_share: float = threshold(
        0.99, "share of people", "judgement: a few values off the grid are errors of files"
    )
    rounding: float = threshold(
        0.6,
        "units of the last decimal",
        "derived: rounding moves a value by half a unit; a tenth more for doubles",
    )
    least_density: float = threshold(
        0.002, "share of cells", "judgement: sparser marks name nobody: 85 cells are needed"
    )


LIMITS = _Limits()

_EIGHT_BITS = 1 / 255  # fixed: alleles; BGEN 1.2 with 8 bits, as in UK Biobank's files
_HIGHEST = 2.0  # fixed: a diploid genotype has at most two copies of an allele


def dosage_rule(name: str, distinct: Floats, counts: Counts, *, strength: float, decimals: int) -> MarkRule:
    """Return the rule for dosages, ascending, with the number of people who have each.

    `strength` is the root mean square of the changes as a share of the SD; `decimals` is the number they are
    written with, 0 if unknown.
    """
    if len(distinct) == 0 or distinct[0] < 0 or distinct[-1] > _HIGHEST:
        return MarkRule(name, reason="not dosages: values outside 0 to 2")
    step = _grid(distinct, counts, decimals)
    reach = max(1, round(LIMITS.move / step)) * step if step else LIMITS.move
    if reach > LIMITS.most_move:
        return MarkRule(name, step, reason="hard calls or too coarse: a mark would change a call")
    weights = counts / counts.sum()
    share = float(weights[uncertain(distinct, reach)].sum())
    spread = float(np.sqrt(weights @ (distinct - weights @ distinct) ** 2))
    density = min(1.0, (strength * spread / reach) ** 2 / share) if share > 0 else 0.0
    if density < LIMITS.least_density:
        return MarkRule(name, step, reason="too few uncertain dosages")
    return MarkRule(name, step, reach, density, 0.0, _HIGHEST, form=DOSAGE, decimals=float(decimals))


def _grid(distinct: Floats, counts: Counts, decimals: int) -> float:
    """Return the grid step of dosages: eight bits, or a decimal one; 0 for none."""
    # Written with few decimals, multiples of 1/255 are off by half a digit.
    tolerance = LIMITS.rounding * 10.0**-decimals if decimals else 1e-6
    off = np.abs(distinct - np.rint(distinct / _EIGHT_BITS) * _EIGHT_BITS)
    if tolerance < _EIGHT_BITS / 4 and counts[off <= tolerance].sum() >= LIMITS.grid_share * counts.sum():
        return _EIGHT_BITS
    return grid_of(distinct, counts) if decimals else 0.0
