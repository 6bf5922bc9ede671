"""The FROM clause: tables, common table expressions and sub-queries, joined by person."""

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from strongroom.disclosure.query.reading.person_rows import PersonRows
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.rewriting import both, only_where
from strongroom.disclosure.query.reading.scope import PersonKey, Relation, Scope
from strongroom.disclosure.query.representation import (
    TRUE,
    Column,
    Compare,
    Condition,
    Every,
    Expression,
    Not,
    Operator,
    Some,
)
from strongroom.disclosure.query.schema import Table

_SELECT = ("expressions", "from_", "joins", "where", "with_", "kind", "distinct", "group", "having", "order")
_ONE_TABLE = "Join one event table, or a sub-query with GROUP BY the person key."
_BY_PERSON = "Group by the person key, and select MIN, MAX, COUNT or AVG of the other columns."


def read_from(select: exp.Select, scope: Scope) -> tuple[Scope, Condition]:
    """Return the scope of a SELECT's own tables, and the condition of their joins."""
    scope = with_common(select, scope)
    start = select.args.get("from_")
    if start is None:
        raise refusal(select, "the query has no FROM clause", hint="Write SELECT … FROM participants.")
    alias, relation = _relation(start.this, scope)
    inside = replace(scope, relations={}).with_relation(alias, relation, start.this)
    found = [relation.where]
    for join in select.args.get("joins") or ():
        inside, condition = _joined(join, inside, scope)
        found.append(condition)
    return inside, both(*found)


def read_where(select: exp.Select, scope: Scope) -> Condition:
    """Return the condition of a SELECT's WHERE clause."""
    where = select.args.get("where")
    return TRUE if where is None else scope.read_condition(where.this)


def read_rows(select: exp.Select, scope: Scope) -> tuple[Scope, Condition]:
    """Return the scope of a SELECT's tables, and the condition of its joins and its WHERE clause."""
    inside, condition = read_from(select, scope)
    where = both(condition, read_where(select, inside))
    return replace(inside, among=where), where


def with_common(query: exp.Expr, scope: Scope) -> Scope:
    """Return the scope with the common table expressions of a query."""
    given = query.args.get("with_")
    if given is None:
        return scope
    only(given, ("expressions",))
    common = dict(scope.common)
    for each in given.expressions:
        only(each, ("this", "alias", "materialized"))
        only(each.args["alias"], ("this",))
        common[each.alias.casefold()] = each.this
    return replace(scope, common=common)


def read_members(query: exp.Expr, scope: Scope) -> Condition:
    """Return whether a person is in the result of a query that selects the person key.

    `scope` is of the enclosing query, whose columns the query can use.
    """
    query = query.unnest()
    if isinstance(query, exp.SetOperation):
        return _members_of_sets(query, scope)
    found = _selected_per_person(_as_select(query), scope.lookup(correlated=True))
    keys = [each for each in found.columns.values() if isinstance(each, PersonKey)]
    if len(found.columns) != 1 or not keys:
        raise refusal(query, "the sub-query selects the person key and nothing else")
    return both(found.where, keys[0].present)


def _members_of_sets(query: exp.SetOperation, scope: Scope) -> Condition:
    only(query, ("this", "expression", "distinct"))
    scope.reading.enter(query)
    left, right = read_members(query.this, scope), read_members(query.expression, scope)
    scope.reading.leave()
    if isinstance(query, exp.Union):
        return Some((left, right))
    return Every((left, right if isinstance(query, exp.Intersect) else Not(right)))


def _table_relation(table: Table, place: int, scope: Scope) -> Relation:
    """Return a table's columns by every accepted spelling, in lower case."""
    columns = {name.casefold(): Column(place, name, kind) for name, kind in table.columns.items()}
    others = {other: columns[name.casefold()] for other, name in table.spellings.items()}
    keys = dict.fromkeys((each.casefold() for each in scope.reading.schema.person), PersonKey(place))
    return Relation({**others, **columns, **keys}, (place,))


def _relation(node: exp.Expr, scope: Scope) -> tuple[str, Relation]:
    if isinstance(node, exp.Subquery):
        only(node, ("this", "alias"))
        return node.alias_or_name.casefold(), _selected(node.this, scope)
    if not isinstance(node, exp.Table):
        raise refusal(node, "FROM accepts only tables")
    only(node, ("this", "alias"))
    if not isinstance(node.this, exp.Identifier):
        raise refusal(node, "FROM accepts tables, not functions")
    if node.args.get("alias") is not None:
        only(node.args["alias"], ("this",))
    return node.alias_or_name.casefold(), _named(node, scope)


def _named(node: exp.Table, scope: Scope) -> Relation:
    name = node.name.casefold()
    if name in scope.common:
        # A common table expression can name those before it, never itself.
        earlier = dict(list(scope.common.items())[: list(scope.common).index(name)])
        return _selected(scope.common[name], replace(scope, common=earlier))
    schema = scope.reading.schema
    table = schema.table(name)
    if table is None:
        known = ", ".join(each.name for each in schema.tables())
        raise refusal(node, "the view has no such table", hint=f"Its tables are {known}.")
    place = 0 if table is schema.people else scope.rows.joined(table.name, node)
    return _table_relation(table, place, scope)


