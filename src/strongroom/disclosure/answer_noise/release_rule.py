"""The settings of the release rule, addressed to the custodian."""

from dataclasses import asdict, dataclass
from typing import Any

from strongroom.errors import UsageError

MOST_SIMILAR = 20
_HALF = 0.5


@dataclass(frozen=True)
class ReleaseRule:
    """What is shown of a group of people.

    A group is shown from `smallest` people on. Counts are changed by at most `most_change`, with variance
    `variance`, and rounded to multiples of `step`. Of sums, means and quantiles the part `outermost` of a
    view's values at either end counts as the nearest value inside. After `most_queries` numbers about
    groups, or `most_refusals` groups that differ by fewer than `similar` people from an earlier one, a
    person has to look.

    Variance and `most_queries` belong together. Who knows everything of everybody but one bit of one person
    guesses it from m numbers with probability P(Z < sqrt(m / (4 (variance + step^2 / 12)))): 0.60 here.
    """

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
            raise UsageError("no setting of the release rule is below 0.")
        if not 0 <= self.outermost < _HALF:
            raise UsageError("outermost is a part below a half.")
        if self.similar > MOST_SIMILAR:
            raise UsageError(f"similar is at most {MOST_SIMILAR}: larger differences are not told apart.")

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
