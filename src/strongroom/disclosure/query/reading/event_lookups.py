"""Looking into a person's events from a condition or a value: whether there are any, how many, the first.

Nothing needs to say whose events: a sub-query is about the events of the person the row is about.
"""

from sqlglot import exp

from strongroom.disclosure.query.reading import expressions, from_clause
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
    """Return whether a person has an event, as a count above nothing."""
    select = node.this
    if not isinstance(select, exp.Select):
        raise refusal(node, "EXISTS stands before SELECT … FROM a table of events")
    counted = _value(select, EventFact.COUNT, None, scope)
    return Compare(Operator.MORE, counted, Literal(0, Kind.NUMBER))


def read_value(node: exp.Subquery, scope: Scope) -> Expression:
    """Return a fact of a person's events: their number, or the least, greatest or mean of a column."""
    only(node, ("this",))
    select = node.this
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise refusal(node, "a sub-query gives one value of a person's events", hint=_HINT)
    asked = select.expressions[0].unalias()
    if isinstance(asked, exp.Count) and (asked.this is None or isinstance(asked.this, exp.Star)):
        return _value(select, EventFact.COUNT, None, scope)
    if type(asked) not in _FACTS:
        raise refusal(asked, "a sub-query gives COUNT(*), MIN, MAX or AVG", hint=_HINT)
    return _value(select, _FACTS[type(asked)], asked.this, scope)


def _value(select: exp.Select, fact: EventFact, of: exp.Expression | None, scope: Scope) -> EventValue:
    only(select, ("expressions", "from_", "where", "kind"))
    alias, table, place = from_clause.event_table(select, scope)
    inside = Scope(scope.reading, {alias: from_clause.table_relation(table, place)}, scope.common, scope)
    where = from_clause.read_where(select, inside)
    value = expressions.read_expression(of, inside) if of is not None else None
    if value is not None and fact is EventFact.MEAN and value.kind is not Kind.NUMBER:
        raise refusal(select, "a mean is of numbers")
    return EventValue(fact, table.name, place, where, value, Kind.NUMBER if value is None else value.kind)
