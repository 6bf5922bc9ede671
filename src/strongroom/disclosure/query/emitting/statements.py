"""The statements that answer a query: one row per group, with what disclosure control needs of it.

The engine has the tables under their own names, each with a column `person`. The people's table also has
`person_mark`: 64 bits of which one, chosen at random and secret, is set. The exclusive or of these words over
a group is its sketch, from which the overlap audit estimates how many people two groups differ by.

Rows are grouped by keys as they are stored, which is fastest, and the groups a second time by keys without
the numbers that have no place in an answer (infinite ones, -0.0).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.emitting.person_limits import (
    PersonLimits,
    counts_in_several_groups,
    kept_groups,
    kept_rows,
)
from strongroom.disclosure.query.emitting.sums import SUMS, bin_of, scaled, sums_of, within_bins
from strongroom.disclosure.query.emitting.values import PERSON, Values, alias
from strongroom.disclosure.query.representation import (
    TRUE,
    Expression,
    Kind,
    Measure,
    Query,
    Source,
    Statistic,
    of_events,
)
from strongroom.thresholds import Thresholds, threshold

SKETCH = "person_mark"


class _Limits(Thresholds):
    """The numbers this module decides by."""

    bins: int = threshold(
        20,
        "bins",
        "judgement: each bin has its own noise, so more bins make a quantile less accurate; fewer make it "
        "coarser",
    )


LIMITS = _Limits()
BINS = LIMITS.bins


Limits = Mapping[int, tuple[Bounds, ...]]
"""The bounds of a measure's values, by the measure's position."""


@dataclass(frozen=True)
class How:
    """How a query is written: what one person can add, whether with sketches, and the bins of a quantile."""

    person: PersonLimits = field(default_factory=PersonLimits)
    sketches: bool = True
    bins: int = BINS


@dataclass(frozen=True)
class Emitted:
    """The statements of one query.

    `cells` returns k0…, people and person_mark, one row per group, sorted by the keys. Measure number i adds
    `m{i}_n` and `m{i}_mark` if it counts non-missing values, and its sums `m{i}_n`, `m{i}_x` and so on if it
    has bounds. `distributions` are the statements of quantiles and distinct counts, by the number of their
    measure: k0…, bin and people. A quantile's bins are numbered from 0 to `BINS` - 1 between its bounds.

    `joint` returns the rows of `cells` (whole = 1) and those of the first distribution (whole = 0) from one
    pass over the people; rows of people without a bin are among the latter. None without a distribution.
    """

    cells: str
    distributions: Mapping[int, str]
    joint: str | None = None


class _Combine(StrEnum):
    """How several rows of one person in a group become one value."""

    MEAN = "avg"
    TOTAL = "sum"
    ANY = "max"


@dataclass(frozen=True)
class _Input:
    """A row value that a measure needs: the column's name, its SQL, and how a person's rows are combined."""

    name: str
    sql: str
    combine: _Combine


@dataclass(frozen=True)
class _Shown:
    """A column of an answer: the aggregate of its rows, and how two groups' values become one."""

    name: str
    sql: str
    merged: str = "CAST(sum({}) AS BIGINT)"


def emit(query: Query, dialect: Dialect, bounds: Limits | None = None, how: How | None = None) -> Emitted:
    """Return the statements that answer a query, in an engine's dialect.

    A sum, mean, variance, regression or quantile without bounds is left out. Raises QueryError for a query
    that is too long.
    """
    return _Emitter(query, dialect, bounds or {}, how or How()).emitted()


