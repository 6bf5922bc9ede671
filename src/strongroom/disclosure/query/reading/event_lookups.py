"""Sub-queries over a person's events, in a condition or as a value: EXISTS, COUNT, MIN, MAX, AVG.

A sub-query needs no join condition: it always covers the events of the row's person.
"""

from sqlglot import exp

from strongroom.disclosure.query.reading import from_clause
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import (
    Compare,
    Condition,
    EventFact,
    EventValue,
    Expression,
    Kind,
    Literal,
    Operator,
)

_FACTS = {exp.Min: EventFact.LEAST, exp.Max: EventFact.GREATEST, exp.Avg: EventFact.MEAN}
_HINT = "Write (SELECT MIN(date) FROM EVENTS WHERE …) or EXISTS (SELECT 1 FROM EVENTS WHERE …)."


def read_existence(node: exp.Exists, scope: Scope) -> Condition:
    """Return whether a person has an event, as a count above 0."""
    select = node.this
    if not isinstance(select, exp.Select):
        raise refusal(node, "EXISTS takes SELECT … FROM an event table")
    counted = _value(select, EventFact.COUNT, None, scope)
    return Compare(Operator.MORE, counted, Literal(0, Kind.NUMBER))


def read_event_value(node: exp.Subquery, scope: Scope) -> Expression:
    """Return the count of a person's events, or the minimum, maximum or mean of one of their columns."""
    only(node, ("this",))
    select = node.this
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise refusal(node, "a sub-query returns one value of a person's events", hint=_HINT)
    asked = select.expressions[0].unalias()
    if isinstance(asked, exp.Count) and (asked.this is None or isinstance(asked.this, exp.Star)):
        return _value(select, EventFact.COUNT, None, scope)
    if type(asked) not in _FACTS:
        raise refusal(asked, "a sub-query returns COUNT(*), MIN, MAX or AVG", hint=_HINT)
    return _value(select, _FACTS[type(asked)], asked.this, scope)


def _value(select: exp.Select, fact: EventFact, of: exp.Expression | None, scope: Scope) -> EventValue:
    only(select, ("expressions", "from_", "where", "kind"))
    alias, table, place = from_clause.event_table(select, scope)
    inside = Scope(scope.reading, {alias: from_clause.table_relation(table, place)}, scope.common, scope)
    where = from_clause.read_where(select, inside)
    value = inside.read_expression(of) if of is not None else None
    if value is not None and fact is EventFact.MEAN and value.kind is not Kind.NUMBER:
        raise refusal(select, "AVG needs numbers")
    return EventValue(fact, table.name, place, where, value, Kind.NUMBER if value is None else value.kind)
