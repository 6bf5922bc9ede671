"""The confidence interval of a share counted in a sample."""

from math import sqrt

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    z95: float = threshold(
        1.959964, "standard deviations", "derived: the 97.5 % quantile of the normal distribution"
    )


LIMITS = _Limits()


def wilson(hits: int, tries: int) -> tuple[float, float, float]:
    """Return a share with its 95 % interval (Wilson 1927); without tries, 0 with the interval 0 to 1."""
    if not tries:
        return 0.0, 0.0, 1.0
    share, z2 = hits / tries, LIMITS.z95**2
    middle = (share + z2 / (2 * tries)) / (1 + z2 / tries)
    half = LIMITS.z95 * sqrt(share * (1 - share) / tries + z2 / (4 * tries**2)) / (1 + z2 / tries)
    return share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
