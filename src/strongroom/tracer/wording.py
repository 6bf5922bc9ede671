"""How a trace writes probabilities for people to read."""

import math

from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    smallest_log10: float = threshold(
        -12.0,
        "log10 of a probability",
        "judgement: below one in 10^12 a stolen copy or an error in the register is far likelier than chance",
    )
    digits: int = threshold(
        2, "significant digits", "judgement: the bounds are upper limits; more digits would suggest precision"
    )


LIMITS = _Limits()


def at_most(log10: float) -> str:
    """Write a probability that has 10^`log10` for its upper bound, such as "at most 1 in 24,000"."""
    if log10 < LIMITS.smallest_log10:
        return f"less than 1 in 10^{-LIMITS.smallest_log10:.0f}"
    # Rounded down, so that the probability is never understated; a bound of 1 stays 1.
    times = 10.0 ** -min(log10, 0.0)
    unit = 10.0 ** max(math.floor(math.log10(times) + 1e-9) - LIMITS.digits + 1, 0)
    return f"at most 1 in {math.floor(times / unit + 1e-9) * unit:,.0f}"
