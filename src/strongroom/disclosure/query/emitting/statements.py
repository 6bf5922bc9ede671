"""The statements that answer a question: a line a group, with what the rules for release need to know of it.

An engine finds the tables under their own names, each with a column `person`; the people's also with
`person_mark`, a secret random bit of 64 a person. The exclusive or of a group's marks is its sketch, by which
the audit tells groups apart that are nearly alike.
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

MARK = "person_mark"
BINS = 20

Limits = Mapping[int, tuple[Bounds, ...]]
"""Between what the values of a measure lie, by its place."""


@dataclass(frozen=True)
class Emitted:
    """The statements of one question.

    `cells` gives k0…, people and person_mark, a line a group, sorted by the keys; for the measure of place i
    that counts who has a value `m{i}_n` and `m{i}_mark`, for one with bounds its sums as `m{i}_n`, `m{i}_x`
    and so on. `spreads` are the statements of quantiles and numbers of different values by their measures'
    places: k0…, bin and people. A quantile's bins are numbered from 0 to `BINS` - 1 between its bounds.
    """

    cells: str
    spreads: Mapping[int, str]


class _Combine(StrEnum):
    """How a person's several rows in a group become one value."""

    MEAN = "avg"
    TOTAL = "sum"
    ANY = "max"


@dataclass(frozen=True)
class _Input:
    """A value of a row that a measure needs: its column's name, its SQL, and how rows are combined."""

    name: str
    sql: str
    combine: _Combine


def emit(query: Query, dialect: Dialect, bounds: Limits | None = None) -> Emitted:
    """Return the statements that answer a question, in an engine's words.

    A sum, mean, spread, line or quantile without bounds is left out.
    """
    return _Emitter(query, dialect, bounds or {}).emitted()


def people_of(query: Query, dialect: Dialect) -> str:
    """Return a WITH whose last table, `people`, has a line for each person in each group: person and k0….

    The expressions of the measure of place i are its columns `x{i}`, or `y{i}` and `x{i}`.
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
    """Return the statement that gives, over all people, how many have a value of each expression.

    They are columns n0…; with `shares` beside them, of the expression of place i as `v{i}_{j}` the value
    below which the share of place j of them lies.
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
        spreads = {}
        for place, measure in enumerate(self._query.measures):
            quantile = measure.statistic is Statistic.QUANTILE
            if measure.statistic is Statistic.DISTINCT or (quantile and place in self._bounds):
                spreads[place] = self._spread(place, measure)
        return Emitted(self._cells(), spreads)

    def _cells(self) -> str:
        inputs, shown = [], []
        for place, measure in enumerate(self._query.measures):
            present = measure.statistic is Statistic.PRESENT
            if present or (measure.statistic in SUMS and place in self._bounds):
                mine = self.inputs(place, measure)
                names = [each.name for each in mine]
                sums = sums_of(measure.statistic, names, self._bounds.get(place, ()))
                if present:
                    sums["mark"] = f"bit_xor(CASE WHEN {present_of(names)} THEN {MARK} END)"
                inputs += mine
                shown += [f"{sql} AS m{place}_{name}" for name, sql in sums.items()]
        return self._counted(self.people(inputs), self._keys, [f"bit_xor({MARK}) AS {MARK}", *shown])

    def _counted(self, people: str, keys: Sequence[str], more: Sequence[str] = (), where: str = "") -> str:
        """Return the statement that has a line for each group of `people`."""
        named = [each.rpartition(" AS ")[2] for each in keys]
        shown = ", ".join([*keys, "count(*) AS people", *more])
        return f"{people}\nSELECT {shown}\nFROM people{where}{self._by(named)}"

    def _by(self, keys: Sequence[str]) -> str:
        if not keys:
            return ""
        listed = ", ".join(keys)
        return f"\nGROUP BY {listed}\nORDER BY {', '.join(f'{key} NULLS LAST' for key in keys)}"

    def people(self, inputs: Sequence[_Input]) -> str:
        """Return the WITH of the statement: `people` has a line for each person in each group."""
        query, person = self._query, self._dialect.identifier(PERSON)
        keys = [
            f"{self._values.expression(key.of)} AS {name}"
            for key, name in zip(query.keys, self._keys, strict=True)
        ]
        shown = [f"t0.{person} AS person", f"t0.{self._dialect.identifier(MARK)} AS {MARK}", *keys]
        shown += [f"{each.sql} AS {each.name}" for each in inputs]
        where = "" if query.where == TRUE else f"\nWHERE {self._values.condition(query.where)}"
        rows = f"SELECT {', '.join(shown)}\nFROM {self._from()}{where}"
        if not query.about_events:
            return f"WITH people AS (\n{rows}\n)"
        combined = [f"{each.combine.value}({each.name}) AS {each.name}" for each in inputs]
        once = ", ".join(["person", MARK, *self._keys, *combined])
        grouped = ", ".join(["person", MARK, *self._keys])
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
        """Return the columns that a measure is worked out from."""
        if measure.statistic is Statistic.PRESENT:
            present = f"CASE WHEN {self._values.expression(measure.of[0])} IS NOT NULL THEN 1 END"
            return [_Input(f"x{place}", present, _Combine.ANY)]
        names = [f"x{place}"] if len(measure.of) == 1 else [f"y{place}", f"x{place}"]
        return [
            _Input(name, self._values.measured(of), _combined(measure.statistic, of))
            for name, of in zip(names, measure.of, strict=True)
        ]

    def _spread(self, place: int, measure: Measure) -> str:
        """Return how a group's people spread over a measure's values, or over the bins of a quantile."""
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
    # What is recorded of people is once theirs, however many events they have.
    return _Combine.TOTAL if statistic is Statistic.SUM and of_events(of) else _Combine.MEAN
