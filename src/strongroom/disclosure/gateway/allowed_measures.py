"""Of what sums, means, quantiles and lines may be asked without a budget: a recorded column, and its scale.

Were any expression allowed, one could be made that is large for one person alone, and what it does to a mean
would tell about that person, however large the group. Counts may have any condition: the change of a count is
large enough for any. With differential privacy any expression may be asked, because its bounds are written.

Scale is taken off before anything is summed, and put back on the answer: were -bmi changed by itself, its
mean and that of bmi would add up to what one of them was changed by.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.representation import (
    Call,
    Column,
    Expression,
    Function,
    Literal,
    Measure,
    Statistic,
)
from strongroom.errors import QueryError

_COUNTS = (Statistic.PEOPLE, Statistic.PRESENT)
_OF_ONE = (Function.LOGARITHM, Function.ROOT, Function.YEAR, Function.MONTH, Function.NEGATE)
_WITH_CONSTANT = (Function.ADD, Function.SUBTRACT, Function.MULTIPLY, Function.DIVIDE)
_HINT = "Count people with COUNT(*) FILTER (WHERE …), or give the query a budget with --epsilon."


@dataclass(frozen=True)
class Scale:
    """How shown values are made of summed ones: `factor` times each, plus `shift`."""

    factor: float = 1.0
    shift: float = 0.0

    def then(self, factor: float = 1.0, shift: float = 0.0) -> "Scale":
        """Return this scale and another after it."""
        return Scale(self.factor * factor, self.shift * factor + shift)

    def of(self, bounds: Bounds) -> Bounds:
        """Return the bounds of shown values; those of a negative factor are the wrong way round."""
        return Bounds(bounds.low * self.factor + self.shift, bounds.high * self.factor + self.shift)


def measurable(measure: Measure) -> tuple[Measure, tuple[Scale, ...]]:
    """Return a measure with its scales taken off, one an expression; QueryError if it may not be asked."""
    if measure.statistic in _COUNTS:
        return measure, ()
    for of in measure.of:
        _require_column(of, measure)
    if measure.statistic is Statistic.DISTINCT:
        return measure, ()
    found = [_unscaled(of) for of in measure.of]
    return replace(measure, of=tuple(of for of, _ in found)), tuple(scale for _, scale in found)


def _require_column(of: Expression, measure: Measure) -> None:
    match of:
        case Column(source=0):
            return
        case Column():
            why = "is of events, of which one person may have many"
        case Call() if (inner := _only_argument(of)) is not None:
            _require_column(inner, measure)
            return
        case Literal():
            why = "is of no column"
        case _:
            why = "is of more than one recorded column and its scale"
    raise QueryError(f"'{measure.label}' {why}, and can be asked with a privacy budget only.", hint=_HINT)


def _only_argument(of: Call) -> Expression | None:
    """Return what a function of one value is of, constants left out; None for other functions."""
    if of.function in _OF_ONE:
        return of.arguments[0]
    others = [each for each in of.arguments if not isinstance(each, Literal)]
    return others[0] if of.function in _WITH_CONSTANT and len(others) == 1 else None


def _unscaled(of: Expression) -> tuple[Expression, Scale]:
    if not isinstance(of, Call):
        return of, Scale()
    inner = _only_argument(of)
    step = _step(of.function, of.arguments)
    if inner is None or step is None:
        return of, Scale()
    base, scale = _unscaled(inner)
    return base, scale.then(step.factor, step.shift)


def _step(function: Function, arguments: Sequence[Expression]) -> Scale | None:
    """Return the scale that a call puts on its one argument, None where it bends it."""
    if function is Function.NEGATE:
        return Scale(-1.0)
    constants = [each.value for each in arguments if isinstance(each, Literal)]
    if len(constants) != 1 or isinstance(constants[0], bool) or not isinstance(constants[0], int | float):
        return None
    value, first = float(constants[0]), isinstance(arguments[0], Literal)
    if function is Function.DIVIDE:
        return None if first or value == 0 else Scale(1 / value)
    return {
        Function.ADD: Scale(1.0, value),
        Function.SUBTRACT: Scale(-1.0, value) if first else Scale(1.0, -value),
        Function.MULTIPLY: Scale(value) if value != 0 else None,
    }.get(function)
