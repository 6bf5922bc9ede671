"""The cost of a query: the number of noisy numbers that one person contributes to."""

from strongroom.disclosure.gateway.allowed_measures import allowed_measure
from strongroom.disclosure.query.emitting.sums import SUMS
from strongroom.disclosure.query.representation import Query, Statistic
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    groups_each: int = threshold(
        3,
        "groups",
        "judgement: events put a person in several groups; one would understate what they contribute, and "
        "the true number would depend on the data",
    )


LIMITS = _Limits()


def cost(query: Query) -> int:
    """Return the number of noisy numbers one person contributes to; QueryError for a measure not allowed.

    The number of people costs 1, selected or not. A mean costs 2 more (the people with a value, and their
    sum), a variance also the sum of squares, a regression five sums. Numbers that several measures share cost
    once. With events a person can be in several groups, which counts as three.
    """
    numbers: set[object] = {Statistic.PEOPLE}
    for each in query.measures:
        measure, _ = allowed_measure(each)
        if measure.statistic in SUMS:
            numbers |= {(name, measure.of) for name in SUMS[measure.statistic]}
        elif measure.statistic is not Statistic.PEOPLE:
            numbers.add((measure.statistic, measure.of))
    return len(numbers) * (LIMITS.groups_each if query.about_events and query.keys else 1)
