"""The statements that answer a question: one line a group, and what the rules for release need to know of it.

An engine finds the tables under their own names, each with a column `person`; the people's also with
`record_key`, a secret random number a person. Of every group the statements give the number of people and the
exclusive or of their record keys, so that the same people always mean the same noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from strongroom.disclosure.query.emitting.dialect import Dialect
from strongroom.disclosure.query.emitting.values import PERSON, Values, alias
from strongroom.disclosure.query.representation import (
    TRUE,
    Expression,
    Key,
    Kind,
    Measure,
    Query,
    Source,
    Statistic,
)

RECORD_KEY = "record_key"

_SPREAD = (Statistic.QUANTILE, Statistic.DISTINCT)
_PAIRS = (Statistic.CORRELATION, Statistic.SLOPE, Statistic.INTERCEPT, Statistic.R_SQUARED)
_TOTALS = (Statistic.SUM, Statistic.MEAN)


class Summary(StrEnum):
    """What is known of a group's values of one measure; columns are called `m0_people` and so on."""

    PEOPLE = "people"
    KEY = "key"
    SUM = "sum"
    MEAN = "mean"
    VARIANCE = "variance"
    LARGEST = "largest"
    MEAN_X = "mean_x"
    MEAN_Y = "mean_y"
    SXX = "sxx"
    SYY = "syy"
    SXY = "sxy"


@dataclass(frozen=True)
class Spread:
    """How a group's people spread over the bins of a measure: a statement with k0…, bin, people, key.

    Bins of numbers are their first two digits, so that they are the same whatever the data; dates are taken
    by month, other values as they are.
    """

    measure: int
    sql: str


@dataclass(frozen=True)
class Emitted:
    """The statements of one question.

    `cells` gives k0…, people, key and the summaries of each measure, a line a group, sorted by the keys.
    `membership` gives person and cell, the number of the person's line there, once a person and group; for
    the measure of place i that counts who has a value, `m{i}` says who has.
    """

    cells: str
    membership: str
    spreads: tuple[Spread, ...]


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


def emit(query: Query, dialect: Dialect) -> Emitted:
    """Return the statements that answer a question, in an engine's words."""
    return _Emitter(query, dialect).emitted()


def people_of(query: Query, dialect: Dialect) -> str:
    """Return a WITH whose last table, `people`, has a line for each person in each group: person and k0….

    The expressions of the measure of place i are its columns `x{i}`, or `y{i}` and `x{i}`.
    """
    emitter = _Emitter(query, dialect)
    inputs = [
        each
        for place, measure in enumerate(query.measures)
        if measure.statistic is not Statistic.PEOPLE
        for each in emitter.inputs(place, measure)
    ]
    return emitter.people(inputs)


