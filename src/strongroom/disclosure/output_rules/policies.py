"""What institutions let out, by name: settings of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from strongroom.errors import UsageError


@dataclass(frozen=True)
class RulePolicy:
    """What may be shown.

    Counts: from `smallest` people on, rounded to multiples of `step` (1: not at all), with `midpoint` to the
    middle of a step, so that no count is a multiple of it; `zero` says whether a count of nobody may be
    shown. Where one category has `one_class` of a row's or column's people, all there are known to be in it.

    Magnitudes: refused where the `contributors` largest make up `share` of a sum, or where the rest is less
    than `p` of the largest. Models: from `freedom` residual degrees of freedom on. Association results: from
    `minor_alleles` rarer alleles on; more than `traits` traits for each person are looked at.
    """

    smallest: int
    step: int = 1
    zero: bool = True
    midpoint: bool = False
    one_class: float = 1.0
    freedom: int = 10
    contributors: int = 2
    share: float = 0.9
    p: float = 0.1
    minor_alleles: int = 20
    traits: float = 0.16

    def __post_init__(self) -> None:
        if self.smallest < 1 or self.step < 1 or self.contributors < 1 or self.freedom < 0:
            raise UsageError("a policy counts people, steps and contributors from 1, and freedom from 0.")
        if not 0 < self.share <= 1 or not 0 <= self.p < 1 or not 0 < self.one_class <= 1:
            raise UsageError("share, p and one_class are parts of 1.")


POLICIES: Mapping[str, RulePolicy] = {
    "uk-biobank": RulePolicy(smallest=5),
    "opensafely": RulePolicy(smallest=8, step=5),
    "opensafely-midpoint": RulePolicy(smallest=1, step=6, midpoint=True),
    "ons": RulePolicy(smallest=10),
    "abs": RulePolicy(smallest=10, zero=False),
    "all-of-us": RulePolicy(smallest=21),
    "acro": RulePolicy(smallest=10, zero=False),
    "essnet": RulePolicy(smallest=10, one_class=0.9, contributors=1, share=0.5),
}


def policy_of(policy: str | RulePolicy) -> RulePolicy:
    """Return a policy by name, or the one given; UsageError for a name there is none by."""
    if isinstance(policy, RulePolicy):
        return policy
    if policy not in POLICIES:
        raise UsageError(f"there is no policy {policy!r}.", hint=f"Known are {', '.join(POLICIES)}.")
    return POLICIES[policy]
