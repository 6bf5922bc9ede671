"""Sub-queries over a person's events, in a condition or as a value: EXISTS, IN, COUNT, MIN, MAX, AVG.

A sub-query over events needs no join condition: it always covers the events of the row's person.
"""

from sqlglot import exp

from strongroom.disclosure.query.reading.from_clause import read_exists, read_members, read_one_value
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import both
from strongroom.disclosure.query.reading.scope import Scope
from strongroom.disclosure.query.representation import Condition, Expression


def read_existence(node: exp.Exists, scope: Scope) -> Condition:
    """Return whether a person has an event, as a count above 0."""
    select = node.this.unnest()
    if not isinstance(select, exp.Select):
        raise refusal(node, "EXISTS takes SELECT … FROM an event table")
    return read_exists(select, _of_rows(node, scope))


def read_membership(node: exp.In, scope: Scope) -> Condition:
    """Return whether a person is among those of a sub-query: key IN (SELECT key FROM …)."""
    only(node, ("this", "query"))
    key = scope.key(node.this)
    if key is None:
        raise refusal(
            node, "IN (SELECT …) compares the person key", hint="Write EXISTS (SELECT 1 FROM … WHERE …)."
        )
    return both(key.present, read_members(node.args["query"], _of_rows(node, scope)))


def read_event_value(node: exp.Subquery, scope: Scope) -> Expression:
    """Return the count of a person's events, or the minimum, maximum or mean of one of their columns."""
    only(node, ("this",))
    select = node.unnest()
    if not isinstance(select, exp.Select):
        raise refusal(node, "a sub-query returns one value of a person's events")
    return read_one_value(select, _of_rows(node, scope))


def _of_rows(node: exp.Expr, scope: Scope) -> Scope:
    if scope.aggregate is not None:
        raise refusal(node, "a sub-query is not possible beside an aggregate", hint="Group by its value.")
    return scope