class _Emitter:
    def __init__(self, query: Query, dialect: Dialect, keys: Sequence[str] | None = None) -> None:
        self._query = query
        self._dialect = dialect
        self._values = Values(dialect)
        self._keys = list(keys or (f"k{place}" for place in range(len(query.keys))))

    def emitted(self) -> Emitted:
        spreads = [
            Spread(place, self._spread(measure))
            for place, measure in enumerate(self._query.measures)
            if measure.statistic in _SPREAD
        ]
        return Emitted(self._cells(), self._membership(), tuple(spreads))

    def _cells(self) -> str:
        inputs, summaries = [], []
        for place, measure in enumerate(self._query.measures):
            if measure.statistic not in (*_SPREAD, Statistic.PEOPLE):
                mine = self.inputs(place, measure)
                inputs += mine
                summaries += self._summaries(place, measure, mine)
        return self._counted(self.people(inputs), self._keys, summaries)

    def _counted(self, people: str, keys: Sequence[str], more: Sequence[str] = (), where: str = "") -> str:
        """Return the statement that has a line for each group of `people`."""
        named = [each.rpartition(" AS ")[2] for each in keys]
        key = self._dialect.key_of_group(RECORD_KEY)
        shown = ", ".join([*keys, "count(*) AS people", f"{key} AS group_key", *more])
        return f"{people}\nSELECT {shown}\nFROM people{where}{self._by(named)}"

    def _by(self, keys: Sequence[str]) -> str:
        if not keys:
            return ""
        listed = ", ".join(keys)
        return f"\nGROUP BY {listed}\nORDER BY {', '.join(f'{key} NULLS LAST' for key in keys)}"

    def people(self, inputs: Sequence[_Input]) -> str:
        """Return the WITH of the statement: `people` has a line for each person in each group."""
        query, person = self._query, self._dialect.identifier(PERSON)
        record_key = self._dialect.identifier(RECORD_KEY)
        keys = [
            f"{self._values.expression(key.of)} AS {name}"
            for key, name in zip(query.keys, self._keys, strict=True)
        ]
        shown = [f"t0.{person} AS person", f"t0.{record_key} AS {RECORD_KEY}", *keys]
        shown += [f"{each.sql} AS {each.name}" for each in inputs]
        where = "" if query.where == TRUE else f"\nWHERE {self._values.condition(query.where)}"
        rows = f"SELECT {', '.join(shown)}\nFROM {self._from()}{where}"
        if not query.about_events:
            return f"WITH people AS (\n{rows}\n)"
        combined = [f"{each.combine.value}({each.name}) AS {each.name}" for each in inputs]
        once = ", ".join(["person", RECORD_KEY, *self._keys, *combined])
        grouped = ", ".join(["person", RECORD_KEY, *self._keys])
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
        if measure.statistic is Statistic.PRESENT:
            present = f"CASE WHEN {self._values.expression(measure.of[0])} IS NOT NULL THEN 1 END"
            return [_Input(f"x{place}", present, _Combine.ANY)]
        combine = _Combine.TOTAL if measure.statistic is Statistic.SUM else _Combine.MEAN
        names = [f"x{place}"] if len(measure.of) == 1 else [f"y{place}", f"x{place}"]
        return [
            _Input(name, self._values.finite(of), combine) for name, of in zip(names, measure.of, strict=True)
        ]

    def _summaries(self, place: int, measure: Measure, inputs: Sequence[_Input]) -> list[str]:
        present = " AND ".join(f"{each.name} IS NOT NULL" for each in inputs)
        key = self._dialect.key_of_group(f"CASE WHEN {present} THEN {RECORD_KEY} END")
        found = {Summary.PEOPLE: f"count(CASE WHEN {present} THEN 1 END)", Summary.KEY: key}
        if measure.statistic in _PAIRS:
            y, x = (each.name for each in inputs)
            found |= {
                Summary.MEAN_X: f"regr_avgx({y}, {x})",
                Summary.MEAN_Y: f"regr_avgy({y}, {x})",
                Summary.SXX: f"regr_sxx({y}, {x})",
                Summary.SYY: f"regr_syy({y}, {x})",
                Summary.SXY: f"regr_sxy({y}, {x})",
            }
        elif measure.statistic is not Statistic.PRESENT:
            x = inputs[0].name
            found |= {
                Summary.SUM: f"sum({x})",
                Summary.MEAN: f"avg({x})",
                Summary.VARIANCE: f"var_pop({x})",
            }
            if measure.statistic in _TOTALS:
                found[Summary.LARGEST] = self._dialect.two_largest(f"abs({x})")
        return [f"{sql} AS m{place}_{name.value}" for name, sql in found.items()]

    def _spread(self, measure: Measure) -> str:
        of = measure.of[0]
        combine = _Combine.MEAN if of.kind is Kind.NUMBER else _Combine.ANY
        quantile = measure.statistic is Statistic.QUANTILE
        if not quantile and self._query.about_events:
            # Of a person's events every different value counts, once.
            return self._different(of)
        value = self._values.finite(of) if of.kind is Kind.NUMBER else self._values.expression(of)
        bins = self._bin("x", of.kind) if quantile else "x"
        people = self.people([_Input("x", value, combine)])
        return self._counted(people, [*self._keys, f"{bins} AS bin"], where=" WHERE x IS NOT NULL")

    def _different(self, of: Expression) -> str:
        """Return the spread over the values themselves, as one more key."""
        wider = replace(self._query, keys=(*self._query.keys, Key("bin", of)))
        people = _Emitter(wider, self._dialect, [*self._keys, "bin"]).people([])
        return self._counted(people, [*self._keys, "bin"], where=" WHERE bin IS NOT NULL")

    def _bin(self, value: str, kind: Kind) -> str:
        if kind is Kind.DATE:
            return self._dialect.start_of("month", value)
        step = f"power(10.0, floor(log10(abs({value}))) - 1)"
        return f"CASE WHEN {value} = 0 THEN 0.0 ELSE floor({value} / {step} + 1e-9) * {step} END"

    def _membership(self) -> str:
        counted = [
            (place, self.inputs(place, measure)[0])
            for place, measure in enumerate(self._query.measures)
            if measure.statistic is Statistic.PRESENT
        ]
        people = self.people([each for _, each in counted])
        present = [f"people.{each.name} IS NOT NULL AS m{place}" for place, each in counted]
        if not self._keys:
            return f"{people}\nSELECT {', '.join(['people.person', '0 AS cell', *present])} FROM people"
        listed = ", ".join(self._keys)
        ordered = ", ".join(f"{key} NULLS LAST" for key in self._keys)
        same = " AND ".join(self._dialect.same(f"people.{key}", f"numbered.{key}") for key in self._keys)
        shown = ", ".join(["people.person", "numbered.cell", *present])
        return (
            f"{people}, numbered AS (\nSELECT {listed}, row_number() OVER (ORDER BY {ordered}) - 1 AS cell\n"  # noqa: S608 - our own names
            f"FROM (SELECT DISTINCT {listed} FROM people) AS cells\n)\n"
            f"SELECT {shown} FROM people JOIN numbered ON {same}"
        )
