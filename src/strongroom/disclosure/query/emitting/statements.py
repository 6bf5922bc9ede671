"""The statements that answer a query: one row per group, with what disclosure control needs of it.

The engine has the tables under their own names, each with a column `person`. The people's table also has
`person_mark`: 64 bits of which one, chosen at random and secret, is set. The exclusive or of these words over
a group is its sketch, from which the overlap audit estimates how many people two groups differ by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from strongroom.disclosure.query.bounds import Bounds
from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.emitting.sums import SUMS, bin_of, present_of, sums_of
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
class Emitted:
    """The statements of one query.

    `cells` returns k0…, people and person_mark, one row per group, sorted by the keys. Measure number i adds
    `m{i}_n` and `m{i}_mark` if it counts non-missing values, and its sums `m{i}_n`, `m{i}_x` and so on if it
    has bounds. `distributions` are the statements of quantiles and distinct counts, by the number of their
    measure: k0…, bin and people. A quantile's bins are numbered from 0 to `BINS` - 1 between its bounds.
    """

    cells: str
    distributions: Mapping[int, str]


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


def emit(query: Query, dialect: Dialect, bounds: Limits | None = None) -> Emitted:
    """Return the statements that answer a query, in an engine's dialect.

    A sum, mean, variance, regression or quantile without bounds is left out.
    """
    return _Emitter(query, dialect, bounds or {}).emitted()


def people_of(query: Query, dialect: Dialect) -> str:
    """Return a WITH clause whose last table, `people`, has one row per person and group: person and k0….

    Columns `x{i}`, or `y{i}` and `x{i}`, are the expressions of measure number i.
    """
    emitter = _Emitter(query, dialect, {})
    inputs = [
        each
        for place, measure in enumerate(query.measures)
        if measure.statistic is not Statistic.PEOPLE
        for each in emitter.inputs(place, measure)
    ]
    return emitter.people(inputs)


def extremes(query: Query, of: Sequence[Expression], dialect: Dialect, shares: Sequence[float] = ()) -> str:
    """Return the statement that counts, over all people, the non-missing values of each expression.

    The counts are columns n0…. With `shares`, column `v{i}_{j}` is the quantile of expression i at
    `shares[j]`.
    """
    values = Values(dialect)
    rows = ", ".join(f"{values.measured(each)} AS x{place}" for place, each in enumerate(of))
    shown = [f"count(x{place}) AS n{place}" for place in range(len(of))]
    shown += [
        f"percentile_disc({share:.17e}) WITHIN GROUP (ORDER BY x{place}) AS v{place}_{number}"
        for place in range(len(of))
        for number, share in enumerate(shares)
    ]
    people = dialect.identifier(query.sources[0].table)
    return f"SELECT {', '.join(shown)}\nFROM (SELECT {rows} FROM {people} AS t0) AS people"  # noqa: S608 - our own


class _Emitter:
    def __init__(self, query: Query, dialect: Dialect, bounds: Limits) -> None:
        self._query = query
        self._dialect = dialect
        self._bounds = bounds
        self._values = Values(dialect)
        self._keys = [f"k{place}" for place in range(len(query.keys))]

    def emitted(self) -> Emitted:
        distributions = {}
        for place, measure in enumerate(self._query.measures):
            quantile = measure.statistic is Statistic.QUANTILE
            if measure.statistic is Statistic.DISTINCT or (quantile and place in self._bounds):
                distributions[place] = self._distribution(place, measure)
        return Emitted(self._cells(), distributions)

    def _cells(self) -> str:
        inputs, shown = [], []
        for place, measure in enumerate(self._query.measures):
            present = measure.statistic is Statistic.PRESENT
            if present or (measure.statistic in SUMS and place in self._bounds):
                mine = self.inputs(place, measure)
                names = [each.name for each in mine]
                sums = sums_of(measure.statistic, names, self._bounds.get(place, ()))
                if present:
                    sums["mark"] = f"bit_xor(CASE WHEN {present_of(names)} THEN {SKETCH} END)"
                inputs += mine
                shown += [f"{sql} AS m{place}_{name}" for name, sql in sums.items()]
        return self._counted(self.people(inputs), self._keys, [f"bit_xor({SKETCH}) AS {SKETCH}", *shown])

    def _counted(self, people: str, keys: Sequence[str], more: Sequence[str] = (), where: str = "") -> str:
        """Return the statement with one row for each group of `people`."""
        named = [each.rpartition(" AS ")[2] for each in keys]
        shown = ", ".join([*keys, "count(*) AS people", *more])
        return f"{people}\nSELECT {shown}\nFROM people{where}{self._by(named)}"

    def _by(self, keys: Sequence[str]) -> str:
        if not keys:
            return ""
        listed = ", ".join(keys)
        return f"\nGROUP BY {listed}\nORDER BY {', '.join(f'{key} NULLS LAST' for key in keys)}"

    def people(self, inputs: Sequence[_Input]) -> str:
        """Return the WITH clause of the statement: `people` has one row per person and group."""
        query, person = self._query, self._dialect.identifier(PERSON)
        keys = [
            f"{self._values.expression(key.of)} AS {name}"
            for key, name in zip(query.keys, self._keys, strict=True)
        ]
        shown = [f"t0.{person} AS person", f"t0.{self._dialect.identifier(SKETCH)} AS {SKETCH}", *keys]
        shown += [f"{each.sql} AS {each.name}" for each in inputs]
        where = "" if query.where == TRUE else f"\nWHERE {self._values.condition(query.where)}"
        rows = f"SELECT {', '.join(shown)}\nFROM {self._from()}{where}"
        if not query.about_events:
            return f"WITH people AS (\n{rows}\n)"
        combined = [f"{each.combine.value}({each.name}) AS {each.name}" for each in inputs]
        once = ", ".join(["person", SKETCH, *self._keys, *combined])
        grouped = ", ".join(["person", SKETCH, *self._keys])
        return f"WITH events AS (\n{rows}\n), people AS (\nSELECT {once}\nFROM events\nGROUP BY {grouped}\n)"

    def _from(self) -> str:
        people, *events = self._query.sources
        joined = [f"{self._dialect.identifier(people.table)} AS t0"]
        joined += [self._joined(place, source) for place, source in enumerate(events, start=1)]
        return "\n".join(joined)

    def _joined(self, place: int, source: Source) -> str:
        person, name = self._dialect.identifier(PERSON), alias(place)
        how = "JOIN" if source.required else "LEFT JOIN"
        condition = "" if source.where == TRUE else f" AND ({self._values.condition(source.where)})"
        table = self._dialect.identifier(source.table)
        return f"{how} {table} AS {name} ON {name}.{person} = t0.{person}{condition}"

    def inputs(self, place: int, measure: Measure) -> list[_Input]:
        """Return the columns that a measure is computed from."""
        if measure.statistic is Statistic.PRESENT:
            present = f"CASE WHEN {self._values.expression(measure.of[0])} IS NOT NULL THEN 1 END"
            return [_Input(f"x{place}", present, _Combine.ANY)]
        names = [f"x{place}"] if len(measure.of) == 1 else [f"y{place}", f"x{place}"]
        return [
            _Input(name, self._values.measured(of), _combined(measure.statistic, of))
            for name, of in zip(names, measure.of, strict=True)
        ]

    def _distribution(self, place: int, measure: Measure) -> str:
        """Return the count of a group's people by a measure's values, or by the bins of a quantile."""
        if measure.statistic is Statistic.QUANTILE:
            (value,) = self.inputs(place, measure)
            shown = bin_of(value.name, self._bounds[place][0], BINS)
        else:
            value = _Input(f"x{place}", self._values.expression(measure.of[0]), _Combine.ANY)
            shown = value.name
        where = f" WHERE {value.name} IS NOT NULL"
        return self._counted(self.people([value]), [*self._keys, f"{shown} AS bin"], where=where)


def _combined(statistic: Statistic, of: Expression) -> _Combine:
    if of.kind is not Kind.NUMBER:
        return _Combine.ANY
    # A column of the people's table counts once, however many events a person has.
    return _Combine.TOTAL if statistic is Statistic.SUM and of_events(of) else _Combine.MEAN