def _selected(query: exp.Expr, scope: Scope) -> Relation:
    """Return what a sub-query in FROM selects: rows of its tables, or one row per person."""
    # Only a sub-query of a condition can use the columns of the enclosing query.
    scope = replace(scope, relations={}, outer=None, aliases={}, aggregate=None)
    scope.reading.enter(query)
    found = _select_or_union(query, scope)
    scope.reading.leave()
    return found


def _select_or_union(query: exp.Expr, scope: Scope) -> Relation:
    if isinstance(query, exp.Subquery):
        return _selected(query.unnest(), scope)
    if isinstance(query, exp.SetOperation):
        label = next((each.alias_or_name for each in query.selects), "")
        inside = with_common(query, scope)
        return Relation({label.casefold(): PersonKey(0)}, (0,), _members_of_sets(query, inside))
    query = _as_select(query)
    grouped = query.args.get("group") is not None or any(map(has_aggregate, query.expressions))
    if grouped or query.args.get("distinct") is not None:
        return _selected_per_person(query, scope.lookup(correlated=False))
    only(query, _SELECT)
    inside, where = read_rows(query, scope)
    places = sorted({place for relation in inside.relations.values() for place in relation.sources})
    return Relation(_columns(query, inside), tuple(places), where)


def _columns(select: exp.Select, scope: Scope) -> dict[str, Expression | PersonKey]:
    columns: dict[str, Expression | PersonKey] = {}
    for node in select.expressions:
        if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and node.is_star):
            columns = {**_starred(node, scope), **columns}
        else:
            value = _column(node.unalias(), scope)
            columns[_label(node)] = value
            if not isinstance(value, PersonKey):
                scope = replace(scope, aliases={**scope.aliases, _label(node): value})
    return columns


def _column(node: exp.Expr, scope: Scope) -> Expression | PersonKey:
    key = scope.key(node)
    return key if key is not None else scope.read_expression(node)


def _starred(node: exp.Expr, scope: Scope) -> dict[str, Expression | PersonKey]:
    star = node if isinstance(node, exp.Star) else node.this
    only(star, ("except_",))
    left_out = {each.name.casefold() for each in star.args.get("except_") or ()}
    table = node.text("table").casefold()
    columns: dict[str, Expression | PersonKey] = {}
    for alias, relation in scope.relations.items():
        if table in ("", alias):
            columns = {**relation.columns, **columns}
    return {name: value for name, value in columns.items() if name not in left_out}


def _label(node: exp.Expr) -> str:
    name = node.alias_or_name
    if not name:
        raise refusal(node, "the column needs a name", hint="Add AS name.")
    return name.casefold()


def has_aggregate(node: exp.Expr) -> bool:
    """Tell whether a node has an aggregate of its own SELECT, not of a window or sub-query."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, exp.AggFunc | exp.WithinGroup):
            return True
        if not isinstance(each, exp.Query | exp.Window | exp.In):
            waiting.extend(each.iter_expressions())
    return False


def _as_select(query: exp.Expr) -> exp.Select:
    if not isinstance(query, exp.Select):
        raise refusal(query, "a sub-query selects columns")
    return query


def _selected_per_person(query: exp.Select, scope: Scope) -> Relation:
    """Return the columns of a SELECT that has one row per person, in an empty scope for its tables."""
    only(query, _SELECT)
    inside, where = read_rows(query, scope)
    rows = PersonRows(inside, where)
    per_person = replace(inside, aggregate=rows.aggregate)
    _check_group(query, inside, rows)
    columns = _columns(query, per_person)
    for name, value in columns.items():
        if not isinstance(value, PersonKey) and rows.read_by(value):
            raise refusal(name, "it has several values per person", hint=_BY_PERSON)
    return Relation(columns, (0,), both(rows.exist(), _having(query, rows)))


def _having(select: exp.Select, rows: PersonRows) -> Condition:
    having = select.args.get("having")
    if having is None:
        return TRUE
    met = replace(rows.scope, aggregate=rows.aggregate).read_condition(having.this)
    if select.args.get("group") is None or rows.read_by(met):
        raise refusal(having, "it has several values per person", hint=_BY_PERSON)
    return met


def _check_group(select: exp.Select, scope: Scope, rows: PersonRows) -> None:
    """Refuse a sub-query that is grouped by anything but the person."""
    group = select.args.get("group")
    if group is None:
        if any(map(has_aggregate, select.expressions)):
            raise refusal(select, "a sub-query with an aggregate has one row per person", hint=_BY_PERSON)
        return
    only(group, ("expressions", "all"))
    nodes = list(group.expressions)
    if group.args.get("all"):
        nodes = [each.unalias() for each in select.expressions if not has_aggregate(each)]
    nodes = [_named_by_place(each, select) for each in nodes]
    values = [_column(each, scope) for each in nodes]
    if not any(isinstance(each, PersonKey) for each in values):
        raise refusal(select, "a sub-query can only be grouped by the person key", hint=_BY_PERSON)
    if any(not isinstance(each, PersonKey) and rows.read_by(each) for each in values):
        raise refusal(group, "a sub-query has one row per person", hint=_BY_PERSON)


def _named_by_place(node: exp.Expr, select: exp.Select) -> exp.Expr:
    place = int(node.name) if isinstance(node, exp.Literal) and node.name.isdigit() else 0
    if not 1 <= place <= len(select.expressions):
        return node
    named: exp.Expr = select.expressions[place - 1].unalias()
    return named


def read_exists(select: exp.Select, scope: Scope) -> Condition:
    """Return whether a person has a row in a SELECT; `scope` is of the enclosing query."""
    only(select, _SELECT)
    inside, where = read_rows(select, scope.lookup(correlated=True))
    rows = PersonRows(inside, where)
    if not inside.rows.tables and not inside.rows.linked:
        raise refusal(select, "the sub-query is not about the same person", hint="Add WHERE a.key = b.key.")
    _check_group(select, inside, rows)
    return both(rows.exist(), _having(select, rows))


def read_one_value(select: exp.Select, scope: Scope) -> Expression:
    """Return the only column of a SELECT over a person's events; `scope` is of the enclosing query."""
    only(select, ("expressions", "from_", "joins", "where", "with_", "kind"))
    inside, where = read_rows(select, scope.lookup(correlated=True))
    rows = PersonRows(inside, where)
    if len(select.expressions) != 1 or not (inside.rows.tables or inside.rows.linked):
        raise refusal(select, "a sub-query returns one value of a person's events", hint=_ONE_VALUE)
    found = replace(inside, aggregate=rows.aggregate).read_expression(select.expressions[0].unalias())
    if rows.read_by(found):
        raise refusal(select, "a sub-query returns one value of a person's events", hint=_ONE_VALUE)
    return found if inside.rows.tables else only_where(where, found)


