"""Of what sums, means, quantiles and lines may be asked without a budget: a recorded column, and its scale.

Were any expression allowed, one could be made that is large for one person alone, and what it does to a mean
would tell about that person, however large the group. Counts may have any condition: who is counted is
audited. With differential privacy any expression may be asked, because what one person does to it is bounded.
"""

from strongroom.disclosure.query.representation import (
    Call,
    Column,
    Expression,
    Function,
    Literal,
    Measure,
    Query,
    Statistic,
)
from strongroom.errors import QueryError

_COUNTS = (Statistic.PEOPLE, Statistic.PRESENT)
_OF_ONE = (Function.LOGARITHM, Function.ROOT, Function.YEAR, Function.MONTH, Function.NEGATE)
_WITH_CONSTANT = (Function.ADD, Function.SUBTRACT, Function.MULTIPLY, Function.DIVIDE)
_HINT = "Count people with COUNT(*) FILTER (WHERE …), or give the query a budget with --epsilon."


def require_measurable(query: Query) -> None:
    """Refuse a question whose measures are of more than recorded columns of people; QueryError."""
    for measure in query.measures:
        if measure.statistic not in _COUNTS:
            measured_columns(measure)


def measured_columns(measure: Measure) -> str:
    """Return the names of the columns a measure is about, however it writes them."""
    return ",".join(_column(of, measure).name for of in measure.of)


def _column(of: Expression, measure: Measure) -> Column:
    match of:
        case Column(source=0):
            return of
        case Column():
            why = "is of events, of which one person may have many"
        case Call() if of.function in _OF_ONE:
            return _column(of.arguments[0], measure)
        case Call() if of.function in _WITH_CONSTANT and isinstance(of.arguments[1], Literal):
            return _column(of.arguments[0], measure)
        case Call() if of.function in _WITH_CONSTANT and isinstance(of.arguments[0], Literal):
            return _column(of.arguments[1], measure)
        case Literal():
            why = "is of no column"
        case _:
            why = "is of more than one recorded column and its scale"
    raise QueryError(f"'{measure.label}' {why}, and can be asked with a privacy budget only.", hint=_HINT)
