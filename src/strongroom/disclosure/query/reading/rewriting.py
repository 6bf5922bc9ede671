"""Parts of a query by what they refer to: which tables they read, and the same part for another table."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TypeVar

from strongroom.disclosure.query.representation import (
    TRUE,
    Case,
    Column,
    Compare,
    Condition,
    EventValue,
    Every,
    Expression,
    Kind,
    Literal,
    Missing,
    Not,
    Operator,
    Some,
    Truth,
    parts_of,
)

Part = TypeVar("Part")


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """Yield the conditions that must all hold."""
    if isinstance(condition, Every):
        for each in condition.of:
            yield from conjuncts(each)
    elif condition != TRUE:
        yield condition


def both(*parts: Condition) -> Condition:
    """Return the conjunction of the parts, without those that are always true."""
    kept = [each for part in parts for each in conjuncts(part)]
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else Every(tuple(kept))


def only_where(condition: Condition, found: Expression) -> Expression:
    """Return an expression that is NULL where a condition does not hold."""
    if condition == TRUE:
        return found
    return Case(((condition, found),), Literal(None, found.kind), found.kind)


def truth_value(condition: Condition) -> Expression:
    """Return a condition as a value: true, false, or NULL where neither it nor its negation holds."""
    if isinstance(condition, Truth):
        return Literal(condition.value, Kind.BOOLEAN)
    yes, no = Literal(value=True, kind=Kind.BOOLEAN), Literal(value=False, kind=Kind.BOOLEAN)
    return Case(((condition, yes), (Not(condition), no)), Literal(None, Kind.BOOLEAN), Kind.BOOLEAN)


def as_number(found: Expression) -> Expression:
    """Return a boolean as 1, 0 or NULL; any other expression unchanged."""
    if found.kind is not Kind.BOOLEAN:
        return found
    if isinstance(found, Literal):
        value = None if found.value is None else int(bool(found.value))
        return Literal(value, Kind.NUMBER)
    if isinstance(found, Case):
        branches = tuple((test, as_number(value)) for test, value in found.branches)
        return Case(branches, as_number(found.otherwise), Kind.NUMBER)
    return as_number(truth_value(is_true(found)))


def is_true(found: Expression) -> Condition:
    """Return the condition that a boolean is true."""
    return Compare(Operator.EQUAL, found, Literal(value=True, kind=Kind.BOOLEAN))


def sources_of(part: object) -> set[int]:
    """Return the source numbers whose columns a part reads, without those of its own sub-queries."""
    found: set[int] = set()
    own: set[int] = set()
    waiting = [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Column):
            found.add(each.source)
        if isinstance(each, EventValue):
            own.add(each.source)
        waiting.extend(parts_of(each))
    return found - own


def renumbered(part: Part, old: int, new: int) -> Part:
    """Return a part with the columns of one source as those of another."""
    return _renumbered(part, old, new)  # type: ignore[return-value]


def _renumbered(part: object, old: int, new: int) -> object:
    if isinstance(part, Column):
        return Column(new, part.name, part.kind) if part.source == old else part
    if isinstance(part, tuple):
        return tuple(_renumbered(each, old, new) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        values = {each.name: _renumbered(getattr(part, each.name), old, new) for each in fields(part)}
        return type(part)(**values)
    return part


def ones_of(found: Expression) -> Condition | None:
    """Return when a CASE of 1, 0 and NULL is 1, or None for any other expression."""
    if not isinstance(found, Case):
        return None
    results = [value for _, value in found.branches] + [found.otherwise]
    if not all(isinstance(each, Literal) and each.value in (0, 1, None) for each in results):
        return None
    found_one: list[Condition] = []
    before: list[Condition] = []
    for test, value in found.branches:
        if isinstance(value, Literal) and value.value == 1:
            found_one.append(both(*(Not(known(each)) for each in before), test))
        else:
            before.append(test)
    if isinstance(found.otherwise, Literal) and found.otherwise.value == 1:
        tests = [test for test, _ in found.branches]
        found_one.append(both(*(Not(known(each)) for each in tests)))
    if not found_one:
        return Truth(value=False)
    return found_one[0] if len(found_one) == 1 else Some(tuple(found_one))


def known(condition: Condition) -> Condition:
    """Return a condition that is false where another is NULL."""
    one = Literal(1, Kind.NUMBER)
    return Not(Missing(Case(((condition, one),), Literal(None, Kind.NUMBER), Kind.NUMBER)))
