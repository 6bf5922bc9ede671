"""Names for groups: the same group gets the same name, and so the same noise, in every query.

Noise drawn from the people in a group would reveal whether two groups have the same people, and so whether
somebody is ill: the ill people of a family, with and without one member, would have equal answers or not. The
name of a group is known to the researcher anyway. Conditions are sorted first, so that a group defined by the
same conditions has one name, whether WHERE, FILTER or GROUP BY defines it; with other conditions for the same
group, the project pays again.

A name is built from the class and field names in query/representation.py.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from strongroom.disclosure.query.emitting import DUCKDB
from strongroom.disclosure.query.emitting.person_limits import counts_in_several_groups, kept_rows
from strongroom.disclosure.query.emitting.values import LIMITS as VALUES
from strongroom.disclosure.query.representation import (
    TRUE,
    Case,
    Compare,
    Condition,
    Every,
    Expression,
    Kind,
    Literal,
    Missing,
    Not,
    OneOf,
    Operator,
    Query,
    Some,
    Source,
)


def descriptions(
    query: Query, groups: Sequence[tuple[Any, ...]], having: Sequence[Expression] = ()
) -> list[str]:
    """Return a name for each group, given its key values; with `having`, for its people with those values."""
    common = frozenset(written(each) for each in conditions_of(query, having))
    keys = [(key.of.kind, written(key.of)) for key in query.keys]
    known: dict[tuple[int, type, Any], str] = {}

    def of_key(place: int, value: Any) -> str:
        at = (place, type(value), value)
        if at not in known:
            known[at] = _is(*keys[place], value)
        return known[at]

    named = ([of_key(place, value) for place, value in enumerate(group)] for group in groups)
    return [" & ".join(sorted(common.union(own))) for own in named]


def limits_name(query: Query, groups_each: int) -> str:
    """Return a name for how the limits on one person's events cut a query's groups; "" if they cannot.

    Which groups and rows a person keeps depends on the whole query. Two queries that cut the same group in
    different ways must have different noise: with the same, their difference would be exact.
    """
    parts = kept_rows(query, "", DUCKDB)[1]
    if counts_in_several_groups(query):
        keys = tuple(key.of for key in query.keys)
        parts = [*parts, f"{groups_each}", written((query.where, query.sources, keys))]
    return hashlib.sha256("|".join(parts).encode()).hexdigest() if parts else ""


def conditions_of(query: Query, having: Sequence[Expression] = ()) -> list[Condition | Source]:
    """Return what everybody in a query's groups has in common: its conditions, and rows in joined tables."""
    present = [each for of in having for each in _present(of)]
    return [*_parts(query.where), *query.sources[1:], *present]


def _is(kind: Kind, of: str, value: Any) -> str:
    """Return the text that `written` gives for a key with a value, with the key `of` written once for all."""
    if value is None:
        return f"{Missing.__name__}({of})"
    return f"{Compare.__name__}({Operator.EQUAL!r}, {of}, {written(Literal(value, kind))})"


def _present(of: Expression) -> Iterator[Condition]:
    """Yield the conditions for a value not to be NULL."""
    if isinstance(of, Case) and len(of.branches) == 1 and _is_null(of.otherwise):
        ((condition, value),) = of.branches
        yield from _parts(condition)
        yield from _present(value)
    elif not (isinstance(of, Literal) and _is_counted(of)):
        yield Not(Missing(of))


def _is_counted(of: Literal) -> bool:
    """Tell whether a constant is a value: NULL is not, nor is a number too large to add up."""
    too_large = isinstance(of.value, int | float) and abs(of.value) >= VALUES.largest
    return not _is_null(of) and not too_large


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
    if isinstance(part, OneOf):
        values = sorted({written(each.value) for each in part.values})
        return f"{written(part.of)} in [{', '.join(values)}]"
    if isinstance(part, int | float) and not isinstance(part, bool):
        return repr(float(part))
    if isinstance(part, tuple):
        return f"[{', '.join(written(each) for each in part)}]"
    if hasattr(part, "__dataclass_fields__"):
        inside = ", ".join(written(getattr(part, name)) for name in part.__dataclass_fields__)
        return f"{type(part).__name__}({inside})"
    return repr(part)
