"""The output policies of institutions, by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from strongroom.errors import UsageError


@dataclass(frozen=True)
class RulePolicy:
    """The thresholds of an output policy.

    Counts: at least `smallest` people, rounded to multiples of `step` (1: not rounded), with `midpoint` to
    the middle of a step, so that no count is a multiple of it; `zero` allows zeros. A category with a share
    of `one_class` of its row or column is class disclosure.

    Magnitudes fail if the `contributors` largest contribute `share` of a sum, or the rest is below `p` of the
    largest. Models need `freedom` residual degrees of freedom. Association results need `minor_alleles` minor
    alleles; more than `traits` traits per person need review.
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
            raise UsageError("smallest, step and contributors must be at least 1, and freedom at least 0.")
        if not 0 < self.share <= 1 or not 0 <= self.p < 1 or not 0 < self.one_class <= 1:
            raise UsageError("share, p and one_class must be between 0 and 1.")


# Smallest counts in people, steps in people, shares of 1: as each body publishes them, with sources in
# docs/reference/disclosure-rules.md; what a body does not publish keeps the default of RulePolicy.
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
    """Return a policy by name, or the one given; UsageError for an unknown name."""
    if isinstance(policy, RulePolicy):
        return policy
    if policy not in POLICIES:
        raise UsageError(f"there is no policy {policy!r}.", hint=f"Use one of {', '.join(POLICIES)}.")
    return POLICIES[policy]
