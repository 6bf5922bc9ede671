"""The FROM clause: tables, common table expressions and sub-queries, joined by person."""

from dataclasses import replace

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Relation, Scope
from strongroom.disclosure.query.representation import TRUE, Column, Condition, Every, Expression
from strongroom.disclosure.query.schema import Table

_JOINED_BY_PERSON = "tables are always joined by person: write FROM participants JOIN events"
_SELECT = ("expressions", "from_", "joins", "where", "with_", "kind")
_ROWS = "a sub-query in FROM can only select rows and columns"


def read_from(select: exp.Select, scope: Scope) -> tuple[Scope, Condition]:
    """Return the scope of a SELECT's own tables, and the condition of their joins."""
    scope = _with_common(select, scope)
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


def both(*parts: Condition) -> Condition:
    """Return the conjunction of the parts, without those that are always true."""
    kept = [each for each in parts if each != TRUE]
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else Every(tuple(kept))


def read_where(select: exp.Select, scope: Scope) -> Condition:
    """Return the condition of a SELECT's WHERE clause."""
    where = select.args.get("where")
    return TRUE if where is None else scope.read_condition(where.this)


def table_relation(table: Table, place: int) -> Relation:
    """Return a table's columns by every accepted spelling, in lower case."""
    columns = {name.casefold(): Column(place, name, kind) for name, kind in table.columns.items()}
    others = {other: columns[name.casefold()] for other, name in table.spellings.items()}
    return Relation({**others, **columns}, (place,))


def event_table(select: exp.Select, scope: Scope) -> tuple[str, Table, int]:
    """Return the event table of a sub-query: its alias, the table, and a new source number."""
    start = select.args.get("from_")
    node = start.this if start is not None else select
    found = scope.reading.schema.table(node.name) if isinstance(node, exp.Table) else None
    if found is None or found is scope.reading.schema.people:
        raise refusal(node, "a sub-query here reads one event table")
    only(node, ("this", "alias"))
    return node.alias_or_name.casefold(), found, scope.reading.lookup_source()


def _with_common(select: exp.Select, scope: Scope) -> Scope:
    given = select.args.get("with_")
    if given is None:
        return scope
    only(given, ("expressions",))
    common = dict(scope.common)
    for each in given.expressions:
        only(each, ("this", "alias"))
        common[each.alias.casefold()] = each.this
    return replace(scope, common=common)


def _relation(node: exp.Expression, scope: Scope) -> tuple[str, Relation]:
    scope.reading.count(node)
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
    if table is schema.people:
        return table_relation(table, 0)
    return table_relation(table, scope.reading.joined(table.name, node))


def _selected(select: exp.Expression, scope: Scope) -> Relation:
    if not isinstance(select, exp.Select):
        raise refusal(select, _ROWS)
    only(select, _SELECT)
    inside, condition = read_from(select, Scope(scope.reading, {}, scope.common))
    columns: dict[str, Expression] = {}
    for node in select.expressions:
        if isinstance(node, exp.Star):
            only(node, ())
            for relation in inside.relations.values():
                columns.update(relation.columns)
        else:
            columns[_label(node)] = inside.read_expression(node.unalias())
    places = sorted({place for relation in inside.relations.values() for place in relation.sources})
    return Relation(columns, tuple(places), both(condition, read_where(select, inside)))


def _label(node: exp.Expression) -> str:
    name = node.alias_or_name
    if not name:
        raise refusal(node, "the column needs a name", hint="Add AS name.")
    return name.casefold()


def _joined(join: exp.Join, inside: Scope, scope: Scope) -> tuple[Scope, Condition]:
    if join.args.get("using"):
        raise refusal(join, _JOINED_BY_PERSON)
    only(join, ("this", "side", "kind", "on", "method"))
    side, kind = join.side.upper(), join.kind.upper()
    if side not in ("", "LEFT") or kind not in ("", "INNER", "OUTER") or join.method not in ("", "NATURAL"):
        raise refusal(join, "only JOIN and LEFT JOIN are supported")
    alias, relation = _relation(join.this, scope)
    wider = inside.with_relation(alias, relation, join.this)
    on = join.args.get("on")
    condition = both(relation.where, TRUE if on is None else wider.read_condition(on))
    if side != "LEFT":
        return wider, condition
    if len(relation.sources) != 1 or (relation.of_people and condition != TRUE):
        raise refusal(join, "LEFT JOIN takes one event table", hint="Use JOIN, or a condition.")
    if not relation.of_people:
        place = relation.sources[0]
        sources = scope.reading.sources
        sources[place] = replace(sources[place], where=condition, required=False)
    return wider, TRUE
