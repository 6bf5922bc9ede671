"""Which names a place in a query can use, and the readers that every part of the grammar calls.

A condition holds expressions, an expression may hold conditions (CASE) or a sub-query, and a sub-query holds
both. The modules that read them therefore call one another through `Scope`, never by import.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import refusal
from strongroom.disclosure.query.reading.rewriting import renumbered
from strongroom.disclosure.query.reading.sizes import Sizes
from strongroom.disclosure.query.representation import (
    TRUE,
    Compare,
    Condition,
    EventFact,
    EventValue,
    Expression,
    Kind,
    Literal,
    Operator,
    Source,
)
from strongroom.disclosure.query.schema import Schema
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_sources: int = threshold(
        3, "event tables", "cost: each joined event table multiplies the rows of a person"
    )
    most_parts: int = threshold(
        8_000, "nodes", "cost: common table expressions that name one another grow exponentially"
    )
    deepest: int = threshold(
        80,
        "levels",
        "cost: reading takes up to six stack frames a level, and Python has 1,000; common table expressions "
        "that name one another add up",
    )
    first_lookup: int = threshold(
        100,
        "source number",
        "judgement: far above most_sources, so that a lookup never has a joined table's number",
    )
    first_open: int = threshold(
        1_000_000,
        "source number",
        "derived: above all lookups, of which a query has at most `most_parts`; for tables of a sub-query "
        "that is still being read",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class PersonKey:
    """The column that identifies a person: it joins tables and counts people, but is no value.

    `source` is the table whose key it is; it is NULL where `present` does not hold (left join).
    """

    source: int
    present: Condition = TRUE


@dataclass(frozen=True)
class Relation:
    """An item of the FROM clause: its columns by name, its source numbers, and the condition on its rows."""

    columns: Mapping[str, Expression | PersonKey]
    sources: tuple[int, ...]
    where: Condition = TRUE

    @property
    def events(self) -> tuple[int, ...]:
        """The event tables among its sources; without any it has at most one row per person."""
        return tuple(place for place in self.sources if place > 0)


@dataclass
class Rows:
    """The event tables that one FROM clause joins, by source number.

    `linked` tells whether a sub-query compares its person key with that of the enclosing query.
    """

    numbers: Iterator[int]
    tables: dict[int, Source] = field(default_factory=dict)
    linked: bool = False

    def joined(self, table: str, node: exp.Expr) -> int:
        """Add an event table; return its source number."""
        if len(self.tables) == LIMITS.most_sources:
            raise refusal(node, f"a query can join at most {LIMITS.most_sources} event tables")
        place = next(self.numbers)
        self.tables[place] = Source(table)
        return place


@dataclass(frozen=True)
class Grammar:
    """What reads each kind of SQL node; `scope` says which names the node can use."""

    expression: Callable[[exp.Expr, "Scope"], Expression]
    condition: Callable[[exp.Expr, "Scope"], Condition]
    existence: Callable[[exp.Exists, "Scope"], Condition]
    membership: Callable[[exp.In, "Scope"], Condition]
    event_value: Callable[[exp.Subquery, "Scope"], Expression]


@dataclass
class Reading:
    """The state of reading one SELECT, shared by all of its scopes."""

    schema: Schema
    grammar: Grammar
    sizes: Sizes = field(default_factory=Sizes)
    parts: int = 0
    level: int = 0
    open_numbers: Iterator[int] = field(default_factory=lambda: count(LIMITS.first_open))
    _lookups: dict[object, int] = field(default_factory=dict)

    def event_value(
        self, fact: EventFact, source: Source, place: int, of: Expression | None, kind: Kind
    ) -> EventValue:
        """Return an aggregate over the person's rows in a table that meet a condition.

        In `of` and the condition, the table has the number `place`. Equal aggregates get the same number.
        """
        key = fact, source.table, renumbered((source.where, of), place, -1)
        number = self._lookups.setdefault(key, LIMITS.first_lookup + len(self._lookups))
        where, value = renumbered((source.where, of), place, number)
        return EventValue(fact, source.table, number, where, value, kind)

    def exists(self, source: Source, place: int) -> Condition:
        """Return whether the person has a row in a table that meets its condition."""
        counted = self.event_value(EventFact.COUNT, source, place, None, Kind.NUMBER)
        return Compare(Operator.MORE, counted, Literal(0, Kind.NUMBER))

    def enter(self, node: exp.Expr) -> None:
        """Count one more node, and one more level until `leave`.

        Common table expressions that name one another can neither multiply nor nest without end.
        """
        self.parts += 1
        self.level += 1
        if self.parts > LIMITS.most_parts:
            raise refusal(node, "the query is too long", hint="Split it into several queries.")
        if self.level > LIMITS.deepest:
            raise refusal(node, f"the query is nested more than {LIMITS.deepest} levels deep")

    def leave(self) -> None:
        """Return from a node."""
        self.level -= 1


@dataclass(frozen=True)
class Scope:
    """The relations whose columns can be named, by alias, and the common table expressions by name.

    `aliases` are the columns selected before, by label. `aggregate` reads what stands for several rows, such
    as an aggregate; it returns None for a node to be read as usual. `among` is the condition on the people
    of the SELECT, whom NTILE ranks. In a sub-query, `outer` is the enclosing
    scope.
    """

    reading: Reading
    rows: Rows
    relations: Mapping[str, Relation] = field(default_factory=dict)
    common: Mapping[str, exp.Expr] = field(default_factory=dict)
    outer: "Scope | None" = None
    aliases: Mapping[str, Expression] = field(default_factory=dict)
    aggregate: Callable[[exp.Expr], Expression | None] | None = None
    among: Condition = TRUE

    def read_expression(self, node: exp.Expr) -> Expression:
        """Return the value of a node; QueryError for a node that is not supported."""
        self.reading.enter(node)
        found = self.aggregate(node) if self.aggregate is not None else None
        if found is None:
            found = self.reading.grammar.expression(node, self)
        self.reading.sizes.check(found)
        self.reading.leave()
        return found

    def read_condition(self, node: exp.Expr) -> Condition:
        """Return the condition of a node; QueryError for a node that is not supported."""
        self.reading.enter(node)
        found = self.reading.grammar.condition(node, self)
        self.reading.sizes.check(found)
        self.reading.leave()
        return found

    def read_existence(self, node: exp.Exists) -> Condition:
        """Return whether a person has an event."""
        return self.reading.grammar.existence(node, self)

    def read_membership(self, node: exp.In) -> Condition:
        """Return whether a person is among those of a sub-query."""
        return self.reading.grammar.membership(node, self)

    def read_event_value(self, node: exp.Subquery) -> Expression:
        """Return the value of a sub-query over a person's events."""
        return self.reading.grammar.event_value(node, self)

    def lookup(self, *, correlated: bool) -> "Scope":
        """Return an empty scope for a sub-query over a person's events."""
        rows = Rows(self.reading.open_numbers)
        return Scope(self.reading, rows, {}, self.common, self if correlated else None)

    def with_relation(self, alias: str, relation: Relation, node: exp.Expr) -> "Scope":
        """Return the scope with one more relation; QueryError for an alias already in use."""
        if alias in self.relations:
            raise refusal(node, f"two tables have the name {alias}", hint="Rename one with AS.")
        return replace(self, relations={**self.relations, alias: relation})

    def key(self, node: exp.Expr) -> PersonKey | None:
        """Return the person key that a node names, or None."""
        node = node.unnest()
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
            return None
        found = self._found(node)
        return found if isinstance(found, PersonKey) else None

    def has_own(self, node: exp.Expr) -> bool:
        """Tell whether a column is one of this scope's relations, not of an enclosing query's."""
        column = node.unnest()
        return bool(self._named(column.name.casefold(), column.text("table").casefold()))

    def column(self, node: exp.Column) -> Expression | PersonKey:
        """Return what a column name refers to; QueryError if it is unknown or ambiguous."""
        found = self._found(node)
        if found is None:
            known = sorted({each for relation in self.relations.values() for each in relation.columns})
            raise refusal(node, "the view has no such column", hint=_nearest(node.name, known))
        return found

    def _found(self, node: exp.Column) -> Expression | PersonKey | None:
        name, table = node.name.casefold(), node.table.casefold()
        found = self._named(name, table)
        # Every table has the person key: the first has no missing ones.
        if len(found) > 1 and not isinstance(found[0], PersonKey):
            raise refusal(node, "several tables have this column", hint="Write TABLE.COLUMN.")
        if found:
            return found[0]
        if not table and name in self.aliases:
            return self.aliases[name]
        return self.outer._found(node) if self.outer is not None else None  # noqa: SLF001 - its own class

    def _named(self, name: str, table: str) -> list[Expression | PersonKey]:
        relations = [each for alias, each in self.relations.items() if table in ("", alias)]
        found = [relation.columns[name] for relation in relations if name in relation.columns]
        # The people's table under two aliases is the same row.
        return list(dict.fromkeys(found))


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only when a name was mistyped

    near = get_close_matches(name.casefold(), known, n=3)
    return (
        f"Did you mean {' or '.join(near)}?"
        if near
        else "'strongroom dummy' writes dummy tables with all columns."
    )
