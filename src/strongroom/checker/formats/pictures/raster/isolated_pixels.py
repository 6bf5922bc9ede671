"""Lone pixels that are one step off the flat area around them: a few bits strewn over a picture."""

import numpy as np
from numpy.typing import NDArray

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    invisible_step: int = threshold(
        3, "steps of 256", "judgement: isolated pixels that differ by more are drawn"
    )
    over_other_steps: int = threshold(
        3, "ratio", "judgement: other causes change a value by two steps as often as by one"
    )
    over_clusters: int = threshold(
        2, "ratio", "judgement: noise rarely leaves a changed pixel without changed neighbours"
    )


LIMITS = _Limits()


def isolated_low_bits(band: NDArray[np.uint8]) -> int:
    """Return how many pixels differ in their lowest bit alone from four neighbours that are alike.

    `band` is some rows of a channel, shape (height, width). 0 where lone pixels of other steps, or pixels one
    step off among others that differ too (soft edges, noise, JPEG), are as many in proportion.
    """
    inner = band[1:-1, 1:-1]
    left, right, above, below = band[1:-1, :-2], band[1:-1, 2:], band[:-2, 1:-1], band[2:, 1:-1]
    step = np.where(inner > left, inner - left, left - inner)
    near = (step > 0) & (step <= LIMITS.invisible_step)
    alone = near & (left == right) & (above == below) & (left == above)
    corners = band[:-2, :-2], band[:-2, 2:], band[2:, :-2], band[2:, 2:]
    alone &= np.any([corner != inner for corner in corners], axis=0)  # a chequered pattern is none
    paired = (inner ^ left) == 1
    low = int(np.count_nonzero(alone & paired))
    others = int(np.count_nonzero(alone & ~paired))
    company = int(np.count_nonzero(near & paired & ~alone))
    return low if low > max(LIMITS.over_other_steps * others, company // LIMITS.over_clusters) else 0
