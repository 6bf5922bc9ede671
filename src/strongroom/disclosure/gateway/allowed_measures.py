"""The measures allowed without a privacy budget: of one stored column, optionally rescaled.

An arbitrary expression could be large for one person alone; its effect on a mean would then reveal that
person in any group. Counts allow any condition, because their noise covers a whole person. Differential
privacy allows any expression whose bounds are written in the query.

A linear scale is removed before summing and applied to the answer: if -bmi had its own noise, its mean and
the mean of bmi would add up to the difference of the two noises.
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
_HINT = "Count people with COUNT(*) FILTER (WHERE …), or pay from the privacy budget with --epsilon."


@dataclass(frozen=True)
class Scale:
    """From summed to reported values: `factor` times each, plus `shift`."""

    factor: float = 1.0
    shift: float = 0.0

    def then(self, factor: float = 1.0, shift: float = 0.0) -> "Scale":
        """Return this scale followed by another."""
        return Scale(self.factor * factor, self.shift * factor + shift)

    def of(self, bounds: Bounds) -> Bounds:
        """Return the bounds of reported values; a negative factor reverses them."""
        return Bounds(bounds.low * self.factor + self.shift, bounds.high * self.factor + self.shift)


def allowed_measure(measure: Measure) -> tuple[Measure, tuple[Scale, ...]]:
    """Return a measure without its scales, and the scale of each expression; QueryError if not allowed."""
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
            why = "uses events, of which one person can have many"
        case Call() if (inner := _only_argument(of)) is not None:
            _require_column(inner, measure)
            return
        case Literal():
            why = "uses no column"
        case _:
            why = "uses more than one column and its scale"
    raise QueryError(f"'{measure.label}' {why}, which needs a privacy budget.", hint=_HINT)


def _only_argument(of: Call) -> Expression | None:
    """Return the only non-constant argument of a function; None if it has several."""
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
    """Return the scale that a call applies to its argument, None if it is not linear."""
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
