"""Which names mean what at a place in a query."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from strongroom.disclosure.query.reading.refusals import refusal
from strongroom.disclosure.query.representation import TRUE, Condition, Expression, Source
from strongroom.disclosure.query.schema import Schema

_MOST_SOURCES = 4
_MOST_PARTS = 4_000
_FIRST_INNER = 100


@dataclass(frozen=True)
class Relation:
    """Something that stands after FROM: its columns by name, and the rows it leaves out.

    `sources` are the places of the tables in it; `inner` is whether one of them is a table of events.
    """

    columns: Mapping[str, Expression]
    sources: tuple[int, ...]
    where: Condition = TRUE

    @property
    def of_people(self) -> bool:
        """Whether it has one row a person."""
        return self.sources == (0,)


@dataclass
class Reading:
    """What one statement has gathered so far, wherever in it the reader is."""

    schema: Schema
    sources: list[Source]
    parts: int = 0
    inner: int = _FIRST_INNER

    def joined(self, table: str, node: exp.Expression) -> int:
        """Return the place of a table of events that takes part once more."""
        if len(self.sources) == _MOST_SOURCES:
            raise refusal(node, f"a query may join {_MOST_SOURCES - 1} tables of events at most")
        self.sources.append(Source(table))
        return len(self.sources) - 1

    def inner_source(self) -> int:
        """Return the place of a table that only a condition or value looks into."""
        self.inner += 1
        return self.inner - 1

    def count(self, node: exp.Expression) -> None:
        """Count one more part read: a query that repeats its sub-queries over and over has an end."""
        self.parts += 1
        if self.parts > _MOST_PARTS:
            raise refusal(node, "the query is too long", hint="Ask it in parts.")


@dataclass(frozen=True)
class Scope:
    """The relations whose columns can be named, by alias, and the common tables known by name.

    Inside a sub-query, `outer` is the scope around it.
    """

    reading: Reading
    relations: Mapping[str, Relation] = field(default_factory=dict)
    common: Mapping[str, exp.Expression] = field(default_factory=dict)
    outer: "Scope | None" = None

    def with_relation(self, alias: str, relation: Relation, node: exp.Expression) -> "Scope":
        """Return the scope with one more relation; two of one name are refused."""
        if alias in self.relations:
            raise refusal(node, f"two tables are called {alias}", hint="Give one another name with AS.")
        return replace(self, relations={**self.relations, alias: relation})

    def column(self, node: exp.Column) -> Expression:
        """Return what a column's name means; an unknown or ambiguous one is refused."""
        name, table = node.name, node.table
        found = self._named(name.casefold(), table.casefold())
        if len(found) > 1:
            raise refusal(node, "several tables have that column", hint="Write TABLE.COLUMN.")
        if found:
            return found[0]
        if self.outer is not None:
            return self.outer.column(node)
        known = sorted({each for relation in self.relations.values() for each in relation.columns})
        raise refusal(node, "the view has no such column", hint=_nearest(name, known))

    def _named(self, name: str, table: str) -> list[Expression]:
        relations = [each for alias, each in self.relations.items() if table in ("", alias)]
        found = [relation.columns[name] for relation in relations if name in relation.columns]
        # The people's table under two names is one and the same row.
        return list(dict.fromkeys(found))


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only when a name was mistyped

    near = get_close_matches(name.casefold(), known, n=3)
    return (
        f"Did you mean {' or '.join(near)}?" if near else "'strongroom dummy' writes all tables to look at."
    )