_ONE_VALUE = "Write (SELECT MIN(date) FROM EVENTS WHERE …) or EXISTS (SELECT 1 FROM EVENTS WHERE …)."


def _joined(join: exp.Join, inside: Scope, scope: Scope) -> tuple[Scope, Condition]:
    only(join, ("this", "side", "kind", "on", "method", "using"))
    side, kind = join.side.upper(), join.kind.upper()
    if side not in ("", "LEFT") or kind not in ("", "INNER", "OUTER") or join.method not in ("", "NATURAL"):
        raise refusal(join, "only JOIN and LEFT JOIN are supported", hint="Swap the tables of a RIGHT JOIN.")
    alias, relation = _relation(join.this, scope)
    shared = _shared_columns(join, inside, relation)
    wider = inside.with_relation(alias, relation, join.this)
    on = join.args.get("on")
    given = TRUE if on is None else wider.read_condition(on)
    condition = both(relation.where, *(Compare(Operator.EQUAL, *each) for each in shared.values()), given)
    if side == "LEFT":
        relation, condition = _optional(relation, condition, join, scope), TRUE
    merged = {**relation.columns, **{name: left for name, (left, _) in shared.items()}}
    return inside.with_relation(alias, replace(relation, columns=merged), join.this), condition


def _shared_columns(
    join: exp.Join, inside: Scope, relation: Relation
) -> Mapping[str, tuple[Expression, Expression]]:
    """Return the pairs of columns that USING or a natural join compares, without the person key."""
    names = [each.name.casefold() for each in join.args.get("using") or ()]
    if join.method:
        known = {name for each in inside.relations.values() for name in each.columns}
        names = [name for name in relation.columns if name in known]
    pairs = {}
    for name in names:
        left = inside.column(exp.column(name))
        right = relation.columns.get(name)
        if right is None:
            raise refusal(join, f"the joined table has no column {name}")
        if not isinstance(left, PersonKey) and not isinstance(right, PersonKey):
            pairs[name] = (left, right)
    return pairs


def _optional(relation: Relation, condition: Condition, join: exp.Join, scope: Scope) -> Relation:
    """Return a relation whose columns are NULL for people without a row that meets the condition."""
    present = condition
    if relation.events:
        if len(relation.events) > 1:
            raise refusal(join, "LEFT JOIN takes one event table", hint=_ONE_TABLE)
        (place,) = relation.events
        tables = scope.rows.tables
        tables[place] = replace(tables[place], where=condition, required=False)
        present = scope.reading.exists(tables[place], place)
    columns = {name: _only_present(each, present, relation.events) for name, each in relation.columns.items()}
    return Relation(columns, relation.sources)


def _only_present(
    column: Expression | PersonKey, present: Condition, events: tuple[int, ...]
) -> Expression | PersonKey:
    if isinstance(column, PersonKey):
        return PersonKey(column.source, both(present, column.present))
    if isinstance(column, Column) and column.source in events:
        return column
    return only_where(present, column)
