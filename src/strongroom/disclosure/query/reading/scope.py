"""Which names a place in a query can use, and the readers that every part of the grammar calls.

A condition holds expressions, an expression may hold conditions (CASE) or a sub-query, and a sub-query holds
both. The modules that read them therefore call one another through `Scope`, never by import.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import refusal
from strongroom.disclosure.query.representation import TRUE, Condition, Expression, Source
from strongroom.disclosure.query.schema import Schema
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    most_sources: int = threshold(
        4, "tables", "cost: each joined event table multiplies the rows of a person"
    )
    most_parts: int = threshold(
        4_000, "nodes", "cost: common table expressions that name one another grow exponentially"
    )
    first_lookup: int = threshold(
        100,
        "source number",
        "judgement: far above most_sources, so that a lookup never has a joined table's number",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class Relation:
    """An item of the FROM clause: its columns by name, its source numbers, and the condition on its rows."""

    columns: Mapping[str, Expression]
    sources: tuple[int, ...]
    where: Condition = TRUE

    @property
    def of_people(self) -> bool:
        """Whether it has one row per person."""
        return self.sources == (0,)


@dataclass(frozen=True)
class Grammar:
    """What reads each kind of SQL node; `scope` says which names the node can use."""

    expression: Callable[[exp.Expression, "Scope"], Expression]
    condition: Callable[[exp.Expression, "Scope"], Condition]
    existence: Callable[[exp.Exists, "Scope"], Condition]
    event_value: Callable[[exp.Subquery, "Scope"], Expression]


@dataclass
class Reading:
    """The state of reading one statement, shared by all of its scopes."""

    schema: Schema
    grammar: Grammar
    sources: list[Source]
    parts: int = 0
    next_lookup: int = LIMITS.first_lookup

    def joined(self, table: str, node: exp.Expression) -> int:
        """Add an event table to the query; return its source number."""
        if len(self.sources) == LIMITS.most_sources:
            raise refusal(node, f"a query can join at most {LIMITS.most_sources - 1} event tables")
        self.sources.append(Source(table))
        return len(self.sources) - 1

    def lookup_source(self) -> int:
        """Return a source number for the event table of a sub-query."""
        self.next_lookup += 1
        return self.next_lookup - 1

    def count(self, node: exp.Expression) -> None:
        """Count one more node: common table expressions that name one another cannot multiply without end."""
        self.parts += 1
        if self.parts > LIMITS.most_parts:
            raise refusal(node, "the query is too long", hint="Split it into several queries.")


@dataclass(frozen=True)
class Scope:
    """The relations whose columns can be named, by alias, and the common table expressions by name.

    In a sub-query, `outer` is the enclosing scope.
    """

    reading: Reading
    relations: Mapping[str, Relation] = field(default_factory=dict)
    common: Mapping[str, exp.Expression] = field(default_factory=dict)
    outer: "Scope | None" = None

    def read_expression(self, node: exp.Expression) -> Expression:
        """Return the value of a node; QueryError for a node that is not supported."""
        return self.reading.grammar.expression(node, self)

    def read_condition(self, node: exp.Expression) -> Condition:
        """Return the condition of a node; QueryError for a node that is not supported."""
        return self.reading.grammar.condition(node, self)

    def read_existence(self, node: exp.Exists) -> Condition:
        """Return whether a person has an event."""
        return self.reading.grammar.existence(node, self)

    def read_event_value(self, node: exp.Subquery) -> Expression:
        """Return the value of a sub-query over a person's events."""
        return self.reading.grammar.event_value(node, self)

    def with_relation(self, alias: str, relation: Relation, node: exp.Expression) -> "Scope":
        """Return the scope with one more relation; QueryError for an alias already in use."""
        if alias in self.relations:
            raise refusal(node, f"two tables have the name {alias}", hint="Rename one with AS.")
        return replace(self, relations={**self.relations, alias: relation})

    def column(self, node: exp.Column) -> Expression:
        """Return the expression a column name refers to; QueryError if it is unknown or ambiguous."""
        name, table = node.name, node.table
        found = self._named(name.casefold(), table.casefold())
        if len(found) > 1:
            raise refusal(node, "several tables have this column", hint="Write TABLE.COLUMN.")
        if found:
            return found[0]
        if self.outer is not None:
            return self.outer.column(node)
        known = sorted({each for relation in self.relations.values() for each in relation.columns})
        raise refusal(node, "the view has no such column", hint=_nearest(name, known))

    def _named(self, name: str, table: str) -> list[Expression]:
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
