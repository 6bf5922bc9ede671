"""How much one person's events can add to an answer: a few groups, and a limited number of joined rows.

- A person counts in at most `groups_each` groups, if the keys come from events.
- Where rows of event tables multiply, by joins or in sub-queries that compare two events, a person keeps a
limited number of rows of each table; conditions on one table alone are applied first. Otherwise one person
with many events could make a query slow, which reveals that the person is in it.

Which groups and rows are kept depends on a secret salt and on their values, so a query cannot choose them.
"""

# ruff: noqa: S608 - names are our own or quoted

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.emitting.values import PERSON, Values, alias, flattened
from strongroom.disclosure.query.representation import (
    Column,
    Condition,
    EventValue,
    Every,
    Query,
    Source,
    inside,
    of_events,
)
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    groups_each: int = threshold(
        3,
        "groups",
        "judgement: more groups per person need proportionally more noise, fewer leave out events",
    )
    most_rows: int = threshold(
        30_000,
        "rows",
        "cost: an engine joins so many rows of one person in a few milliseconds, which are lost in the time "
        "of any query; two tables keep 173 rows of a person each, three keep 31",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class PersonLimits:
    """In how many groups a person counts, and the secret that chooses which."""

    groups_each: int = LIMITS.groups_each
    salt: str = ""


@dataclass(frozen=True)
class _Multiplied:
    """An event table whose rows multiply with others: its source number, name, and conditions on it alone."""

    source: int
    table: str
    where: tuple[Condition, ...]
    columns: tuple[str, ...]


def counts_in_several_groups(query: Query) -> bool:
    """Tell whether events can put a person in several groups."""
    return any(of_events(key.of) for key in query.keys)


def kept_groups(
    table: str, columns: Sequence[str], keys: Sequence[str], how: PersonLimits, to: Dialect
) -> str:
    """Return the statement that keeps `groups_each` rows of each person of a table with one row per group."""
    return to.first_groups(table, columns, to.shuffled(how.salt, ["person", *keys]), how.groups_each)


def kept_rows(query: Query, salt: str, to: Dialect) -> tuple[dict[int, str], list[str]]:
    """Return the names of the tables that replace event tables, by source, and their definitions."""
    found = _multiplied(query)
    most = int(LIMITS.most_rows ** (1 / max(len(found), 1)))
    names, tables = {}, []
    for each in found:
        names[each.source] = f"kept{each.source}"
        tables += _definitions(each, most, salt, to)
    return names, tables


def _definitions(of: _Multiplied, most: int, salt: str, to: Dialect) -> list[str]:
    place, person = of.source, to.identifier(PERSON)
    names = [to.identifier(name) for name in (PERSON, *of.columns)]
    listed, stored = ", ".join(names), ", ".join(f"{alias(place)}.{name}" for name in names)
    where = " AND ".join(f"({Values(to).condition(each)})" for each in of.where) or "TRUE"
    rows, crowded = f"rows{place}", f"crowded{place}"
    placed = f"row_number() OVER (PARTITION BY {person} ORDER BY {to.shuffled(salt, names)}) AS place"
    chosen = f"SELECT {stored} FROM {to.identifier(of.table)} AS {alias(place)} WHERE {where}"
    many = f"SELECT {person} FROM {rows} GROUP BY {person} HAVING count(*) > {most}"
    few = f"SELECT {listed} FROM {rows} WHERE {person} NOT IN (SELECT {person} FROM {crowded})"
    # Few people have so many rows; only theirs are sorted.
    theirs = f"SELECT {listed}, {placed} FROM {rows} WHERE {person} IN (SELECT {person} FROM {crowded})"
    first = f"SELECT {listed} FROM ({theirs}) AS placed WHERE place <= {most}"
    return [
        f"{rows} AS (\n{chosen}\n)",
        f"{crowded} AS (\n{many}\n)",
        f"kept{place} AS (\n{few}\nUNION ALL {first}\n)",
    ]


def _multiplied(query: Query) -> list[_Multiplied]:
    """Return the event tables whose rows multiply: all joined ones or none, and those of sub-queries."""
    read = query.columns_read()
    lookups = list(_comparing(query))
    joined = list(enumerate(query.sources))[1:]
    compared = {place for each in lookups for place in _columns(each)}
    if len(joined) == 1 and joined[0][0] not in compared:
        joined = []
    found = [
        _Multiplied(place, each.table, _own(query, place, each), read[each.table]) for place, each in joined
    ]
    return found + [
        _Multiplied(each.source, each.table, tuple(_alone(each.where, each.source)), read[each.table])
        for each in lookups
    ]


def _own(query: Query, place: int, source: Source) -> tuple[Condition, ...]:
    """Return the conditions on one joined table alone."""
    # A row that an outer join adds need not meet the conditions of WHERE before it is added.
    anywhere = _alone(query.where, place) if source.required else ()
    return (*anywhere, *_alone(source.where, place))


def _comparing(query: Query) -> Iterator[EventValue]:
    """Yield the sub-queries that use rows of another event table, and those whose rows others use."""
    found: dict[int, EventValue] = {}
    for each in inside(query):
        if isinstance(each, EventValue):
            inner = [other for other in inside((each.where, each.of)) if isinstance(other, EventValue)]
            uses = _columns(each) - {0, each.source, *(other.source for other in inner)}
            if uses or any(each.source in _columns(other) for other in inner):
                found[each.source] = each
    yield from found.values()


def _alone(condition: Condition, place: int) -> Iterator[Condition]:
    """Yield the parts of a conjunction that read one table alone; a sub-query reads the person's row."""
    for part in flattened(condition, Every):
        if _columns(part) == {place} and not any(isinstance(each, EventValue) for each in inside(part)):
            yield part


def _columns(part: object) -> set[int]:
    """Return the sources whose columns a part reads."""
    return {each.source for each in inside(part) if isinstance(each, Column)}
