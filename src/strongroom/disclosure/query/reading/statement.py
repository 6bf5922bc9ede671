"""A statement: one SELECT, its grouping, its aggregates, and the order of the answer."""

from dataclasses import replace

from sqlglot import exp

from strongroom.disclosure.query.reading.conditions import read_condition
from strongroom.disclosure.query.reading.event_lookups import read_event_value, read_existence
from strongroom.disclosure.query.reading.expressions import read_expression
from strongroom.disclosure.query.reading.from_clause import both, read_from, read_where
from strongroom.disclosure.query.reading.measures import is_measure, read_measure
from strongroom.disclosure.query.reading.parsing import parsed, selects
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Grammar, Reading, Scope
from strongroom.disclosure.query.representation import (
    Expression,
    Key,
    Measure,
    Order,
    Query,
    Source,
    Statement,
)
from strongroom.disclosure.query.schema import Schema
from strongroom.errors import QueryError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_columns: int = threshold(
        60, "columns", "judgement: wider than any table a paper prints; each column costs queries"
    )


LIMITS = _Limits()


_PARTS = ("expressions", "from_", "joins", "where", "group", "order", "limit", "with_", "kind")


_GRAMMAR = Grammar(
    expression=read_expression,
    condition=read_condition,
    existence=read_existence,
    event_value=read_event_value,
)


def read_query(sql: str, schema: Schema) -> Query:
    """Return the query that a researcher's SELECT asks of a view.

    Raises QueryError for SQL that is not supported; the error quotes the part and says what to write instead.
    """
    statement = read_statement(sql, schema)
    if len(statement.queries) > 1:
        raise QueryError("A union is not supported here.", hint="Send one SELECT at a time.")
    return replace(statement.queries[0], order=statement.order, most=statement.most)


def read_statement(sql: str, schema: Schema) -> Statement:
    """Return the statement that a researcher's SQL asks of a view: one SELECT, or several with UNION ALL.

    The order and the limit are the statement's, never its queries'. Raises QueryError as `read_query` does.
    """
    try:
        return _stacked(parsed(sql), schema)
    except RecursionError:
        raise QueryError("The query is nested too deeply.", hint="Split it into several queries.") from None


def _stacked(statement: exp.Query, schema: Schema) -> Statement:
    queries = tuple(_read(select, schema) for select in selects(statement))
    first = queries[0]
    if len(queries) == 1:
        return Statement((replace(first, order=(), most=None),), first.order, first.most)
    if any(len(each.columns) != len(first.columns) for each in queries):
        raise QueryError("The SELECTs of a UNION ALL need the same number of columns.")
    if any(each.order or each.most is not None for each in queries):
        raise QueryError("ORDER BY and LIMIT belong at the end of a UNION ALL.")
    return Statement(queries, _ordered(statement, list(first.columns)), _most(statement))


def _read(select: exp.Select, schema: Schema) -> Query:
    reading = Reading(schema, _GRAMMAR, [Source(schema.people.name)])
    only(select, _PARTS)
    scope, joined = read_from(select, Scope(reading))
    where = both(joined, read_where(select, scope))
    labels = [_label(node, place) for place, node in enumerate(select.expressions)]
    if len(set(labels)) < len(labels) or len(labels) > LIMITS.most_columns:
        raise refusal(
            select,
            f"the columns of an answer need different names, and there can be at most {LIMITS.most_columns}",
        )
    asked = list(zip(labels, (node.unalias() for node in select.expressions), strict=True))
    measures = tuple(read_measure(node, label, scope) for label, node in asked if is_measure(node))
    shown = [Key(label, read_expression(node, scope)) for label, node in asked if not is_measure(node)]
    return Query(
        sources=tuple(reading.sources),
        where=where,
        keys=_grouped(select, shown, measures, scope),
        measures=measures,
        columns=tuple(labels),
        order=_ordered(select, labels),
        most=_most(select),
    )


def _label(node: exp.Expression, place: int) -> str:
    if isinstance(node, exp.Star) or node.is_star:
        if not isinstance(node, exp.Count):
            raise refusal(
                node, "individual rows are not available", hint="Use COUNT(*) or another aggregate."
            )
        return "count"
    name = node.alias_or_name or node.output_name
    if name == "*":
        return "count"
    return name or (node.key if is_measure(node) else f"column_{place + 1}")


def _grouped(
    select: exp.Select, shown: list[Key], measures: tuple[Measure, ...], scope: Scope
) -> tuple[Key, ...]:
    group = select.args.get("group")
    if not measures:
        raise refusal(select, "the query has no aggregate", hint="Use COUNT(*), AVG(…) or another aggregate.")
    if group is None:
        if shown:
            raise refusal(select, f"{shown[0].label} is not an aggregate", hint="Add GROUP BY.")
        return ()
    only(group, ("expressions", "all"))
    if group.args.get("all"):
        return tuple(shown)
    by = [_grouping(node, select, shown, scope) for node in group.expressions]
    missing = [key.label for key in shown if key.of not in by]
    if missing:
        raise refusal(select, f"{missing[0]} is selected but not in GROUP BY", hint="Add it to GROUP BY.")
    hidden = [Key(f"group_{place}", of) for place, of in enumerate(by) if of not in [key.of for key in shown]]
    return (*shown, *hidden)


def _grouping(node: exp.Expression, select: exp.Select, shown: list[Key], scope: Scope) -> Expression:
    if isinstance(node, exp.Literal) and not node.is_string:
        place = int(node.name) if node.name.isdigit() else 0
        if not 1 <= place <= len(select.expressions):
            raise refusal(node, "GROUP BY names no such column")
        return read_expression(select.expressions[place - 1].unalias(), scope)
    named = [key.of for key in shown if isinstance(node, exp.Column) and key.label == node.name]
    return named[0] if named else read_expression(node, scope)


def _ordered(select: exp.Query, labels: list[str]) -> tuple[Order, ...]:
    given = select.args.get("order")
    found = []
    for each in given.expressions if given is not None else ():
        node = each.this
        name = labels[int(node.name) - 1] if _is_place(node, labels) else node.name
        if name not in labels:
            raise refusal(
                node, "ORDER BY takes columns of the answer", hint="Give the column a name with AS."
            )
        found.append(Order(name, bool(each.args.get("desc"))))
    return tuple(found)


def _is_place(node: exp.Expression, labels: list[str]) -> bool:
    return isinstance(node, exp.Literal) and node.name.isdigit() and 1 <= int(node.name) <= len(labels)


def _most(select: exp.Query) -> int | None:
    limit = select.args.get("limit")
    if limit is None:
        return None
    only(limit, ("expression",))
    # A sub-query here would reveal a value through the number of rows.
    if not isinstance(limit.expression, exp.Literal) or not limit.expression.name.isdigit():
        raise refusal(limit, "LIMIT takes a whole number")
    return int(limit.expression.name)
