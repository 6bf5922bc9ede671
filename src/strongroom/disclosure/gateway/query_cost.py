"""What a question costs: how many changed numbers about one person it shows."""

from strongroom.disclosure.gateway.allowed_measures import measurable
from strongroom.disclosure.query.emitting.sums import SUMS
from strongroom.disclosure.query.representation import Query, Statistic

_GROUPS_EACH = 3


def cost(query: Query) -> int:
    """Return how many changed numbers one person has a part in; QueryError for what may not be asked.

    The number of people is one, shown or not. A mean needs one more of those who have a value and one of
    their sum, a spread the sum of squares as well, a line five sums. Numbers that several measures need are
    counted once. Events put a person in several groups; that is taken for three.
    """
    shown: set[object] = {Statistic.PEOPLE}
    for each in query.measures:
        measure, _ = measurable(each)
        if measure.statistic in SUMS:
            shown |= {(name, measure.of) for name in SUMS[measure.statistic]}
        elif measure.statistic is not Statistic.PEOPLE:
            shown.add((measure.statistic, measure.of))
    return len(shown) * (_GROUPS_EACH if query.about_events and query.keys else 1)
