"""Names for groups: the same group gets the same name, and so the same noise, in every query.

Noise drawn from the people in a group would reveal whether two groups have the same people, and so whether
somebody is ill: the ill people of a family, with and without one member, would have equal answers or not. The
name of a group is known to the researcher anyway. Conditions are sorted first, so that a group defined by the
same conditions has one name, whether WHERE, FILTER or GROUP BY defines it; with other conditions for the same
group, the project pays again.

A name is built from the class and field names in query/representation.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
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
    Missing,
    Not,
    Operator,
    Query,
    Some,
    Source,
)


def descriptions(
    query: Query, groups: Sequence[tuple[Any, ...]], having: Sequence[Expression] = ()
) -> list[str]:
    """Return a name for each group, given its key values; with `having`, for its people with those values."""
    common = _common(query.where, query.sources[1:], tuple(having))
    each = lru_cache(None, typed=True)(lambda place, value: written(_is(query.keys[place], value)))
    named = ([each(place, value) for place, value in enumerate(group)] for group in groups)
    return [" & ".join(sorted(common.union(own))) for own in named]


@lru_cache(2_048)
def _common(where: Condition, sources: tuple[Source, ...], having: tuple[Expression, ...]) -> frozenset[str]:
    parts = [*_parts(where), *sources, *(each for of in having for each in _present(of))]
    return frozenset(written(each) for each in parts)


def _is(key: Key, value: Any) -> Condition:
    if value is None:
        return Missing(key.of)
    return Compare(Operator.EQUAL, key.of, Literal(value, key.of.kind))


def _present(of: Expression) -> Iterator[Condition]:
    """Yield the conditions for a value not to be NULL."""
    if isinstance(of, Case) and len(of.branches) == 1 and _is_null(of.otherwise):
        ((condition, value),) = of.branches
        yield from _parts(condition)
        yield from _present(value)
    elif not isinstance(of, Literal):
        yield Not(Missing(of))


def _is_null(of: Expression) -> bool:
    return isinstance(of, Literal) and of.value is None


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Every):
        for each in condition.of:
            yield from _parts(each)
    elif condition != TRUE:
        yield condition


def written(part: Any) -> str:
    """Return a part of a query as text, independent of the order of conditions."""
    if isinstance(part, Every | Some):
        sign = " & " if isinstance(part, Every) else " | "
        return f"({sign.join(sorted({written(each) for each in part.of}))})"
    if isinstance(part, int | float) and not isinstance(part, bool):
        return repr(float(part))
    if isinstance(part, tuple):
        return f"[{', '.join(written(each) for each in part)}]"
    if is_dataclass(part):
        inside = ", ".join(written(getattr(part, each.name)) for each in fields(part))
        return f"{type(part).__name__}({inside})"
    return repr(part)
