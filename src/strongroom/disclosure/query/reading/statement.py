"""A statement: one SELECT or several with UNION ALL, and the order of the answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from sqlglot import exp

from strongroom.disclosure.query.reading.answer_columns import AnswerColumns
from strongroom.disclosure.query.reading.composites import write_out
from strongroom.disclosure.query.reading.conditions import read_condition
from strongroom.disclosure.query.reading.event_lookups import (
    read_event_value,
    read_existence,
    read_membership,
)
from strongroom.disclosure.query.reading.expressions import read_expression
from strongroom.disclosure.query.reading.from_clause import read_rows, with_common
from strongroom.disclosure.query.reading.grouping import read_group
from strongroom.disclosure.query.reading.parsing import parsed, selects
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Grammar, Reading, Rows, Scope
from strongroom.disclosure.query.representation import TRUE, Order, Query, Source, Statement
from strongroom.disclosure.query.schema import Schema
from strongroom.errors import QueryError

_PARTS = ("expressions", "from_", "joins", "where", "group", "having", "order", "limit", "with_", "kind")
_WHOLE = ("this", "expression", "distinct", "with_", "order", "limit")
_GRAMMAR = Grammar(
    expression=read_expression,
    condition=read_condition,
    existence=read_existence,
    membership=read_membership,
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
    statement = parsed(sql)
    found = selects(statement)
    common = {} if len(found) == 1 else _common(statement, schema)
    queries = tuple(_read(select, schema, common) for select in found)
    first = queries[0]
    if len(queries) == 1:
        return Statement((replace(first, order=(), most=None),), first.order, first.most)
    if any(len(each.columns) != len(first.columns) for each in queries):
        raise QueryError("The SELECTs of a UNION ALL need the same number of columns.")
    if any(each.order or each.most is not None for each in queries):
        raise QueryError("ORDER BY and LIMIT belong at the end of a UNION ALL.")
    only(statement, _WHOLE)
    return Statement(queries, _order_of_union(statement, first), _most(statement))


def _common(statement: exp.Query, schema: Schema) -> Mapping[str, exp.Expr]:
    """Return the common table expressions of a union."""
    reading = Reading(schema, _GRAMMAR)
    return with_common(statement, Scope(reading, Rows(reading.open_numbers))).common


def _read(select: exp.Select, schema: Schema, common: Mapping[str, exp.Expr]) -> Query:
    if select.args.get("distinct") is not None:
        raise refusal(
            "SELECT DISTINCT",
            "the rows of an answer differ anyway",
            hint="Leave DISTINCT out; for the values of a column write SELECT x, COUNT(*) … GROUP BY x.",
        )
    only(select, _PARTS)
    write_out(select)
    reading = Reading(schema, _GRAMMAR)
    scope, where = read_rows(select, Scope(reading, Rows(count(1)), {}, common))
    columns = AnswerColumns(scope)
    columns.read(select.expressions)
    sets = read_group(select, columns)
    columns.finish()
    having = select.args.get("having")
    met = TRUE if having is None else columns.condition(having.this)
    order = tuple(_ordered(select, columns))
    if not columns.measures:
        raise refusal(select, "the query has no aggregate", hint="Use COUNT(*), AVG(…) or another.")
    query = Query(
        sources=(Source(schema.people.name), *scope.rows.tables.values()),
        where=where,
        keys=(*columns.keys, *columns.hidden_keys),
        measures=tuple(columns.measures),
        columns=tuple(columns.shown),
        order=order,
        most=_most(select),
        figures=tuple(columns.figures),
        having=met,
        sets=sets,
    )
    reading.sizes.check(query)
    return query


def _ordered(select: exp.Select, columns: AnswerColumns) -> Iterator[Order]:
    given = select.args.get("order")
    for each in given.expressions if given is not None else ():
        node, descending = each.this, bool(each.args.get("desc"))
        if _is_all(node):
            yield from (Order(label, descending) for label in columns.shown)
        elif isinstance(node, exp.Literal) and not node.is_string:
            yield Order(_label_at(node, columns.places), descending)
        else:
            yield Order(columns.label_of(node), descending)


def _order_of_union(statement: exp.Query, first: Query) -> tuple[Order, ...]:
    given = statement.args.get("order")
    found = []
    for each in given.expressions if given is not None else ():
        node, descending = each.this, bool(each.args.get("desc"))
        if _is_all(node):
            found += [Order(label, descending) for label in first.columns]
            continue
        is_place = isinstance(node, exp.Literal) and not node.is_string
        name = _label_at(node, first.columns) if is_place else node.name
        label = next((each for each in first.columns if each.casefold() == name.casefold()), None)
        if label is None:
            raise refusal(
                node,
                "ORDER BY of a union takes columns of the answer",
                hint="Give the column a name with AS.",
            )
        found.append(Order(label, descending))
    return tuple(found)


def _is_all(node: exp.Expr) -> bool:
    return isinstance(node, exp.Var) and node.name.upper() == "ALL"


def _label_at(node: exp.Expr, labels: Sequence[str]) -> str:
    place = int(node.name) if node.name.isdigit() else 0
    if not 1 <= place <= len(labels):
        raise refusal(node, "ORDER BY names no such column")
    return labels[place - 1]


def _most(select: exp.Query) -> int | None:
    limit = select.args.get("limit")
    if limit is None:
        return None
    only(limit, ("expression",))
    # A sub-query here would reveal a value through the number of rows.
    if not isinstance(limit.expression, exp.Literal) or not limit.expression.name.isdigit():
        raise refusal(limit, "LIMIT takes a whole number")
    return int(limit.expression.name)
