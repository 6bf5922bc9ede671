"""The settings of the release rule, addressed to the custodian."""

from dataclasses import asdict, dataclass
from typing import Any

from strongroom.errors import UsageError


@dataclass(frozen=True)
class ReleaseRule:
    """What is shown of a group of people.

    A group is shown from `smallest` people on. Counts are changed by at most `most_change`, with variance
    `variance`, and rounded to multiples of `step`. A sum or mean is not shown where the `contributors`
    largest values make up `share` of it, or where the second could tell the largest to within `p`. After
    `most_queries` sets of people were asked about, or `most_refusals` that differ by fewer than `similar`
    people from an earlier one, a person has to look.

    Variance and `most_queries` belong together. Who knows everything of everybody but one bit of one person
    guesses it from m sets with probability P(Z < sqrt(m / (4 (variance + step^2 / 12)))): 0.60 here.
    """

    smallest: int = 10
    most_change: int = 30
    variance: float = 100.0
    step: int = 5
    contributors: int = 2
    share: float = 0.9
    p: float = 0.1
    similar: int = 10
    most_queries: int = 25
    most_refusals: int = 20

    def __post_init__(self) -> None:
        for name in ("smallest", "similar", "step", "most_queries", "contributors"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1.", hint="See docs/reference/release-rule.md.")
        if self.most_change < 0 or self.variance < 0 or self.most_refusals < 0:
            raise UsageError("no setting of the release rule is below 0.")
        if not 0 < self.share <= 1 or not 0 <= self.p < 1:
            raise UsageError("share and p are parts of 1.")

    @property
    def shown_from(self) -> int:
        """From which changed count on a group is shown: then it has `smallest` people however it was changed.

        Deciding by the true count would tell exactly which groups have one person fewer.
        """
        return self.smallest + self.most_change

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)


DEFAULT_RULE = ReleaseRule()
