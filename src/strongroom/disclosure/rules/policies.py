"""The thresholds that institutions publish, by name."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CountPolicy:
    """The smallest count of people that may be shown, and what counts are rounded to (1: not at all).

    `zero` says whether a count of nobody may be shown; `midpoint` whether rounding is to the middle of a
    step, so that no count is a multiple of it.
    """

    smallest: int
    step: int = 1
    zero: bool = True
    midpoint: bool = False


POLICIES: Mapping[str, CountPolicy] = {
    "uk-biobank": CountPolicy(smallest=5),
    "opensafely": CountPolicy(smallest=8, step=5),
    "opensafely-midpoint": CountPolicy(smallest=1, step=6, midpoint=True),
    "ons": CountPolicy(smallest=10),
    "abs": CountPolicy(smallest=10, zero=False),
    "all-of-us": CountPolicy(smallest=21),
}
