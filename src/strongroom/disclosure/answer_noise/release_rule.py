"""The settings of the release rule, addressed to the custodian."""

from dataclasses import asdict, dataclass
from typing import Any

from strongroom.errors import UsageError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_similar: int = threshold(
        20,
        "people",
        "derived: odd sketches of 64 bits no longer tell groups apart that differ by more (Mitzenmacher, "
        "Pagh and Pham 2014)",
    )
    outermost_below: float = threshold(0.5, "share", "derived: the two tails must not overlap")


LIMITS = _Limits()
MOST_SIMILAR = LIMITS.most_similar


@dataclass(frozen=True)
class ReleaseRule:
    """The protection of the query gateway's answers.

    Groups have at least `smallest` people. Counts get noise of at most `most_change` with variance `variance`
    and are rounded to multiples of `step`. For sums, means and quantiles, values in the outer share
    `outermost` of a view at either end are clamped. After `most_queries` noisy numbers, or `most_refusals`
    groups that differ by fewer than `similar` people from an earlier one, the project needs a manual review.

    `variance` and `most_queries` belong together. An attacker who knows everything but one bit of one person
    guesses it from m numbers with probability P(Z < sqrt(m / (4 (variance + step^2 / 12)))): 0.60 here.
    """

    # People, people, people squared, people, share of values, people, numbers, groups. Derived from the bound
    # above for 0.60, and measured by `strongroom cohort redteam`; docs/explanation/queries.md says why.
    smallest: int = 10
    most_change: int = 30
    variance: float = 100.0
    step: int = 5
    outermost: float = 0.005
    similar: int = 10
    most_queries: int = 25
    most_refusals: int = 20

    def __post_init__(self) -> None:
        for name in ("smallest", "similar", "step", "most_queries"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1.", hint="See docs/reference/queries.md.")
        if self.most_change < 0 or self.variance < 0 or self.most_refusals < 0:
            raise UsageError("settings of the release rule must be at least 0.")
        if not 0 <= self.outermost < LIMITS.outermost_below:
            raise UsageError("outermost must be at least 0 and below 0.5.")
        if self.similar > MOST_SIMILAR:
            raise UsageError(
                f"similar must be at most {MOST_SIMILAR}: larger differences cannot be distinguished."
            )

    @property
    def shown_from(self) -> int:
        """The smallest noisy count shown: the true count is then at least `smallest`, whatever the noise.

        A threshold on the true count would reveal exactly which groups have one person fewer.
        """
        return self.smallest + self.most_change

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)


DEFAULT_RULE = ReleaseRule()
