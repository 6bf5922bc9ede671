"""What stands after FROM: tables, common tables and sub-queries, joined person by person."""

from dataclasses import replace

from sqlglot import exp

from strongroom.disclosure.query.reading import conditions, expressions
from strongroom.disclosure.query.reading.refusals import only, refusal
from strongroom.disclosure.query.reading.scope import Relation, Scope
from strongroom.disclosure.query.representation import TRUE, Column, Condition, Every, Expression
from strongroom.disclosure.query.schema import Table

_PERSON_BY_PERSON = "tables are joined person by person by themselves: write FROM participants JOIN events"
_SELECT = ("expressions", "from_", "joins", "where", "with_", "kind")
_ROWS = "a sub-query after FROM chooses rows and columns only"


def read_from(select: exp.Select, scope: Scope) -> tuple[Scope, Condition]:
    """Return the scope of a SELECT's own tables, and the condition that their joins amount to."""
    scope = _with_common(select, scope)
    start = select.args.get("from_")
    if start is None:
        raise refusal(select, "it names no table", hint="Write SELECT … FROM participants.")
    alias, relation = _relation(start.this, scope)
    inside = replace(scope, relations={}).with_relation(alias, relation, start.this)
    found = [relation.where]
    for join in select.args.get("joins") or ():
        inside, condition = _joined(join, inside, scope)
        found.append(condition)
    return inside, both(*found)


def both(*parts: Condition) -> Condition:
    """Return that all parts hold, without those that always do."""
    telling = [each for each in parts if each != TRUE]
    if not telling:
        return TRUE
    return telling[0] if len(telling) == 1 else Every(tuple(telling))


def read_where(select: exp.Select, scope: Scope) -> Condition:
    """Return a SELECT's own condition."""
    where = select.args.get("where")
    return TRUE if where is None else conditions.read_condition(where.this, scope)


def table_relation(table: Table, place: int) -> Relation:
    """Return a table's columns as they can be named, in lower case and every other spelling."""
    columns = {name.casefold(): Column(place, name, kind) for name, kind in table.columns.items()}
    others = {other: columns[name.casefold()] for other, name in table.spellings.items()}
    return Relation({**others, **columns}, (place,))


def event_table(select: exp.Select, scope: Scope) -> tuple[str, Table, int]:
    """Return the one table of events a sub-query looks into, its alias, and a place for it."""
    start = select.args.get("from_")
    node = start.this if start is not None else select
    found = scope.reading.schema.table(node.name) if isinstance(node, exp.Table) else None
    if found is None or found is scope.reading.schema.people:
        raise refusal(node, "a sub-query here looks into one table of events")
    only(node, ("this", "alias"))
    return node.alias_or_name.casefold(), found, scope.reading.inner_source()


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
        raise refusal(node, "only tables can be asked")
    only(node, ("this", "alias"))
    if not isinstance(node.this, exp.Identifier):
        raise refusal(node, "only tables can be asked, not functions")
    if node.args.get("alias") is not None:
        only(node.args["alias"], ("this",))
    return node.alias_or_name.casefold(), _named(node, scope)


def _named(node: exp.Table, scope: Scope) -> Relation:
    name = node.name.casefold()
    if name in scope.common:
        # A common table sees those before it, never itself.
        earlier = dict(list(scope.common.items())[: list(scope.common).index(name)])
        return _selected(scope.common[name], replace(scope, common=earlier))
    schema = scope.reading.schema
    table = schema.table(name)
    if table is None:
        known = ", ".join(each.name for each in schema.tables())
        raise refusal(node, "the view has no such table", hint=f"It has: {known}.")
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
            columns[_label(node)] = expressions.read_expression(node.unalias(), inside)
    places = sorted({place for relation in inside.relations.values() for place in relation.sources})
    return Relation(columns, tuple(places), both(condition, read_where(select, inside)))


def _label(node: exp.Expression) -> str:
    name = node.alias_or_name
    if not name:
        raise refusal(node, "it needs a name", hint="Add AS name.")
    return name.casefold()


def _joined(join: exp.Join, inside: Scope, scope: Scope) -> tuple[Scope, Condition]:
    if join.args.get("using"):
        raise refusal(join, _PERSON_BY_PERSON)
    only(join, ("this", "side", "kind", "on", "method"))
    side, kind = join.side.upper(), join.kind.upper()
    if side not in ("", "LEFT") or kind not in ("", "INNER", "OUTER") or join.method not in ("", "NATURAL"):
        raise refusal(join, "only JOIN and LEFT JOIN are understood")
    alias, relation = _relation(join.this, scope)
    wider = inside.with_relation(alias, relation, join.this)
    on = join.args.get("on")
    condition = both(relation.where, TRUE if on is None else conditions.read_condition(on, wider))
    if side != "LEFT":
        return wider, condition
    if len(relation.sources) != 1 or (relation.of_people and condition != TRUE):
        raise refusal(join, "LEFT JOIN joins one table of events", hint="Use JOIN, or a condition.")
    if not relation.of_people:
        place = relation.sources[0]
        sources = scope.reading.sources
        sources[place] = replace(sources[place], where=condition, required=False)
    return wider, TRUE
