"""The statements of a private answer, with a bounded contribution of each person."""

from strongroom.disclosure.differential_privacy.plan import PrivatePlan
from strongroom.disclosure.query.emitting import Dialect, Emitted, How, PersonLimits, emit
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    bins: int = threshold(
        128,
        "bins",
        "judgement: quantiles are accurate to 1/256 of the range; with more bins the noise of their "
        "cumulative sum dominates",
    )


LIMITS = _Limits()
BINS = LIMITS.bins


def sums_statement(plan: PrivatePlan, dialect: Dialect, *, salt: str = "") -> str:
    """Return the statement that gives k0…, people, and each measure's sums `m{i}_{sum}` as integers.

    The secret `salt` chooses in which groups a person counts who is in more than `plan.groups_each`.
    """
    return _emitted(plan, dialect, salt).cells


def bins_statement(plan: PrivatePlan, place: int, dialect: Dialect, *, salt: str = "") -> str:
    """Return the statement that gives k0…, bin, people: the histogram of a measure's values."""
    return _emitted(plan, dialect, salt).distributions[place]


def _emitted(plan: PrivatePlan, dialect: Dialect, salt: str) -> Emitted:
    bounds = {place: each.bounds for place, each in enumerate(plan.measures) if each.bounds}
    how = How(PersonLimits(plan.groups_each, salt), sketches=False, bins=BINS)
    return emit(plan.query, dialect, bounds, how)