class _Emitter:
    def __init__(self, query: Query, dialect: Dialect, bounds: Limits, how: How) -> None:
        self._query = query
        self._dialect = dialect
        self._bounds = bounds
        self._how = how
        self._kept, self._kept_tables = kept_rows(query, how.person.salt, dialect)
        self._values = Values(dialect, self._kept)
        self._keys = [f"k{place}" for place in range(len(query.keys))]

    def emitted(self) -> Emitted:
        distributions = {}
        for place, measure in enumerate(self._query.measures):
            quantile = measure.statistic is Statistic.QUANTILE
            if measure.statistic is Statistic.DISTINCT or (quantile and place in self._bounds):
                distributions[place] = self._distribution(place, measure)
        joint = self._cells(next(iter(distributions))) if distributions else None
        return Emitted(self._cells(), distributions, joint)

    def _cells(self, joined: int | None = None) -> str:
        """Return the statement of the groups, and of the distribution of the measure with this number."""
        inputs: list[_Input] = []
        columns, values = list(self._keys), list[str]()
        shown = [_Shown("people", "count(*)")]
        if self._how.sketches:
            columns.append(SKETCH)
            shown.append(_Shown(SKETCH, f"bit_xor({SKETCH})", "bit_xor({})"))
        for place, measure in enumerate(self._query.measures):
            if measure.statistic is Statistic.PRESENT or (
                measure.statistic in SUMS and place in self._bounds
            ):
                mine = self._inputs(place, measure)
                inputs += mine
                values += self._scaled(place, measure, [each.name for each in mine])
                shown += self._sums(place, measure, [each.name for each in mine])
        if joined is None:
            return self._grouped(inputs, [*columns, *values], shown)
        value, column, within = self._bin(joined, self._query.measures[joined])
        return self._grouped([*inputs, value], [*columns, *values, column], shown, within, whole=True)

    def _scaled(self, place: int, measure: Measure, names: Sequence[str]) -> list[str]:
        """Return a measure's values as columns of integers."""
        if measure.statistic is Statistic.PRESENT:
            return list(names)
        pairs = zip(names, self._bounds[place], strict=True)
        values = [scaled(name, each, self._dialect) for name, each in pairs]
        if len(values) > 1:
            # Both count or neither; a CASE takes longer.
            values = [f"{one} | ({other} & 0)" for one, other in (values, reversed(values))]
        return [f"{value} AS {name}" for value, name in zip(values, names, strict=True)]

    def _sums(self, place: int, measure: Measure, names: Sequence[str]) -> list[_Shown]:
        sums = sums_of(measure.statistic, names, self._dialect)
        shown = [_Shown(f"m{place}_{name}", sql) for name, sql in sums.items()]
        if measure.statistic is Statistic.PRESENT and self._how.sketches:
            mark = f"bit_xor({SKETCH}) FILTER (WHERE {names[0]} IS NOT NULL)"
            shown.append(_Shown(f"m{place}_mark", mark, "bit_xor({})"))
        return shown

    def _distribution(self, place: int, measure: Measure) -> str:
        """Return the count of a group's people by a measure's values, or by the bins of a quantile."""
        value, column, within = self._bin(place, measure)
        return self._grouped([value], [*self._keys, column], [_Shown("people", "count(*)")], within)

    def _bin(self, place: int, measure: Measure) -> tuple[_Input, str, str]:
        """Return the value of a distribution, the SQL of the column `bin`, and of a bin within limits."""
        # Without the measure's number: quantiles of one value have one statement.
        if measure.statistic is Statistic.QUANTILE:
            (value,) = self._inputs(place, measure)
            number = bin_of("v", self._bounds[place][0], self._how.bins, self._dialect)
            return replace(value, name="v"), f"{number} AS bin", within_bins("bin", self._how.bins)
        value = _Input("v", self._values.expression(measure.of[0]), _Combine.ANY)
        return value, "v AS bin", self._values.as_key("bin", measure.of[0].kind)

    def _grouped(
        self,
        inputs: Sequence[_Input],
        columns: Sequence[str],
        shown: Sequence[_Shown],
        within: str = "",
        *,
        whole: bool = False,
    ) -> str:
        """Return the statement with one row for each group of people, or of people and bin, or for both."""
        tables = [
            *self._people(inputs),
            f"valued AS (\nSELECT {', '.join(columns) or 'person'}\nFROM people\n)",
        ]
        aggregates = [f"{each.sql} AS {each.name}" for each in shown]
        keys = [*self._keys, *(["bin"] if within else [])]
        listed = ", ".join(keys)
        if not keys:
            return f"{_with(tables)}\nSELECT {', '.join(aggregates)}\nFROM valued"
        groups = f"SELECT {', '.join([*keys, *aggregates])}\nFROM valued\nGROUP BY {listed}"
        cleaned = [
            f"{self._values.as_key(name, key.of.kind)} AS {name}"
            for name, key in zip(self._keys, self._query.keys, strict=True)
        ]
        if within:
            # Of NULL the least and the greatest are the bounds.
            cleaned.append(f"CASE WHEN bin IS NOT NULL THEN {within} END AS bin")
        names = [each.name for each in shown]
        tables += [
            f"groups AS (\n{groups}\n)",
            f"cleaned AS (\nSELECT {', '.join([*cleaned, *names])}\nFROM groups\n)",
        ]
        merged = [f"{each.merged.format(each.name)} AS {each.name}" for each in shown]
        order = ", ".join(f"{key} NULLS LAST" for key in keys)
        if whole:
            sets = f"GROUPING SETS (({', '.join(self._keys)}), ({listed}))"
            both = f"SELECT {', '.join([*keys, 'grouping(bin) AS whole', *merged])}\nFROM cleaned"
            return f"{_with(tables)}\n{both}\nGROUP BY {sets}\nORDER BY {order}"
        where = "\nWHERE bin IS NOT NULL" if within else ""
        chosen = f"SELECT {', '.join([*keys, *merged])}\nFROM cleaned{where}"
        return f"{_with(tables)}\n{chosen}\nGROUP BY {listed}\nORDER BY {order}"

    def _people(self, inputs: Sequence[_Input]) -> list[str]:
        """Return the tables of the WITH clause; the last, `people`, has one row per person and group."""
        query = self._query
        write = self._values.key if query.about_events else self._values.expression
        person = f"t0.{self._dialect.identifier(PERSON)} AS person"
        always = [SKETCH] if self._how.sketches else []
        shown = [person, *(f"t0.{self._dialect.identifier(each)} AS {each}" for each in always)]
        shown += [f"{write(key.of)} AS {name}" for key, name in zip(query.keys, self._keys, strict=True)]
        shown += [f"{each.sql} AS {each.name}" for each in inputs]
        where = "" if query.where == TRUE else f"\nWHERE {self._values.condition(query.where)}"
        rows = f"SELECT {', '.join(shown)}\nFROM {self._from()}{where}"
        if not query.about_events:
            return [*self._kept_tables, f"people AS (\n{rows}\n)"]
        grouped = ["person", *always, *self._keys]
        combined = [f"{each.combine.value}({each.name}) AS {each.name}" for each in inputs]
        once = f"SELECT {', '.join([*grouped, *combined])}\nFROM events\nGROUP BY {', '.join(grouped)}"
        tables = [*self._kept_tables, f"events AS (\n{rows}\n)"]
        if not counts_in_several_groups(query):
            return [*tables, f"people AS (\n{once}\n)"]
        columns = [*grouped[1:], *(each.name for each in inputs)]
        kept = kept_groups("once", columns, self._keys, self._how.person, self._dialect)
        return [*tables, f"once AS (\n{once}\n)", f"people AS (\n{kept}\n)"]

    def _from(self) -> str:
        people, *events = self._query.sources
        joined = [f"{self._dialect.identifier(people.table)} AS t0"]
        joined += [self._joined(place, source) for place, source in enumerate(events, start=1)]
        return "\n".join(joined)

    def _joined(self, place: int, source: Source) -> str:
        person, name = self._dialect.identifier(PERSON), alias(place)
        how = "JOIN" if source.required else "LEFT JOIN"
        condition = "" if source.where == TRUE else f" AND ({self._values.condition(source.where)})"
        table = self._kept.get(place) or self._dialect.identifier(source.table)
        return f"{how} {table} AS {name} ON {name}.{person} = t0.{person}{condition}"

    def _inputs(self, place: int, measure: Measure) -> list[_Input]:
        """Return the columns that a measure is computed from."""
        if measure.statistic is Statistic.PRESENT:
            value = self._values.expression(measure.of[0])
            # The greatest of a person's events is found sooner of a small number than of a text.
            present = f"CASE WHEN {value} IS NOT NULL THEN 1 END" if self._query.about_events else value
            return [_Input(f"x{place}", present, _Combine.ANY)]
        names = [f"x{place}"] if len(measure.of) == 1 else [f"y{place}", f"x{place}"]
        return [
            _Input(name, self._value(of), _combined(measure.statistic, of))
            for name, of in zip(names, measure.of, strict=True)
        ]

    def _value(self, of: Expression) -> str:
        # Those of events are added up before they are clamped.
        return self._values.finite(of) if self._query.about_events else self._values.measured(of)


def _with(tables: Sequence[str]) -> str:
    return f"WITH {', '.join(tables)}"


def _combined(statistic: Statistic, of: Expression) -> _Combine:
    if of.kind is not Kind.NUMBER:
        return _Combine.ANY
    # A column of the people's table counts once, however many events a person has.
    return _Combine.TOTAL if statistic is Statistic.SUM and of_events(of) else _Combine.MEAN
