"""Isolated pixels one step off the uniform area around them: a few bits scattered over a picture."""

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
    """Return how many pixels differ only in their lowest bit from four equal neighbours.

    `band` is some rows of a channel, shape (height, width). 0 if isolated pixels with other differences, or
    pixels in areas that vary anyway (soft edges, sensor noise, JPEG), explain them.
    """
    inner = band[1:-1, 1:-1]
    left, right, above, below = band[1:-1, :-2], band[1:-1, 2:], band[:-2, 1:-1], band[2:, 1:-1]
    step = np.where(inner > left, inner - left, left - inner)
    near = (step > 0) & (step <= LIMITS.invisible_step)
    alone = near & (left == right) & (above == below) & (left == above)
    corners = band[:-2, :-2], band[:-2, 2:], band[2:, :-2], band[2:, 2:]
    alone &= np.any([corner != inner for corner in corners], axis=0)  # not a chequered pattern
    paired = (inner ^ left) == 1
    low = int(np.count_nonzero(alone & paired))
    others = int(np.count_nonzero(alone & ~paired))
    company = int(np.count_nonzero(near & paired & ~alone))
    return low if low > max(LIMITS.over_other_steps * others, company // LIMITS.over_clusters) else 0
