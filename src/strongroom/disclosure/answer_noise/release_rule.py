"""The settings of the release rule, addressed to the custodian."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from strongroom.errors import UsageError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    tail: float = threshold(
        4.0,
        "standard deviations",
        "derived: noise beyond it has probability 6e-5 (normal distribution), so that cutting it off adds "
        "under 0.1 % to what 100 numbers give away; a larger one hides more groups",
    )
    most_similar: int = threshold(
        20,
        "people",
        "derived: odd sketches of 64 bits no longer tell groups apart that differ by more (Mitzenmacher, "
        "Pagh and Pham 2014)",
    )
    outermost_below: float = threshold(0.5, "share", "derived: the two tails must not overlap")
    least_noise: float = threshold(
        1.0,
        "people",
        "derived: from there on the discrete noise of a count gives away at most 0.01 more than continuous "
        "noise does (total variation of the two distributions), which is what the budget assumes",
    )
    most_noise: float = threshold(
        100_000.0, "people", "cost: the table of a count's noise has eight times as many entries"
    )
    most_guessed: float = threshold(
        0.95, "share", "judgement: above it the budget would no longer protect anybody"
    )
    most_groups_each: int = threshold(
        50, "groups", "judgement: a person's events in more groups would need more noise than is of use"
    )


LIMITS = _Limits()
TAIL = LIMITS.tail
LEAST_NOISE = LIMITS.least_noise
MOST_SIMILAR = LIMITS.most_similar


@dataclass(frozen=True)
class ReleaseRule:
    """The protection of the query gateway's answers.

    Groups have at least `smallest` people. A count's noise has the standard deviation `noise`, unless a
    query chooses another, and counts are rounded to multiples of `step`. For sums, means and quantiles,
    values in the outer share `outermost` of a view at either end are clamped. A person's events count in at
    most `groups_each` groups. The overlap audit reports groups that differ by fewer than `similar` people
    from an earlier one.

    `guessed` bounds what all answers to one project reveal about one person: an attacker who knows
    everything except one fact about them guesses it correctly with at most this probability. `all_guessed`
    is the same bound for all projects of a cohort together.
    """

    # People, people, people, share of values, groups, people, probabilities. docs/explanation/queries.md says
    # how `noise` and `guessed` were chosen: 76 numbers of groups cost the whole budget of a project.
    smallest: int = 10
    noise: float = 35.0
    step: int = 5
    outermost: float = 0.005
    groups_each: int = 5
    similar: int = 10
    guessed: float = 0.57
    all_guessed: float = 0.75

    def __post_init__(self) -> None:
        for name in ("smallest", "similar", "step", "groups_each"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1.", hint="See docs/reference/queries.md.")
        require_noise(self.noise)
        if self.groups_each > LIMITS.most_groups_each:
            raise UsageError(f"groups_each must be at most {LIMITS.most_groups_each}.")
        if not 0 <= self.outermost < LIMITS.outermost_below:
            raise UsageError("outermost must be at least 0 and below 0.5.")
        if self.similar > MOST_SIMILAR:
            raise UsageError(
                f"similar must be at most {MOST_SIMILAR}: larger differences cannot be distinguished."
            )
        if not 0.5 <= self.guessed <= self.all_guessed <= LIMITS.most_guessed:  # noqa: PLR2004 - a coin toss
            raise UsageError(
                f"0.5 <= guessed <= all_guessed <= {LIMITS.most_guessed:g} must hold: they are probabilities "
                "of a correct guess, and 0.5 is a coin toss."
            )

    def shown_from(self, noise: float) -> int:
        """Return the smallest noisy count shown: the true one is then at least `smallest`.

        A threshold on the true count would reveal exactly which groups have one person fewer. `noise` is the
        standard deviation.
        """
        return self.smallest + most_change(noise)

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)


def most_change(noise: float) -> int:
    """Return the largest noise of a count, in people, for a standard deviation."""
    return math.ceil(TAIL * noise)


def require_noise(noise: float) -> None:
    """Raise UsageError for a standard deviation outside what the gateway can draw."""
    if not LIMITS.least_noise <= noise <= LIMITS.most_noise:
        raise UsageError(
            f"The noise must be between {LIMITS.least_noise:g} and {LIMITS.most_noise:,.0f} people."
        )


DEFAULT_RULE = ReleaseRule()
