"""What a group is called, so that it gets the same noise whenever it is asked for.

Noise drawn from who is in a group would tell whether two groups are the same people, and so whether somebody
is ill: the ill of a family, and its ill but for one, have equal answers or they have not. What a group is
called the researcher knows anyway. Conditions are put in order first, so that one group in the same words
has one name, whether it was chosen by WHERE, FILTER or GROUP BY; in other words it is one more to pay for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from strongroom.disclosure.query.representation import (
    TRUE,
    Case,
    Compare,
    Condition,
    Every,
    Expression,
    Key,
    Literal,
    Measure,
    Missing,
    Not,
    Operator,
    Query,
    Some,
)


def descriptions(
    query: Query, groups: Sequence[tuple[Any, ...]], counted: Measure | None = None
) -> list[str]:
    """Return a name for each group, given by its key values; of those with a value where one is `counted`."""
    common = [_written(each) for each in _parts(query.where)]
    common += [_written(each) for each in query.sources[1:]]
    if counted is not None:
        common += [_written(each) for each in _present(counted.of[0])]
    named = ([_written(_is(key, value)) for key, value in _pairs(query, group)] for group in groups)
    return [" & ".join(sorted({*common, *own})) for own in named]


def _pairs(query: Query, group: tuple[Any, ...]) -> Iterator[tuple[Key, Any]]:
    return zip(query.keys, group, strict=True)


def _is(key: Key, value: Any) -> Condition:
    if value is None:
        return Missing(key.of)
    return Compare(Operator.EQUAL, key.of, Literal(value, key.of.kind))


def _present(of: Expression) -> Iterator[Condition]:
    """Yield what must hold for a value to be there."""
    if isinstance(of, Case) and len(of.branches) == 1 and _is_nothing(of.otherwise):
        ((condition, value),) = of.branches
        yield from _parts(condition)
        yield from _present(value)
    elif not isinstance(of, Literal):
        yield Not(Missing(of))


def _is_nothing(of: Expression) -> bool:
    return isinstance(of, Literal) and of.value is None


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Every):
        for each in condition.of:
            yield from _parts(each)
    elif condition != TRUE:
        yield condition


def _written(part: Any) -> str:
    if isinstance(part, Every | Some):
        sign = " & " if isinstance(part, Every) else " | "
        return f"({sign.join(sorted({_written(each) for each in part.of}))})"
    if isinstance(part, int | float) and not isinstance(part, bool):
        return repr(float(part))
    if isinstance(part, tuple):
        return f"[{', '.join(_written(each) for each in part)}]"
    if is_dataclass(part):
        inside = ", ".join(_written(getattr(part, each.name)) for each in fields(part))
        return f"{type(part).__name__}({inside})"
    return repr(part)
